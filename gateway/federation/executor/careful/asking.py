"""Writes the functions of the careful path's entity fetches: ask about objects, take entities."""

from gateway.federation.executor.fast.fetches import EntityTarget
from gateway.federation.executor.fast.marks import NO_VALUE
from gateway.federation.executor.fast.representations import write_representation
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.response.errors import Fault


class AskWriter:
    """Writes into the source of a plan.

    Args:
        walks: Writes the walks of the plan into the same source.
    """

    def __init__(self, walks: WalkWriter) -> None:
        self._source = walks.source
        self._pool = walks.structs.pool

    def write_ask(self, name: str, target: EntityTarget, has_subjects: bool) -> None:
        """Write a function that makes the representations of objects.

        It is called with the objects, their subjects, what is known by key, the representations,
        the index of each object's one, the subjects of each representation, and what is to be
        done with an object whose keys lack a value: return values for them, or ``None`` if there
        is nothing to ask.
        """
        source = self._source
        with source.block(f"def {name}(objects, subjects, known, made, places, asked, odd):"):
            source.line("add, place, get = made.append, places.append, known.get")
            loop = "for entity in objects:"
            if has_subjects:
                loop = "for entity, subject in zip(objects, subjects):"
            with source.block(loop):
                names = [source.name() for _ in target.keys]
                for value, key in zip(names, target.keys, strict=True):
                    source.line(f"{value} = entity.{key.slot.attribute}")
                self._write_odd(target, names)
                key_text, representation = write_representation(source, self._pool, target, names)
                if has_subjects:
                    key_text = f"({key_text}, subject)"
                source.line(f"index = get({key_text})")
                with source.block("if index is None:"):
                    source.line(f"index = known[{key_text}] = len(made)")
                    source.line(f"add({representation})")
                    if has_subjects:
                        source.line("asked.append(subject)")
                source.line("place(index)")

    def _write_odd(self, target: EntityTarget, names: list[str]) -> None:
        """Write what happens where a key lacks a value, or only an error tells why it is null."""
        source = self._source
        empty, fault = source.value(NO_VALUE), source.value(Fault)
        tests = [
            f"{name}.__class__ is {fault}" if key.may_be_null else f"{name}.__class__ in {empty}"
            for name, key in zip(names, target.keys, strict=True)
        ]
        if not tests:
            return
        values = "".join(f"{name}, " for name in names)
        with source.block(f"if {' or '.join(tests)}:"):
            source.line(f"values = odd(entity, ({values}))")
            with source.block("if values is None:"):
                source.line("place(-1)")
                source.line("continue")
            source.line(f"{values}= values")

    def write_assign(self, name: str, attributes: list[str]) -> None:
        """Write a function that writes entities into objects."""
        source = self._source
        if not attributes:
            source.line(f"def {name}(objects, places, entities): pass")
            return
        loop = "for place, index in zip(objects, places):"
        with source.block(f"def {name}(objects, places, entities):"), source.block(loop):
            source.line("entity = entities[index]")
            for attribute in attributes:
                source.line(f"place.{attribute} = entity.{attribute}")
