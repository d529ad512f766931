"""The query plan: what the planner makes and the executor runs, as plain frozen data.

The plan's printed form (``plan_printing``) is the one that the field knows; the extra facts that
the executor needs (sources, guards) are values here and are not printed by default.

How answers are merged: the values of a root fetch belong into the answer's root, those of an
entity fetch into the objects whose representations were sent. Where a response name is there
already with an object or a list (a value type of which two subgraphs know a part each), the two
are merged deeply, lists item by item.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from gateway.federation.selection import Condition, SelectionSet


class OperationKind(StrEnum):
    """Kind of a GraphQL operation (specification section 2.3)."""

    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One step of a path into the answer: enter ``response_name``, through any depth of lists.

    Attributes:
        response_name: The key in the merged data.
        types: Concrete object types for which the walk goes on from the value that is found;
            ``None`` means all. The concrete type is read from the value's ``TYPENAME_KEY``,
            which the plan has fetched wherever it uses ``types``.
    """

    response_name: str
    types: frozenset[str] | None = None


Path: TypeAlias = tuple[FieldStep, ...]


@dataclass(frozen=True, slots=True)
class KeyField:
    """One field of a representation and where its value stands in the merged data.

    Attributes:
        name: Name in the representation that is sent.
        source: Response name in the merged data (a reserved alias, or the client's own key).
        selections: For objects: the fields below; ``None`` for leaves.
    """

    name: str
    source: str
    selections: tuple["KeySelection", ...] | None = None


@dataclass(frozen=True, slots=True)
class KeyFragment:
    """Part of a representation that only concerns some concrete types (``... on T { }``).

    Attributes:
        types: Concrete types of the object for which this part is sent.
        selections: The fields of the part.
        type_condition: The condition as the directive's FieldSet names it, for printing.
    """

    types: frozenset[str]
    selections: tuple["KeySelection", ...]
    type_condition: str


KeySelection: TypeAlias = KeyField | KeyFragment


