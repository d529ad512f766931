"""The schema of the pharmacy subgraph."""
