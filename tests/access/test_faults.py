"""What logs say of exceptions."""

import asyncio
import gc
import logging

import pytest

from access.faults import described_fault, log_unhandled


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


async def test_what_a_loop_is_left_with_is_logged_without_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_unhandled)

    def fail(value: str) -> None:
        raise ValueError(value)

    ended = loop.create_future()
    with caplog.at_level(logging.ERROR):
        loop.call_soon(fail, "secret")
        forgotten = loop.create_future()
        forgotten.set_exception(KeyError("secret"))
        del forgotten
        gc.collect()
        loop.call_soon(ended.set_result, None)
        await ended

    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text
