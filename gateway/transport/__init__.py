"""Requests to subgraphs: over HTTP with keep-alive connections, or into an ASGI application."""
