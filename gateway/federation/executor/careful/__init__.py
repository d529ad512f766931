"""The careful path: structs as on the fast path, in which errors and refusals may stand."""
