"""The subgraphs of the health book, by the names that supergraph, settings and keys use."""

SUBGRAPHS = ("patient", "encounter", "pharmacy", "insurance")
