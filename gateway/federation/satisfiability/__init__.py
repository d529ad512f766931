"""Whether every query that the supergraph's API allows can be answered by its subgraphs."""

from gateway.federation.satisfiability.exploration import check_satisfiability

__all__ = ["check_satisfiability"]
