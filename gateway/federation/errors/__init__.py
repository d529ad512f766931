"""The findings of composition: errors and hints are values with stable codes, never exceptions.

The codes are those of the federation 2 error reference, so that existing tools understand them.
``docs/composition-errors.md`` is generated from the two catalogues.
"""

from gateway.federation.errors.catalogue import catalogue_markdown
from gateway.federation.errors.error_codes import ErrorCode
from gateway.federation.errors.findings import CompositionError, CompositionHint
from gateway.federation.errors.hint_codes import HintCode

__all__ = [
    "CompositionError",
    "CompositionHint",
    "ErrorCode",
    "HintCode",
    "catalogue_markdown",
]
