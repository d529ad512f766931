"""The compiled way gives the answers of the general way, errors included."""

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import execute, parse, validate
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.datatypes.connections import Connection, PageRequest, Position, connection, cut
from resolvers.datatypes.scalars import DateTime
from resolvers.execution import PlainExecutor
from resolvers.federation import SubgraphSchema


@strawberry.enum
class Colour(Enum):
    RED = "r"
    BLUE = "b"


@strawberry.type
class Text:
    text: str


@strawberry.type
class Number:
    number: float
    unit: str | None = None


Value = Annotated[Text | Number, strawberry.union("Value")]


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    colour: Colour | None = None


@strawberry.type
class Row:
    id: strawberry.ID
    when: DateTime | None = None
    count: int | None = None
    colour: Colour | None = None
    tags: list[str] | None = None
    parts: list["Row"] | None = None
    required: str = "here"
    value: Value | None = None
    values: list[Value] = strawberry.field(default_factory=list)
    named: Named | None = None

    @strawberry.field
    def upper(self) -> str:
        return str(self.id).upper()

    @strawberry.field
    async def later(self, times: int = 1) -> str | None:
        return str(self.id) * times

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError("broken")


def broken_row(**members: Any) -> Row:
    row = Row(id=strawberry.ID("x"))
    for name, value in members.items():
        setattr(row, name, value)
    return row


async def promised() -> str:
    return "kept"


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no")


@strawberry.type
class Query:
    @strawberry.field
    def row(self) -> Row | None:
        return Row(
            id=strawberry.ID("a"),
            when=DateTime("2026-11-22T10:00:00+07:00"),
            count=3,
            colour=Colour.BLUE,
            tags=["x", "y"],
            parts=[Row(id=strawberry.ID("b")), Row(id=strawberry.ID("c"), colour=Colour.RED)],
            value=Number(number=1.5),
            values=[Text(text="t"), Number(number=2, unit="kg")],
            named=Leaf(name="leaf", colour=Colour.RED),
        )

    @strawberry.field
    async def rows(self) -> list[Row]:
        return [Row(id=strawberry.ID(str(number))) for number in range(3)]

    @strawberry.field
    def page(self) -> Connection[Row]:
        rows = cut(["a", "b"], PageRequest(), lambda row: Position(row, "", row))
        return connection(
            rows, lambda row: Row(id=strawberry.ID(row)), lambda row: Position(row, "", row)
        )

    @strawberry.field
    def null_where_none_may_be(self) -> Row | None:
        return broken_row(required=None)

    @strawberry.field
    def null_deep_below(self) -> Row | None:
        return broken_row(parts=[Row(id=strawberry.ID("b")), broken_row(required=None)])

    @strawberry.field
    def no_list(self) -> Row | None:
        return broken_row(tags=5, parts="x")

    @strawberry.field
    def generated(self) -> Row | None:
        def tags() -> Iterator[str]:
            yield from ("g", "h")

        return broken_row(tags=tags())

    @strawberry.field
    def wrong_leaves(self) -> Row | None:
        return broken_row(count="three", colour="no colour", when=Unprintable())

    @strawberry.field
    def too_large(self) -> Row | None:
        return broken_row(count=2**40)

    @strawberry.field
    def promise(self) -> Row | None:
        return broken_row(required=promised(), tags=[promised()])

    @strawberry.field
    def exception(self) -> Row | None:
        return broken_row(tags=ValueError("instead of a list"), required=ValueError("in it"))

    @strawberry.field
    def of_no_type(self) -> Row | None:
        return broken_row(value=Leaf(name="leaf"), named=Text(text="t"))

    @strawberry.field
    def missing(self) -> Row | None:
        row = Row(id=strawberry.ID("x"))
        del row.__dict__["count"]
        return row


SCHEMA = SubgraphSchema(Query, types=[Leaf])
ALL = (
    "{ __typename id when count colour tags required upper value { __typename ... on Text { text }"
    " ... on Number { number unit } } values { ... on Text { text } ... on Number { n: number } }"
    " named { name __typename ... on Leaf { colour } } parts { id colour required } }"
)


async def outcome(executor: type[Any], query: str, variables: dict[str, Any] | None) -> Any:
    document = parse(query)
    assert [] == validate(SCHEMA._schema, document)
    result = execute(SCHEMA._schema, document, variable_values=variables, executor_class=executor)
    if hasattr(result, "__await__"):
        result = await result
    errors = sorted(
        (str(error.path), error.message, type(error.original_error).__name__)
        for error in result.errors or ()
    )
    return str(result.data), errors


@pytest.mark.parametrize(
    "query",
    [
        "{ row " + ALL + " }",
        "{ rows " + ALL + " }",
        "{ row { b: id a: id later(times: 2) colour upper count } }",
        "{ row { later id broken parts { later id broken parts { id } } tags } }",
        "{ rows { id later } second: rows { later id } }",
        "{ page { edges { node { id required } cursor } pageInfo { hasNextPage endCursor } } }",
        "{ page { edges { node { id later } } completeness { complete missingSources {"
        " reason } } } }",
        "query($s: Boolean!) { row { id @skip(if: $s) count @include(if: $s) tags } }",
        "fragment F on Row { id parts { ...G } } fragment G on Row { id count }"
        " { row { ...F count ... on Row { tags } parts { tags } } }",
        "{ nullWhereNoneMayBe { id required count } }",
        "{ nullWhereNoneMayBe { id } }",
        "{ nullDeepBelow { id parts { id required } } }",
        "{ nullDeepBelow { id parts { id } } }",
        "{ noList { id tags parts { id } count } }",
        "{ generated { id tags } }",
        "{ wrongLeaves { id count colour when } }",
        "{ tooLarge { id count } }",
        "{ promise { id required } }",
        "{ exception { id tags required } }",
        "{ exception { id tags } }",
        "{ ofNoType { id value { ... on Text { text } } } }",
        "{ ofNoType { id named { name } } }",
        "{ missing { id count } }",
        "{ row { id } nullWhereNoneMayBe { required } rows { broken } }",
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
async def test_the_compiled_way_answers_like_the_general_way(query: str) -> None:
    variables = {"s": True} if "$s" in query else None

    general = await outcome(StrawberryGraphQLCoreExecutionContext, query, variables)
    compiled = await outcome(PlainExecutor, query, variables)

    assert general == compiled


async def test_plain_fields_run_no_resolver() -> None:
    calls: list[str] = []

    class Counting(PlainExecutor):
        def execute_field(self, parent_type: Any, source: Any, details: Any, *rest: Any) -> Any:
            calls.append(details[0].node.name.value)
            return super().execute_field(parent_type, source, details, *rest)

    await outcome(
        Counting, "{ row { id tags upper parts { id colour } value { __typename } } }", None
    )

    assert ["row", "upper"] == calls
