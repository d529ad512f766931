"""The reader of settings: every problem is told, no secret is repeated."""

from collections.abc import Callable

import pytest

from access.environment import (
    Environment,
    EnvironmentReader,
    environment,
    pairs,
    plaintext_links,
    port,
    positive,
    positive_number,
    redis_url,
    web_address,
)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (environment, "development", Environment.DEVELOPMENT),
        (positive, "1", 1),
        (positive_number, "0.5", 0.5),
        (redis_url, "unix:///run/redis.sock", "unix:///run/redis.sock"),
        (port, "0", 0),
        (port, "65535", 65535),
        (pairs, "a=http://x/?b=c d=e", {"a": "http://x/?b=c", "d": "e"}),
        (web_address, "https://id.test/jwks", "https://id.test/jwks"),
    ],
)
def test_what_is_right_is_read(parse: Callable[[str], object], text: str, value: object) -> None:
    assert value == parse(text)


@pytest.mark.parametrize(
    ("parse", "text", "problem"),
    [
        (environment, "staging", "must be one of development, production"),
        (positive, "0", "must be a whole number from 1"),
        (web_address, "id.test/jwks", "the URL must be absolute, http or https"),
        (web_address, "https:///jwks", "the URL must be absolute, http or https"),
        (positive, "1_000", "must be a whole number from 1"),
        (positive, "-1", "must be a whole number from 1"),
        (positive, "٣", "must be a whole number from 1"),
        (positive_number, "nan", "must be a number above 0"),
        (positive_number, "inf", "must be a number above 0"),
        (positive_number, "many", "must be a number above 0"),
        (redis_url, "localhost:6379", "must begin with redis://, rediss:// or unix://"),
        (port, "65536", "must be a TCP port"),
        (port, " 1", "must be a TCP port"),
        (pairs, "a", "must be NAME=URL pairs separated by spaces"),
    ],
)
def test_what_is_wrong_is_told(parse: Callable[[str], object], text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        parse(text)


def test_variables_that_belong_together_are_all_there_or_none() -> None:
    some = EnvironmentReader({"X_A": "1"}, "X_")
    found = [some.together(["A", "B"]), EnvironmentReader({}, "X_").together(["A", "B"])]

    assert [{"A": "1", "B": ""}, {}] == found
    assert ["X_B: is missing"] == some.problems


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere/graphql",
        "http://127.0.0.1:4001/graphql",
        "http://[::1]:4001/graphql",
        "http://friend:4001/graphql",
        "sqlite:///book.db",
        "unix:///run/redis.sock",
        "redis://localhost:6379/0",
        "rediss://:secret@elsewhere:6379/0",
        "mongodb://u:secret@localhost:27017,friend:27017/book?replicaSet=rs0",
        "mongodb://u:secret@elsewhere/book?replicaSet=rs0&tls=true",
        "mongodb+srv://u:secret@elsewhere/book",
    ],
)
def test_encrypted_and_local_links_are_allowed(url: str) -> None:
    assert [] == plaintext_links([url], frozenset({"friend"}))


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere/graphql",
        "redis://:secret@elsewhere:6379/0",
        "mongodb://u:secret@localhost:27017,elsewhere:27017/book",
        "mongodb://u:secret@elsewhere/book?tls=false",
    ],
)
def test_plain_links_that_leave_the_machine_are_told_by_their_host_alone(url: str) -> None:
    problems = plaintext_links([url, url], frozenset({"friend"}))

    assert ["elsewhere"] == [problem.partition(":")[0] for problem in problems]
    assert "secret" not in problems[0]
