"""The query graph: what can be reached from where, built once per supergraph."""
