from collections.abc import Sequence

import pytest

from resolvers.batching import BatchLengthError, Loader


async def test_the_keys_of_one_turn_are_one_batch() -> None:
    batches: list[list[str]] = []

    async def batch(keys: Sequence[str]) -> Sequence[str]:
        batches.append(list(keys))
        return [key.upper() for key in keys]

    loader = Loader("UpperByLower", batch)

    values = [await each for each in [loader.load("a"), loader.load("b"), loader.load("a")]]

    assert (["A", "B", "A"], [["a", "b"]]) == (values, batches)


async def test_a_failing_key_fails_alone() -> None:
    async def batch(keys: Sequence[str]) -> Sequence[str | BaseException]:
        return [LookupError() if key == "bad" else key for key in keys]

    loader: Loader[str, str] = Loader("EchoByKey", batch)
    bad, good = loader.load("bad"), loader.load("good")

    with pytest.raises(LookupError):
        await bad

    assert "good" == await good


async def test_a_wrong_length_tells_counts_and_no_key() -> None:
    async def batch(keys: Sequence[str]) -> Sequence[str]:
        return ["the value of a patient"]

    loader = Loader("ValuesByPatient", batch)
    first, second = loader.load("patient-1"), loader.load("patient-2")

    with pytest.raises(BatchLengthError) as error:
        await first
    with pytest.raises(BatchLengthError):
        await second

    assert "ValuesByPatient: 1 values for 2 keys" == str(error.value)


async def test_a_batch_is_no_larger_than_allowed() -> None:
    sizes: list[int] = []

    async def batch(keys: Sequence[int]) -> Sequence[int]:
        sizes.append(len(keys))
        return list(keys)

    loader = Loader("EchoByKey", batch, largest=3)
    for each in [loader.load(key) for key in range(7)]:
        await each

    assert [3, 3, 1] == sizes


async def test_a_value_that_is_known_is_not_asked_for() -> None:
    asked: list[str] = []

    async def batch(keys: Sequence[str]) -> Sequence[str]:
        asked.extend(keys)
        return list(keys)

    loader = Loader("EchoByKey", batch)
    loader.prime("a", "known")

    assert ("known", "b", ["b"]) == (await loader.load("a"), await loader.load("b"), asked)
