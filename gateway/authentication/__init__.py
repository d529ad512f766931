"""Bearer tokens to principals: key sets, verification, and a cache of verified tokens."""

from gateway.authentication.authenticator import (
    AuthenticationError,
    AuthenticationUnavailableError,
    TokenAuthenticator,
)
from gateway.authentication.claims import ClaimsError, generic_principal, health_book_principal
from gateway.authentication.key_sets import JsonFetcher, KeySet, KeySetUnavailableError
from gateway.authentication.tokens import Issuer

__all__ = [
    "AuthenticationError",
    "AuthenticationUnavailableError",
    "ClaimsError",
    "Issuer",
    "JsonFetcher",
    "KeySet",
    "KeySetUnavailableError",
    "TokenAuthenticator",
    "generic_principal",
    "health_book_principal",
]
