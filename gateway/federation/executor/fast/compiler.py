"""Compiles the fast path of one variant of a plan.

Every answer is decoded once into structs that already have the shape of the response, the entities
of later answers are written into the objects that are there, and the whole is encoded once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from graphql import GraphQLSchema

from gateway.federation.executor.fast.alike import join_alike
from gateway.federation.executor.fast.completion import compile_completion
from gateway.federation.executor.fast.fetches import FastFetch, outline_fetch
from gateway.federation.executor.fast.merging import FetchCall, FetchWriter
from gateway.federation.executor.fast.outline import (
    Origin,
    Outline,
    Slot,
    UnsupportedPlanError,
)
from gateway.federation.executor.fast.outlining import OutlineBuilder
from gateway.federation.executor.fast.program import FastProgram, FastStep, State
from gateway.federation.executor.fast.repeats import Repeats
from gateway.federation.executor.fast.sharing import FUNCTION, SharingWriter, mark_shared
from gateway.federation.executor.fast.structs import (
    StructBuilder,
    StructPool,
    StructType,
    answer_decoder,
)
from gateway.federation.executor.fast.walks import ROOT, WalkWriter
from gateway.federation.executor.outcome import ErrorListing
from gateway.federation.executor.requests import RequestTemplate
from gateway.federation.executor.steps import Step
from gateway.federation.executor.variant import CompiledFetch
from gateway.federation.plan import TYPENAME_KEY, OperationKind
from gateway.federation.response.fields import TypeConditions
from gateway.federation.selection import SelectionSet


@dataclass(frozen=True, slots=True)
class FastSource:
    """What a fast path is compiled from.

    Attributes:
        schema: The API schema.
        full_schema: The supergraph's schema.
        types: Which concrete types a composite type has.
        root_type: Name of the operation's root type.
        selections: The client's selections without conditions.
        steps: The plan's steps.
        fetches: Their compiled fetches.
        pool: The struct classes that plans share.
        denied_types: Object types that the caller may not see.
        errors: How an answer lists its errors.
        repeats: Where equal objects of answers are shared.
    """

    schema: GraphQLSchema
    full_schema: GraphQLSchema
    types: TypeConditions
    root_type: str
    selections: SelectionSet
    steps: tuple[Step, ...]
    fetches: tuple[CompiledFetch | None, ...]
    pool: StructPool
    denied_types: frozenset[str] = frozenset()
    errors: ErrorListing = field(default_factory=ErrorListing)
    repeats: Repeats = frozenset()


def compile_fast_path(source: FastSource) -> FastProgram | None:
    """Compile the fast path of a plan; ``None`` where only the general path can execute it."""
    try:
        return Compiler(source).compile()
    except UnsupportedPlanError:
        return None


class Compiler:
    """Compiles the fast path of one variant of a plan."""

    def __init__(self, source: FastSource) -> None:
        self.source = source
        builder = OutlineBuilder(
            source.schema, source.full_schema, source.types, source.denied_types
        )
        self.root = builder.outline(source.root_type, source.selections)
        self.builder = builder
        self.fetches = [
            outline_fetch(builder, self.root, step)
            for step in source.steps
            if step.fetch is not None
        ]
        for fetch in self.fetches:
            for step, place in source.repeats:
                if step == fetch.step:
                    mark_shared(fetch, place)
        if source.repeats:
            join_alike(self.fetches, builder.outlines)
        self.structs = StructBuilder(source.pool)

    def compile(self) -> FastProgram:
        """Compile all steps."""
        self.check_complete()
        live = self.live_outlines()
        self.decode_root_directly()
        walks = WalkWriter(self.structs, self.root, self.targets())
        sharing = SharingWriter(walks)
        writer = FetchWriter(walks, sharing)
        decoders = [self._write(fetch, writer, walks, sharing) for fetch in self.fetches]
        walks.write_clearing(live)
        sharing.write_encoding()
        functions = walks.source.compile()
        steps = tuple(
            self._step(fetch, decode, functions)
            for fetch, decode in zip(self.fetches, decoders, strict=True)
        )
        return FastProgram(
            steps,
            self.new_state(walks.initial_state),
            functions["clear"],
            functions[FUNCTION],
            compile_completion(self.structs, self.root),
            self.source.errors,
        )

    def targets(self) -> list[Outline]:
        """Return the objects that entity fetches are about."""
        return [
            target.outline
            for fetch in self.fetches
            for request in fetch.entities
            for target in request.targets
        ]

    def check_complete(self) -> None:
        """Take out the members of abstract types that only the general path can complete."""
        if not _is_complete(self.root, {}):
            raise UnsupportedPlanError("a field that nothing brings")

    def live_outlines(self) -> list[Outline]:
        """Return the outlines that can be reached, each once."""
        found: dict[int, Outline] = {}
        waiting = [self.root]
        while waiting:
            outline = waiting.pop()
            if outline.number in found:
                continue
            found[outline.number] = outline
            for slot in outline.slots.values():
                if slot.position is not None:
                    waiting += slot.position.outlines.values()
        return list(found.values())

    def decode_root_directly(self) -> None:
        """Let the only root fetch be decoded into the response's root itself."""
        roots = [fetch for fetch in self.fetches if not fetch.entities]
        if len(roots) == 1:
            self.root.origin = Origin(roots[0].step)

    def new_state(self, initial: State) -> Callable[[], State]:
        """Return what makes the state of an execution, given how its pieces begin."""
        rest = initial[1:]
        if self.root.origin is not None:
            return lambda: [None, *rest]
        root = self.structs.struct(self.root)
        return lambda: [root(), *rest]

    def _write(
        self,
        fetch: FastFetch,
        writer: FetchWriter,
        walks: WalkWriter,
        sharing: SharingWriter,
    ) -> Callable[[bytes], Any]:
        if fetch.entities:
            calls, data = self._entity_calls(fetch)
            writer.write(fetch, calls)
            return answer_decoder(self.source.pool, data)
        return answer_decoder(self.source.pool, self.write_root(fetch, walks, sharing))

    def write_root(
        self, fetch: FastFetch, walks: WalkWriter, sharing: SharingWriter
    ) -> StructType:
        """Write how a root answer is taken in; return the class of its data."""
        source, slots = walks.source, [slot for slot in fetch.brought if slot.is_kept]
        with source.block(f"def merge_{fetch.step}(S, data):"):
            walks.settle("(data,)", slots)
            sharing.write("(data,)", slots)
            sharing.write_shared()
            if self.root.origin is not None:
                source.line(f"S[{ROOT}] = data")
            else:
                source.line(f"root = S[{ROOT}]")
                for slot in slots:
                    source.line(f"root.{slot.attribute} = data.{slot.attribute}")
        if self.root.origin is not None:
            return self.structs.struct(self.root)
        return self.structs.brought(slots)

    def _entity_calls(self, fetch: FastFetch) -> tuple[list[FetchCall], StructType]:
        template = self._template(fetch)
        numbers = sorted({item.call for item in fetch.entities})
        calls, fields, names = [], [], {}
        for position, ((alias, _), number) in enumerate(zip(template.calls, numbers, strict=True)):
            requests = tuple(item for item in fetch.entities if item.call == number)
            classes = tuple(
                self.structs.brought(
                    item.brought,
                    (TYPENAME_KEY, item.type_name) if len(requests) > 1 else None,
                )
                for item in requests
            )
            attribute = f"f{position}"
            names[attribute] = alias
            fields.append((attribute, list[reduce(or_, classes)]))  # type: ignore[misc] # dynamic
            calls.append(FetchCall(attribute, classes, requests))
        data = self.source.pool.define(fields, names)
        return calls, data

    def compiled(self, fetch: FastFetch) -> CompiledFetch:
        """Return the compiled fetch of a step."""
        compiled = self.source.fetches[fetch.step]
        assert compiled is not None  # noqa: S101 # the step is a fetch
        return compiled

    def _template(self, fetch: FastFetch) -> RequestTemplate:
        template = self.compiled(fetch).request(()).template
        assert template is not None  # noqa: S101 # without guards everything may be asked
        return template

    def _step(
        self, fetch: FastFetch, decode: Callable[[bytes], Any], functions: dict[str, Any]
    ) -> FastStep:
        asked = self.compiled(fetch).fetch
        return FastStep(
            asked.subgraph,
            asked.kind is OperationKind.MUTATION,
            self._template(fetch),
            decode,
            functions.get(f"collect_{fetch.step}"),
            functions[f"merge_{fetch.step}"],
        )


def _is_complete(outline: Outline, known: dict[int, bool]) -> bool:
    """Return whether every field of an object has a source."""
    if outline.number not in known:
        known[outline.number] = not outline.is_beyond and all(
            _is_given(slot, known) for slot in outline.slots.values() if slot.client
        )
    return known[outline.number]


def _is_given(slot: Slot, known: dict[int, bool]) -> bool:
    if (slot.origin or slot.constant or slot.denial) is None:
        return False
    position = slot.position
    if position is None or slot.origin is None:
        return True
    complete = {
        name: outline
        for name, outline in position.outlines.items()
        if _is_complete(outline, known)
    }
    if position.is_abstract:
        position.outlines = complete
    return bool(complete)
