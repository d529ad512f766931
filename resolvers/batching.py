"""Data loaders whose failures never carry a key or a value.

aiodataloader puts all keys and values of a wrong-length batch into the exception text; keys here
are patients. So the batch function is wrapped once and the length is checked before the library
sees it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

LARGEST_BATCH = 500
"""Keys that one batch asks a source for."""


class BatchLengthError(Exception):
    """A batch function answered another number of values than it was asked for."""

    def __init__(self, name: str, expected: int, actual: int) -> None:
        super().__init__(f"{name}: {actual} values for {expected} keys")


class Loader(Generic[KeyT, ValueT]):
    """Gathers the keys of one turn of the event loop into one batch, within one request.

    A value that is an exception fails its own key only; an exception of the batch function fails
    them all.
    """

    def __init__(
        self,
        name: str,
        batch: Callable[[Sequence[KeyT]], Awaitable[Sequence[ValueT | BaseException]]],
        largest: int = LARGEST_BATCH,
    ) -> None:
        """Prepares an empty loader.

        Args:
            name: What is loaded by what (``ImmunizationsByPatient``), for logs.
            batch: Answers one value (or exception) per key, in the keys' order.
            largest: Keys per batch at most.
        """

        async def checked(keys: list[KeyT]) -> list[Any]:
            values = list(await batch(keys))
            if len(values) != len(keys):
                raise BatchLengthError(name, len(keys), len(values))
            return values

        self.name = name
        self._batch = checked
        self._largest = largest
        self._made: DataLoader[KeyT, Any] | None = None

    @property
    def _loader(self) -> DataLoader[KeyT, Any]:
        """Made when it is first needed: a request uses few of its loaders."""
        if self._made is None:
            self._made = DataLoader(self._batch, max_batch_size=self._largest)
        return self._made

    def load(self, key: KeyT) -> Awaitable[ValueT]:
        """The value of a key; asked for once per request."""
        return self._loader.load(key)

    def prime(self, key: KeyT, value: ValueT) -> None:
        """Takes note of a value that is known already."""
        self._loader.prime(key, value)
