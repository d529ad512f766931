"""The schema of the encounter subgraph."""
