"""Hospitals: a FHIR R4 REST server on SQLite, one instance per facility."""
