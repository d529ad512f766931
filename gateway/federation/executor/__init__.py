"""Execution: from a query plan to the bytes of the response."""
