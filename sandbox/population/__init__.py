"""A synthetic Vietnamese population, made from a seed. It knows no database and no network."""
