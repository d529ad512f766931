"""The specification of our own schema directives, ``@subject`` and ``@consent``."""

CONSENT_SPECIFICATION = "https://specs.health-book.vn/consent"
"""Its identity, whatever the version."""

CONSENT_SPECIFICATION_V1 = f"{CONSENT_SPECIFICATION}/v1.0"
"""What schemas link."""
