from datetime import UTC, datetime
from typing import Any

import pytest

from tests.gateway.authentication.tokens import NOW


@pytest.fixture(autouse=True)
def frozen_jwt_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyJWT reads the wall clock itself; the tests' tokens live at a time of their own."""

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Frozen":
            return cls.fromtimestamp(NOW, tz or UTC)

    monkeypatch.setattr("jwt.api_jwt.datetime", Frozen)
