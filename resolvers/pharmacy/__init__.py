"""The pharmacy subgraph: national prescriptions, what is left of them, and drugs."""
