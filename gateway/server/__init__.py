"""The HTTP server: uvicorn with a protocol of our own for the GraphQL path."""
