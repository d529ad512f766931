"""What objects lack of which several subgraphs resolve parts, where one brought nothing."""

from gateway.federation.executor.projection import MergedObject, Merger, Projection
from gateway.federation.response.errors import Fault


class LostParts:
    """Fields that were taken away from objects that other subgraphs may still answer parts of."""

    def __init__(self) -> None:
        self._taken: list[tuple[Merger, Projection, MergedObject, Fault | None]] = []
        self._is_explained = True

    def take_away(
        self, merger: Merger, projection: Projection, entity: MergedObject, cause: Fault | None
    ) -> None:
        """Make what was asked about an object null.

        Args:
            merger: Merges the answers of the request.
            projection: What was asked.
            entity: The object.
            cause: The error that took it away; ``None``: the null is data.
        """
        merger.take_away(projection, entity, cause)
        if any(entry.below is not None for entry in projection.fields):
            self._taken.append((merger, projection, entity, cause))

    def note_answer(self) -> None:
        """Note that an answer is merged, which may bring parts of objects."""
        self._is_explained = False

    def explain(self) -> None:
        """Explain what objects lack of which other subgraphs have answered parts since.

        All that was taken away is walked, unless no answer has come since the last time.
        """
        if self._is_explained:
            return
        self._is_explained = True
        for merger, projection, entity, cause in self._taken:
            merger.take_away(projection, entity, cause, missing_only=True)
