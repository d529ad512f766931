"""The encounter subgraph: what hospitals hold of a patient, read from their FHIR R4 servers."""
