"""The steps of a request, in order, as functions on frozen values."""
