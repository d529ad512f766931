"""The schema of the patient subgraph."""
