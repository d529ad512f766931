"""The subgraphs of the health book: patient, encounter, pharmacy, insurance.

Each is one ASGI application that answers GraphQL to the gateway alone: nothing but its SDL
without an access context that the gateway signed.
"""
