"""The errors that clients may know: one catalogue of stable codes, with texts in two languages.

Internal errors have no code of their own: they are logged with the request's id and leave as
``INTERNAL_SERVER_ERROR``. No value of a client's or a patient's data enters a text.
"""

from gateway.errors.catalogue import CATALOGUE, catalogue_table
from gateway.errors.client_errors import ClientError, ClientErrors, formatted
from gateway.errors.codes import ErrorCode, ErrorDescription, Language

__all__ = [
    "CATALOGUE",
    "ClientError",
    "ClientErrors",
    "ErrorCode",
    "ErrorDescription",
    "Language",
    "catalogue_table",
    "formatted",
]
