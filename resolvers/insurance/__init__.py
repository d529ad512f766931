"""The insurance subgraph: coverage, eligibility and claims of social health insurance (BHYT)."""
