"""FHIR data types and the other value types, scalars and directives that the subgraphs share."""
