"""The patient subgraph: who a person is, her history, consents and the log of accesses."""
