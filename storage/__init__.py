"""What gateway and resolvers both stand on: documents, keys, profiles, access log, idempotency."""
