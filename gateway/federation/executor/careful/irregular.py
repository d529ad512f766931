"""What is out of the ordinary in an execution on the careful path, and the reading of answers so.

Answers are read strictly first: only one with errors or nulls for entities is read again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.federation.executor.answers import ErrorMasking, RawError, read_errors
from gateway.federation.executor.fast.deviation import DeviationError
from gateway.federation.executor.fast.structs import StructPool, StructType, answer_decoder
from gateway.federation.executor.outcome import FailedFetch
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.response.errors import ExecutionError, Fault, fault


class UnreadableError(DeviationError):
    """An answer is not JSON, or there are neither data nor errors in it."""


@dataclass(slots=True)
class Irregularities:
    """What was out of the ordinary in one execution.

    Attributes:
        masking: What clients may know of errors.
        is_regular: Nothing was.
        faulty: Where faults stand: steps and attributes that they brought.
        loose: Errors that belong to no field.
        failures: Fetches that brought nothing usable.
    """

    masking: ErrorMasking
    is_regular: bool = True
    faulty: set[tuple[int, str]] = field(default_factory=set)
    loose: list[ExecutionError] = field(default_factory=list)
    failures: list[FailedFetch] = field(default_factory=list)

    def note(self, step: int, faulty: Iterable[str] = ()) -> None:
        """Note that a step's answer lacks something, and the attributes in which faults stand."""
        self.is_regular = False
        self.faulty.update((step, attribute) for attribute in faulty)

    def failed(self, subgraph: str, failure: FetchFailure) -> Fault:
        """Note that a fetch failed; return what stands for everything that it was to bring."""
        self.is_regular = False
        self.failures.append(FailedFetch(subgraph, failure.code, failure.message))
        return fault(self.masking.failure(failure, subgraph))


@dataclass(frozen=True, slots=True)
class IrregularAnswer:
    """An answer with errors, or with nulls in the place of entities.

    Attributes:
        data: Its data; ``None`` if there are none.
        errors: Its errors.
    """

    data: Any
    errors: tuple[RawError, ...]


class AnswerReader:
    """Reads the answers to one request.

    Args:
        pool: The struct classes that plans share.
        make_data: Makes the class of the answer's data, given whether entities may be null.
    """

    def __init__(self, pool: StructPool, make_data: Callable[[bool], StructType]) -> None:
        self._pool = pool
        self._make_data = make_data
        self._strict = answer_decoder(pool, make_data(False))
        self._lenient: Callable[[bytes], Any] | None = None

    def read(self, body: bytes) -> Any | None:  # noqa: ANN401 # a class made at run time
        """Return the data of a regular answer; ``None`` if it is none.

        Raises:
            UnreadableError: It is not JSON.
        """
        try:
            return self._strict(body).data
        except msgspec.ValidationError:
            return None
        except msgspec.DecodeError as error:
            raise UnreadableError from error

    def read_irregular(self, body: bytes, subgraph: str, masking: ErrorMasking) -> IrregularAnswer:
        """Return an answer that is not regular.

        Raises:
            UnreadableError: There are neither data nor errors.
            msgspec.ValidationError: Values do not have their types.
        """
        if self._lenient is None:
            data: Any = self._make_data(True)
            fields: list[Any] = [("data", data | None, None), ("errors", list[Any] | None, None)]
            self._lenient = msgspec.json.Decoder(self._pool.define(fields, {})).decode
        answer: Any = self._lenient(body)
        if answer.data is None and not answer.errors:
            raise UnreadableError
        return IrregularAnswer(answer.data, read_errors(answer.errors or [], subgraph, masking))
