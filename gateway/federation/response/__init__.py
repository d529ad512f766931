"""Shaping of the client's response: completion of values, null propagation, error paths."""
