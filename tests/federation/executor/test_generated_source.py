"""No text of a client, a subgraph or a schema becomes part of the code that is generated."""

import builtins
import io
import keyword
import re
import tokenize
from types import CodeType
from typing import Any

import pytest

from gateway.federation.executor.fast import source
from gateway.federation.operation.model import VariableDefinition
from gateway.federation.plan import Fetch, OperationKind, Parallel
from gateway.federation.plan import Sequence as InOrder
from tests.federation.executor.guard_kit import Table, object_guard
from tests.federation.executor.kit import Case, entity, flatten, graph, root, select

TEXTS = [
    '"); import os; os.abort(); ("',
    "'''",
    '"""',
    "\\",
    "\n    raise SystemExit\n",
    "\\u0022",
    "\u2028",
    "{S}",
    "%s",
    "é😀",
]
NAMES = ["__proto__", "__class__", "__dict__", "_", "S", "None", "lambda", "import", "k0", "f0"]
SPOKEN = {"S", "L", "D", "data", "root", "known", "add", "place", "get", "made", "places", "odd"}
SPOKEN |= {"entity", "entities", "subject", "subjects", "objects", "index", "found", "values"}
SPOKEN |= {"write_ids", "clear", "append", "setdefault", "asked", "value", "items", "extend"}
SPOKEN |= {"encode_shared", "id", "alike", "decoded"}
NUMBERED = re.compile(
    r"[vkf]\d+|(collect|merge|gather|walk|ask|assign|settle|subjects|check)_[0-9_]+"
)


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were compiled."""
    texts: list[str] = []

    def spy(text: str, *arguments: Any) -> CodeType:
        texts.append(text)
        code: CodeType = builtins.compile(text, *arguments)
        return code

    monkeypatch.setattr(source, "compile", spy, raising=False)
    return texts


def foreign_words(text: str) -> set[str]:
    """The words and literals of a source that are not its own."""
    foreign: set[str] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        word = token.string
        if token.type == tokenize.STRING:
            foreign.add(word)
        if token.type == tokenize.NAME and not (
            keyword.iskeyword(word)
            or word in SPOKEN
            or NUMBERED.fullmatch(word)
            or word in ("__class__", "len", "zip", "enumerate", "list", "int", "str")
        ):
            foreign.add(word)
    return foreign


SCHEMA = graph(
    "type Query { lambda(text: String, other: String): [lambda] things: [Thing] }"
    " type lambda { id: ID! __: String import: Int class: def }"
    " type def { S: String! k0: [Int!] }"
    " union Thing = lambda | def"
)


async def test_odd_names_and_texts_of_operations_stay_out_of_the_source(
    generated: list[str],
) -> None:
    texts = [f"{json_string(text)}" for text in TEXTS]
    calls = [
        f"{name}: lambda(text: {text}, other: $v) {{ {{}} }}"
        for name, text in zip(NAMES, texts, strict=True)
    ]
    inner = "__dict__: import f0: import class { None: S __slots__: k0 }"
    asked = " ".join(call.replace("{}", f"id {inner}") for call in calls)
    fetched = " ".join(call.replace("{}", "id") for call in calls)
    case = Case(
        SCHEMA,
        asked,
        InOrder(
            (
                Fetch(
                    0,
                    'a"b\\\n',
                    OperationKind.QUERY,
                    selections=select(fetched),
                    operation_name='x"y',
                    variables=("v",),
                    variable_definitions=("$v: String",),
                ),
                flatten(1, "'; raise", " ".join(NAMES), entity("lambda", "id", inner)),
            )
        ),
        variables=(VariableDefinition("v", "String"),),
    )
    brought = {"__dict__": 1, "f0": 2, "class": {"None": "n", "__slots__": [1]}}
    response, subgraphs, outcome = await case.run(
        {
            'a"b\\\n': [{"data": {name: [{"id": "1"}, None] for name in NAMES}}],
            "'; raise": [{"data": {"_entities": [brought]}}],
        },
        {"v": TEXTS[0]},
    )

    assert {name: [{"id": "1", **brought}, None] for name in NAMES} == response["data"]
    assert TEXTS[0] == subgraphs.bodies('a"b\\\n')[0]["variables"]["v"]
    assert not outcome.is_general
    assert [False, True] == [".alike" in text for text in generated]
    assert set() == foreign_words("\n".join(generated))


async def test_odd_names_stay_out_of_the_source_of_the_careful_path(generated: list[str]) -> None:
    group = "');raise(SystemExit)#"
    case = Case(
        SCHEMA,
        "__proto__: lambda { import } _: things { __typename ... on def { None: S } }",
        Parallel(
            (
                InOrder(
                    (
                        root(0, "a", "__proto__: lambda { __fed_lambda: id }"),
                        object_guard(0, "__proto__", group, source="__fed_lambda"),
                        flatten(
                            1,
                            "b",
                            "__proto__",
                            entity(
                                "lambda",
                                "id=__fed_lambda",
                                f'import @group(guard: 0, name: "{group}")',
                            ),
                            guards=(0,),
                        ),
                    )
                ),
                root(2, "c", "_: things { __fed_typename: __typename ... on def { None: S } }"),
            )
        ),
    )
    listed = [{"__fed_typename": "def", "None": "n"}, {"__fed_typename": "lambda"}]
    response, _, outcome = await case.run(
        {
            "a": [{"data": {"__proto__": [{"__fed_lambda": "1"}, {"__fed_lambda": TEXTS[0]}]}}],
            "b": [{"data": {"_entities": [{"import": 5}]}}],
            "c": [{"data": {"_": listed}}],
        },
        guard=Table({"1": group}),
    )

    assert [{"import": 5}, {"import": None}] == response["data"]["__proto__"]
    assert [{"__typename": "def", "None": "n"}, {"__typename": "lambda"}] == response["data"]["_"]
    assert not outcome.is_general
    assert 1 == len(generated)
    assert set() == foreign_words(generated[0])


def json_string(text: str) -> str:
    """A text as a GraphQL string literal."""
    plain = {char for char in text if char.isprintable()} - {'"', "\\"}
    return '"' + "".join(c if c in plain else f"\\u{ord(c):04x}" for c in text) + '"'
