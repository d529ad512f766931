"""Reading subgraphs: documents, links, definitions, FieldSets, and what follows from them."""
