"""Objects of one answer that are told equal by their bytes."""

import msgspec

from gateway.federation.executor.fast.equal_objects import MOST_ALIKE, EqualObjects


def texts(*items: object) -> list[msgspec.Raw]:
    return msgspec.json.decode(msgspec.json.encode(items), type=list[msgspec.Raw])


def found(equal: EqualObjects, text: msgspec.Raw) -> object:
    """What the generated code does for each place."""
    for known, item in equal.alike(len(text), ()):
        if known == text:
            return item
    return equal.decoded(text)


def decoder() -> tuple[list[bytes], EqualObjects]:
    read: list[bytes] = []

    def decode(text: msgspec.Raw) -> object:
        read.append(bytes(text))
        return msgspec.json.decode(text)

    return read, EqualObjects(decode)


def test_equal_texts_are_decoded_once() -> None:
    read, equal = decoder()
    objects = [found(equal, text) for text in texts({"a": 1}, {"a": 2}, {"a": 1}, {"bc": 3})]

    assert [{"a": 1}, {"a": 2}, {"a": 1}, {"bc": 3}] == objects
    assert objects[0] is objects[2]
    assert [b'{"a":1}', b'{"a":2}', b'{"bc":3}'] == read


def test_so_are_many_of_one_length() -> None:
    read, equal = decoder()
    numbers = [*range(10, 14 + MOST_ALIKE)] * 2
    objects = [found(equal, text) for text in texts(*numbers)]

    assert numbers == objects
    assert len(numbers) // 2 == len(read)
    assert numbers[: len(numbers) // 2] == equal.objects


def test_nulls_are_no_objects() -> None:
    _, equal = decoder()

    assert [None, {}, None] == [found(equal, text) for text in texts(None, {}, None)]
    assert [{}] == equal.objects


def test_few_of_one_length_are_compared() -> None:
    _, equal = decoder()
    for text in texts(*range(100, 999)):
        found(equal, text)

    assert MOST_ALIKE == len(equal.alike(3, ()))
