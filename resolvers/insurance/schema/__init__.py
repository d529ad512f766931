"""The schema of the insurance subgraph."""
