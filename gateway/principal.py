"""Who asks: the verified caller as a frozen value.

A principal is made by authentication alone. The anonymous caller is an object of its own, not
``None``, so that no step has to think of a missing one.
"""

from dataclasses import dataclass, field

from access.purposes import Purpose, Role
from gateway.scopes import ScopeSet


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose token was verified.

    Attributes:
        subject: The token's ``sub``: stable within the issuer.
        issuer: The token's ``iss``.
        scopes: The granted scopes.
        role: The ``role`` claim, or ``None`` where the graph is not the health book.
        patient: The caller's own patient id (citizens).
        practitioner: The caller's practitioner id (doctors, pharmacists).
        organization: Facility, pharmacy, insurer or authority on whose behalf the caller acts.
        purpose: Purpose of use; only ever from the token.
        assurance: The ``acr`` claim: level of assurance of the log-in.
        client: The software that holds the token (``client`` claim).
        expires: Unix seconds at which the token ends.
        token_id: The ``jti`` claim, or an empty text.
        is_authenticated: ``False`` for the anonymous caller alone.
    """

    subject: str
    issuer: str
    scopes: ScopeSet = field(default_factory=ScopeSet)
    role: Role | None = None
    patient: str | None = None
    practitioner: str | None = None
    organization: str | None = None
    purpose: Purpose | None = None
    assurance: str | None = None
    client: str | None = None
    expires: float = 0.0
    token_id: str = ""
    is_authenticated: bool = True

    @property
    def sharing_key(self) -> tuple[str, ...]:
        """What every cache and deduplication key of data must carry (actor and purpose)."""
        return (
            self.issuer,
            self.subject,
            self.role or "",
            self.organization or "",
            self.purpose or "",
            self.patient or "",
            self.practitioner or "",
            self.scopes.text,
        )


ANONYMOUS = Principal(subject="", issuer="", is_authenticated=False)
"""The caller without a token: holds no scope and no role."""
