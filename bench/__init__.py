"""The benchmark: subgraphs, gateways and load, each on a core of its own."""
