"""Stage 1: the cases T1 to T7, T17, T18 and T22 of static authorization.

Each test states subgraphs, an operation and the caller's scopes, and expects the coordinates that
are denied and the selection set that is planned.
"""

import re
from dataclasses import dataclass

import pytest

from gateway.authorization import (
    Requirement,
    RequirementTable,
    authorize,
    read_requirements,
    requirement_mask,
)
from gateway.authorization.holding import HeldRequirements
from gateway.federation.composition import (
    CompositionFailure,
    CompositionSuccess,
    SubgraphDocument,
    compose,
)
from gateway.federation.operation.model import OperationLimits
from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.selection import Field, InlineFragment, SelectionSet
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.principal import ANONYMOUS, Principal
from gateway.scopes import parse_scopes

LINK = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: [
  "@key" "@requires" "@external" "@shareable" "@authenticated" "@requiresScopes" "@policy"
  "@interfaceObject" "@context" "@fromContext"
])
"""


@dataclass(frozen=True)
class World:
    supergraph: Supergraph
    table: RequirementTable

    def ask(self, text: str, scopes: str | None = "", name: str | None = None) -> "Answer":
        principal = ANONYMOUS
        if scopes is not None:
            principal = Principal(subject="s", issuer="i", scopes=parse_scopes(scopes))
        operation = prepare_operation(self.supergraph, text, name, OperationLimits())
        held = self.held_by(principal)
        found = authorize(self.table, operation.root_type, operation.selections, held)
        return Answer(
            found.denied, printed(found.planned), printed(found.shaped), found.denied_types
        )

    def held_by(self, principal: Principal) -> int:
        """What she meets; a policy holds where there is a scope of its name."""
        numbered = self.table.numbered
        policies = [each for each in enumerate(numbered) if each[1].policies is not None]
        return HeldRequirements(numbered).of(
            principal,
            (1 << len(numbered)) - 1,
            policies,
            lambda who, policy: who.scopes.grants(policy),
        )


@dataclass(frozen=True)
class Answer:
    denied: tuple[str, ...]
    planned: str
    shaped: str
    denied_types: frozenset[str] = frozenset()


def printed(selections: SelectionSet) -> str:
    parts = []
    for selection in selections:
        inner = printed(selection.selections)
        if isinstance(selection, InlineFragment):
            parts.append(f"...{selection.type_condition}{{{inner}}}")
        elif isinstance(selection, Field):
            mark = "!" if selection.denial else ""
            parts.append(mark + selection.response_name + (f"{{{inner}}}" if inner else ""))
    return " ".join(parts)


def world(*sdls: str) -> World:
    documents = [SubgraphDocument(f"s{number}", "", LINK + sdl) for number, sdl in enumerate(sdls)]
    result = compose(documents)
    assert isinstance(result, CompositionSuccess), result
    supergraph = read_supergraph(result.supergraph_sdl)
    return World(supergraph, read_requirements(supergraph))


BOOKS = """
type Query { book: Book any: [Media] open: Int }
interface Media { id: ID! title: String }
type Book implements Media @key(fields: "id") {
  id: ID! title: String isbn: String @requiresScopes(scopes: [["read:isbn"], ["admin" "all"]])
}
type Film implements Media @key(fields: "id") @authenticated { id: ID! title: String }
"""


def test_a_field_is_denied_without_its_scope() -> None:
    answer = world(BOOKS).ask("{ book { title isbn } }")

    assert Answer(("Book.isbn",), "book{title}", "book{title !isbn}") == answer


@pytest.mark.parametrize("scopes", ["read:isbn", "admin all", "other read:isbn"])
def test_one_of_the_groups_suffices(scopes: str) -> None:
    assert () == world(BOOKS).ask("{ book { isbn } }", scopes).denied


@pytest.mark.parametrize("scopes", ["admin", "all", "isbn", ""])
def test_a_part_of_a_group_does_not_suffice(scopes: str) -> None:
    assert ("Book.isbn",) == world(BOOKS).ask("{ book { isbn } }", scopes).denied


@pytest.mark.parametrize("written", ['"read:isbn"', '["read:isbn", ["admin", "all"]]'])
def test_a_group_may_be_written_without_its_list(written: str) -> None:
    graph = world(BOOKS.replace('[["read:isbn"], ["admin" "all"]]', written))

    assert () == graph.ask("{ book { isbn } }", "read:isbn").denied
    assert ("Book.isbn",) == graph.ask("{ book { isbn } }", "admin").denied


def test_aliases_do_not_hide_a_field() -> None:
    answer = world(BOOKS).ask("{ b: book { title: isbn } }")

    assert "b{!title}" == answer.shaped


INTERFACE = """
type Query { a: Doc b: Memo }
interface Doc { id: ID! text: String }
type Memo implements Doc @requiresScopes(scopes: [["memo"]]) { id: ID! text: String }
"""


def test_t01_a_requirement_on_an_interface_is_refused_at_composition() -> None:
    sdl = INTERFACE.replace("interface Doc", 'interface Doc @requiresScopes(scopes: [["docs"]])')
    result = compose([SubgraphDocument("s", "", LINK + sdl)])

    assert isinstance(result, CompositionFailure)


def test_t01_a_requirement_on_an_interface_of_another_composer_holds_everywhere() -> None:
    result = compose([SubgraphDocument("s", "", LINK + INTERFACE)])
    assert isinstance(result, CompositionSuccess)
    head, interface, rest = result.supergraph_sdl.partition("interface Doc")
    sdl = head + interface + ' @requiresScopes(scopes: [["docs"]])' + rest
    supergraph = read_supergraph(sdl)
    graph = World(supergraph, read_requirements(supergraph))
    text = "{ a { ... on Memo { text } ...F } b { id } } fragment F on Doc { id }"

    assert ("Query.a", "Query.b") == graph.ask(text, "memo").denied
    assert () == graph.ask(text, "docs memo").denied


def test_t02_an_interface_field_needs_what_all_implementers_need() -> None:
    assert ("Media.title",) == world(BOOKS).ask("{ any { title } }", None).denied


def test_t02_a_fragment_needs_what_its_own_type_needs() -> None:
    answer = world(BOOKS).ask("{ any { ... on Book { title } ... on Film { title } } }", None)

    assert ("Film.title",) == answer.denied
    assert "any{...Book{title}}" == answer.planned


CHAIN = (
    """
    type Query { p: P }
    type P @key(fields: "id") {
      id: ID! secret: Int @requiresScopes(scopes: [["secret"]])
    }
    """,
    """
    type P @key(fields: "id") {
      id: ID! secret: Int @external
      half: Int @requires(fields: "secret") @requiresScopes(scopes: [["secret"]])
    }
    """,
    """
    type P @key(fields: "id") {
      id: ID! half: Int @external
      quarter: Int @requires(fields: "half") @requiresScopes(scopes: [["secret"]])
    }
    """,
)
"""Three subgraphs, in which a field needs a field that needs a field that needs a scope."""


def test_t03_a_field_inherits_the_requirements_of_its_inputs_through_chains() -> None:
    graph = world(
        *CHAIN,
    )

    assert ("P.half", "P.quarter") == graph.ask("{ p { half quarter } }").denied
    assert () == graph.ask("{ p { half quarter } }", "secret").denied


def of_another_composer(*sdls: str, silent: tuple[str, ...]) -> World:
    """A world whose supergraph leaves the requirements of some fields to be inherited."""
    result = compose([SubgraphDocument(f"s{at}", "", LINK + sdl) for at, sdl in enumerate(sdls)])
    assert isinstance(result, CompositionSuccess), result
    lines = [
        re.sub(r" @requiresScopes\(scopes: [^)]*\)", "", line)
        if line.strip().partition(":")[0].partition("(")[0] in silent
        else line
        for line in result.supergraph_sdl.splitlines()
    ]
    supergraph = read_supergraph("\n".join(lines))
    return World(supergraph, read_requirements(supergraph))


def test_t03_what_another_composer_left_out_is_inherited_through_chains() -> None:
    graph = of_another_composer(
        *CHAIN,
        silent=("half", "quarter"),
    )

    assert ("P.half", "P.quarter") == graph.ask("{ p { half quarter } }").denied
    assert () == graph.ask("{ p { half quarter } }", "secret").denied


@pytest.mark.parametrize(
    ("required", "denied"),
    [
        ("media { ... on Film { name } }", ("P.label",)),
        ("media { ... on Song { name } }", ()),
        ("media { name }", ("P.label",)),
    ],
)
def test_t03_inputs_below_interfaces_are_inherited_from(
    required: str, denied: tuple[str, ...]
) -> None:
    types = """
        interface Media { name: String }
        type Film implements Media { name: String FILM }
        type Song implements Media { name: String SONG }
    """
    graph = of_another_composer(
        """
        type Query { p: P }
        type P @key(fields: "id") { id: ID! media: Media }
        """
        + types.replace("FILM", '@requiresScopes(scopes: [["film"]])').replace("SONG", ""),
        """
        type P @key(fields: "id") {
          id: ID! media: Media @external
          label: String @requires(fields: "REQUIRED") @requiresScopes(scopes: [["film"]])
        }
        """.replace("REQUIRED", required)
        + types.replace("FILM", "@external").replace("SONG", "@external"),
        silent=("label",),
    )

    assert denied == graph.ask("{ p { label } }").denied
    assert () == graph.ask("{ p { label } }", "film").denied


def test_t03_what_comes_from_a_context_is_inherited_from() -> None:
    graph = of_another_composer(
        """
        type Query { p: P }
        type P @key(fields: "id") @context(name: "holder") {
          id: ID! secret: Int @requiresScopes(scopes: [["secret"]]) part: Part
        }
        type Part @key(fields: "id") {
          id: ID!
          size(of: Int @fromContext(field: "$holder { secret }")): Int
            @requiresScopes(scopes: [["secret"]])
        }
        """,
        silent=("size",),
    )

    assert ("Part.size",) == graph.ask("{ p { part { size } } }").denied
    assert () == graph.ask("{ p { part { size } } }", "secret").denied


def test_t04_an_implementers_requirement_holds_when_read_through_the_interface() -> None:
    graph = world("""
        type Query { node: Node }
        interface Node { id: ID! name: String }
        type Open implements Node { id: ID! name: String }
        type Closed implements Node { id: ID! name: String @requiresScopes(scopes: [["n"]]) }
    """)

    assert ("Node.name",) == graph.ask("{ node { id name } }").denied
    assert ("Closed.name",) == graph.ask("{ node { ... on Closed { name } } }").denied
    assert () == graph.ask("{ node { ... on Open { name } } }").denied


def test_t05_renamed_directives_still_hold() -> None:
    sdl = """
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", as: "fed", import: [
      { name: "@requiresScopes", as: "@needs" } { name: "@authenticated", as: "@who" }
    ])
    type Query {
      a: Int @needs(scopes: [["a"]]) b: Int @who c: Int @fed__policy(policies: [["p"]])
    }
    """
    result = compose([SubgraphDocument("s", "", sdl)])
    assert isinstance(result, CompositionSuccess), result
    supergraph = read_supergraph(result.supergraph_sdl)
    graph = World(supergraph, read_requirements(supergraph))

    assert ("Query.a", "Query.b", "Query.c") == graph.ask("{ a b c }", None).denied
    assert () == graph.ask("{ a b c }", "a p").denied


def test_t06_requirements_of_several_subgraphs_are_combined_by_and() -> None:
    graph = world(
        'type Query { v: Int @shareable @requiresScopes(scopes: [["a"], ["b"]]) }',
        'type Query { v: Int @shareable @requiresScopes(scopes: [["c"]]) }',
    )

    assert () == graph.ask("{ v }", "b c").denied
    assert ("Query.v",) == graph.ask("{ v }", "a b").denied
    assert ("Query.v",) == graph.ask("{ v }", "c").denied


def test_t07_a_requirement_on_an_interface_object_holds_for_every_implementer() -> None:
    graph = world(
        """
        type Query { node: Node one: One }
        interface Node @key(fields: "id") { id: ID! }
        type One implements Node @key(fields: "id") { id: ID! }
        """,
        """
        type Node @key(fields: "id") @interfaceObject {
          id: ID! extra: Int @requiresScopes(scopes: [["x"]])
        }
        """,
    )

    assert ("Node.extra",) == graph.ask("{ node { extra } }").denied
    assert ("One.extra",) == graph.ask("{ one { extra } }").denied
    assert ("One.extra",) == graph.ask("{ node { ... on One { extra } } }").denied


def test_t17_a_protected_key_is_never_selected_for_the_client() -> None:
    graph = world("""
        type Query { p: P }
        type P @key(fields: "id") { id: ID @requiresScopes(scopes: [["id"]]) name: String }
    """)

    assert "p{name}" == graph.ask("{ p { id name } }").planned


def test_t22_only_the_selected_operation_is_judged() -> None:
    text = "query A { open } query B { book { isbn } }"

    assert () == world(BOOKS).ask(text, name="A").denied


def test_a_fragment_of_which_nothing_is_left_is_not_planned() -> None:
    answer = world(BOOKS).ask("{ any { id: __typename ... on Film { title } } }", None)

    assert "any{id}" == answer.planned


def test_the_anonymous_caller_meets_no_requirement() -> None:
    graph = world("type Query { a: Int @authenticated b: Int }")

    assert ("Query.a",) == graph.ask("{ a b }", None).denied
    assert () == graph.ask("{ a b }", "").denied


def test_a_policy_is_asked_by_name() -> None:
    graph = world('type Query { a: Int @policy(policies: [["p"], ["q" "r"]]) }')

    assert () == graph.ask("{ a }", "q r").denied
    assert ("Query.a",) == graph.ask("{ a }", "q").denied


def test_operations_without_requirements_have_an_empty_mask() -> None:
    graph = world(BOOKS)
    operation = prepare_operation(graph.supergraph, "{ open }", None, OperationLimits())

    assert 0 == requirement_mask(graph.table, operation.root_type, operation.selections)


def test_the_mask_names_the_requirements_of_the_operation_alone() -> None:
    graph = world(BOOKS)
    operation = prepare_operation(graph.supergraph, "{ book { isbn } }", None, OperationLimits())
    mask = requirement_mask(graph.table, operation.root_type, operation.selections)

    named = [r for n, r in enumerate(graph.table.numbered) if mask >> n & 1]
    assert [frozenset({frozenset({"read:isbn"}), frozenset({"admin", "all"})})] == [
        requirement.scopes for requirement in named
    ]


@pytest.mark.parametrize(
    "text", ["{ __schema { types { name } } __typename }", '{ __type(name: "Book") { name } }']
)
def test_introspection_needs_nothing(text: str) -> None:
    assert () == world(BOOKS).ask(text, None).denied


def test_t25_a_member_that_is_denied_is_not_even_named() -> None:
    answer = world(BOOKS).ask("{ any { __typename } }", None)

    assert frozenset({"Film"}) == answer.denied_types


def test_members_that_are_allowed_are_not_denied() -> None:
    assert frozenset() == world(BOOKS).ask("{ any { __typename } }", "").denied_types


def test_the_mask_tells_callers_apart_who_see_other_members() -> None:
    graph = world(BOOKS)
    operation = prepare_operation(
        graph.supergraph, "{ any { __typename } }", None, OperationLimits()
    )

    assert 0 != requirement_mask(graph.table, operation.root_type, operation.selections)


@pytest.mark.parametrize("groups", [frozenset(), frozenset({frozenset()})])
def test_t18_an_empty_list_of_scopes_denies(groups: frozenset[frozenset[str]]) -> None:
    principal = Principal(subject="s", issuer="i", scopes=parse_scopes("a b"))

    assert not Requirement(scopes=groups).granted(principal)


def test_a_requirement_that_is_weaker_than_another_adds_nothing() -> None:
    strong = Requirement(scopes=frozenset({frozenset({"a", "b"})}))
    weak = Requirement(scopes=frozenset({frozenset({"a"})}))

    assert strong == strong & weak
