"""What logs say of exceptions."""

from access.faults import described_fault


def _fail(error: Exception) -> None:
    raise error


def _raised(error: Exception, cause: Exception | None = None) -> Exception:
    error.__cause__ = cause
    try:
        _fail(error)
    except (ValueError, KeyError) as caught:
        return caught
    raise AssertionError


def test_types_and_places_are_told_and_texts_are_not() -> None:
    described = described_fault(_raised(ValueError("secret"), KeyError("secret cause")))

    assert "ValueError at" in described
    assert "test_faults.py" in described
    assert "caused by KeyError" in described
    assert "secret" not in described


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first

    assert 1 == described_fault(first).count("KeyError")