@dataclass(frozen=True, slots=True)
class Representation:
    """How the representations of one entity type are built from the objects at the fetch's path.

    Attributes:
        type_name: The type of the entity *in the target subgraph*; sent as ``__typename``
            unless ``typename_source`` is used.
        applies_to: Concrete object types (supergraph names) of the objects that this
            representation is made for; ``None`` means whatever stands there.
        typename_source: ``None``: send ``type_name``. Otherwise send the object's own concrete
            typename found under this key.
        fields: Keys and ``@requires`` inputs. An object in which a key is null or missing has no
            representation: the fetch leaves it alone.
        required: Names of the fields in ``fields`` that come from ``@requires`` (may be null).
        selections: What is selected on the entity: ``... on type_name { selections }``.
        paths: Where the objects of this representation stand. Representations of one fetch may
            have different paths.
        call: Number of the ``_entities`` call of the request that this representation goes into,
            from 0. In one call all representations of one ``type_name`` have equal selections, and
            no entity belongs to two of its types (an interface and its implementer); where
            entities need different selections, the request has several aliased calls.
        conditions: All must hold, else no representation is made.
    """

    type_name: str
    applies_to: frozenset[str] | None
    fields: tuple[KeySelection, ...]
    selections: SelectionSet
    typename_source: str | None = None
    required: frozenset[str] = frozenset()
    paths: tuple[Path, ...] = ()
    call: int = 0
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class ContextValue:
    """A variable of a fetch that is filled from an ancestor of its objects (``@fromContext``).

    Attributes:
        variable: Name of the variable; it stands among ``Fetch.variables`` with its definition.
        depth: Length of the part of the fetch's path at whose end the ancestor stands.
        source: Path of response names from the ancestor to the value.
    """

    variable: str
    depth: int
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request to one subgraph.

    A root fetch has ``selections``; an entity fetch has ``representations`` and stands under a
    :class:`Flatten`. Response names in the selections are final (but for ``Field.output_name``):
    an answer's values are written into the object at the path under exactly these names.
    Response names that begin with ``RESERVED_PREFIX`` are the plan's own and must not reach the
    client.

    Attributes:
        id: Number of the fetch, unique in the plan, in order of planning.
        subgraph: Name of the subgraph.
        kind: Kind of the subgraph operation.
        operation_name: Name sent to the subgraph, or ``None``.
        selections: The root selection set; empty for entity fetches.
        representations: One for each entity type fetched; several types share one request.
        variables: Names of the client's variables used, sorted (``representations`` apart).
        variable_definitions: The same with their types, as text: ``("$first: Int", ...)``.
        guards: Guards that decide which of the selections are requested; empty if none.
        depends_on: Ids of the fetches whose data this one needs, transitive ones removed. The
        tree of
            Sequence and Parallel keeps these dependencies and may add some.
        contexts: Variables filled from ancestors. A fetch that has some has one representation
            with one path; its objects are grouped by their values, one request for each group.
    """

    id: int
    subgraph: str
    kind: OperationKind
    selections: SelectionSet = ()
    representations: tuple[Representation, ...] = ()
    operation_name: str | None = None
    variables: tuple[str, ...] = ()
    variable_definitions: tuple[str, ...] = ()
    guards: tuple[int, ...] = ()
    depends_on: tuple[int, ...] = ()
    contexts: tuple[ContextValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Flatten:
    """An entity fetch whose objects stand at ``paths`` in the merged data.

    Several paths share one fetch where the same subgraph is asked for entities in different
    places at the same moment; ``Representation.paths`` says which representation is made where,
    and ``paths`` is the union of these. A fetch under a Flatten that has ``selections`` and no
    representations re-enters the subgraph's root type (an object of the query type was found at
    the path): it is sent once if there is any object at the paths, and the answer is merged into
    each of them.
    """

    paths: tuple[Path, ...]
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class RootFieldSubject:
    """The subject is known before any fetch: it follows from a root field and its arguments.

    The port is asked with the field's coordinate (``Query.patient``), its response name and its
    coerced arguments.
    """

    type_name: str
    field_name: str
    response_name: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ObjectSubject:
    """The subject is read from objects that an earlier fetch brought.

    Attributes:
        paths: Where the objects stand.
        source: Path of response names from the object to the subject's value.
    """

    paths: tuple[Path, ...]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """A decision that must be taken before the fetches that name it may be sent.

    Attributes:
        id: Number of the guard; ``GroupRequirement.guard`` names it.
        subject: Where the subject is known from.
        groups: All groups asked for, sorted.
    """

    id: int
    subject: RootFieldSubject | ObjectSubject
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectCheck:
    """A child inherits the guard of its parent: its own subject value must be the same.

    Attributes:
        guard: The inherited guard.
        path: Where the children stand.
        source: Path of response names from the child to its own subject value.
    """

    guard: int
    path: Path
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Nodes that run one after the other."""

    nodes: tuple["PlanNode", ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Nodes that may run at the same time."""

    nodes: tuple["PlanNode", ...]


@dataclass(frozen=True, slots=True)
class ConditionNode:
    """A part of the plan that runs only where a variable has the wanted value."""

    condition: Condition
    node: "PlanNode"


PlanNode: TypeAlias = Fetch | Flatten | Guard | Sequence | Parallel | ConditionNode


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """A whole plan.

    Attributes:
        kind: Kind of the client's operation.
        node: The root node; ``None`` where nothing has to be fetched (``{ __typename }``).
        checks: Subject checks of inherited guards.
        nodes_considered: Work of the planner in steps, for its budget's tests.
    """

    kind: OperationKind
    node: PlanNode | None
    checks: tuple[SubjectCheck, ...] = field(default=())
    nodes_considered: int = 0


RESERVED_PREFIX = "__fed_"
"""Prefix of response names that are the plan's own: typenames, keys, ``@requires`` inputs.

An operation that uses such a response name itself is refused before planning.
"""

TYPENAME_KEY = "__fed_typename"
"""Reserved response name under which fetches ask for ``__typename`` for the plan's own use."""
