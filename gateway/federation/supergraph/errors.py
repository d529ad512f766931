"""Errors of reading a supergraph."""


class SupergraphError(ValueError):
    """The text is not a supergraph schema that this library understands."""
