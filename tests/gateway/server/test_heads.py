"""Known heads: found by their bytes, forgotten when unused."""

from gateway.endpoint.head import RequestHead
from gateway.server.heads import KnownHead, KnownHeads


def _known(raw: bytes) -> KnownHead:
    return KnownHead(raw, 0, RequestHead("POST"), keep_alive=True)


def test_a_head_is_known_by_its_bytes() -> None:
    heads = KnownHeads()
    known = _known(b"a")
    heads.put(b"a", known)

    assert [known, None] == [heads.get(b"a"), heads.get(b"b")]


def test_a_head_that_is_used_stays_and_one_that_is_not_goes() -> None:
    heads = KnownHeads()
    for raw in (b"used", b"unused"):
        heads.put(raw, _known(raw))
    found = []
    for now in (31.0, 62.0, 93.0):
        heads.age(now)
        found.append(heads.get(b"used") is not None)

    assert found == [True, True, True]
    assert heads.get(b"unused") is None


def test_the_bytes_kept_are_bounded() -> None:
    heads = KnownHeads()
    size = 1024 * 1024
    for number in range(40):
        raw = b"%d" % number + b"x" * size
        heads.put(raw, _known(raw))
    kept = sum(heads.get(b"%d" % number + b"x" * size) is not None for number in range(40))

    assert kept <= 20
