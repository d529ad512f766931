"""Where objects repeat in the answers of a plan, and whether it pays to share them."""

from typing import Any

from gateway.federation.executor.fast.repeats import LONGEST_REST, RepeatCosts, RepeatSurvey
from gateway.federation.executor.requests import encode_json
from gateway.federation.plan import Fetch
from tests.federation.executor.kit import entity, flatten, root

VISITS = "visits { doctor { name clinic { name city } } }"
CLINICS = [{"name": f"clinic {number} " + "x" * 300, "city": "Huế"} for number in range(40)]


def survey(*fetches: Fetch, smallest_answer: int = 1) -> RepeatSurvey:
    return RepeatSurvey(RepeatCosts(smallest_answer), fetches)


def of_clinics(*clinics: dict[str, Any]) -> bytes:
    """Visits to different doctors of these clinics."""
    doctors = [{"name": str(number), "clinic": item} for number, item in enumerate(clinics)]
    return encode_json({"data": {"visits": [{"doctor": doctor} for doctor in doctors]}})


def test_objects_that_repeat_are_found() -> None:
    looking = survey(root(0, "visits", VISITS))
    an, binh = ({"name": name * 100, "clinic": None} for name in ("An", "Bình"))
    visits = [{"at": number, "doctor": (an, binh)[number % 2]} for number in range(10)]

    assert looking.look({0: encode_json({"data": {"visits": visits}})})
    assert frozenset({(0, ("visits", "doctor"))}) == looking.repeats


def test_they_are_found_inside_objects_that_differ() -> None:
    looking = survey(root(0, "visits", VISITS))
    looking.look({0: of_clinics(*[CLINICS[0]] * 10)})

    assert frozenset({(0, ("visits", "doctor", "clinic"))}) == looking.repeats


def test_they_are_found_inside_others_that_repeat() -> None:
    looking = survey(root(0, "visits", VISITS))
    doctors = [{"name": str(number) * 300, "clinic": CLINICS[0]} for number in range(9)]
    visits = [{"at": at, "doctor": doctor} for at, doctor in enumerate(doctors * 3)]
    looking.look({0: encode_json({"data": {"visits": visits}})})
    doctor = ("visits", "doctor")

    assert frozenset({(0, doctor), (0, (*doctor, "clinic"))}) == looking.repeats


def test_what_repeats_only_with_what_it_stands_in_is_not_shared_by_itself() -> None:
    looking = survey(root(0, "visits", VISITS))
    doctors = [{"name": item["name"], "clinic": item} for item in CLINICS[:9]]
    visits = [{"at": at, "doctor": doctor} for at, doctor in enumerate(doctors * 3)]
    looking.look({0: encode_json({"data": {"visits": visits}})})

    assert frozenset({(0, ("visits", "doctor"))}) == looking.repeats


def test_objects_that_differ_are_not_shared() -> None:
    looking = survey(root(0, "visits", VISITS))

    assert not looking.look({0: of_clinics(*CLINICS)})
    assert frozenset() == looking.repeats


def test_small_objects_are_cheaper_to_decode_than_to_find() -> None:
    looking = survey(root(0, "visits", VISITS))
    looking.look({0: of_clinics(*[{"name": "a", "city": "b"}] * 40)})

    assert frozenset() == looking.repeats


def test_items_of_lists_count_as_objects() -> None:
    looking = survey(root(0, "visits", "visits { doctors { name } }"))
    names = [[CLINICS[0], CLINICS[1]], [CLINICS[1]], None, [CLINICS[0]], [CLINICS[0]]]
    looking.look({0: encode_json({"data": {"visits": [{"doctors": item} for item in names]}})})

    assert frozenset({(0, ("visits", "doctors"))}) == looking.repeats


def test_places_are_told_below_entities() -> None:
    asked = entity("User", "id", "... on User { clinic { name city } }")
    looking = survey(flatten(0, "b", "users", asked).fetch)
    entities = [{"clinic": CLINICS[0]}, None, {"clinic": None}, *[{"clinic": CLINICS[0]}] * 3]
    looking.look({0: encode_json({"data": {"_entities": entities}})})

    assert frozenset({(0, ("clinic",))}) == looking.repeats


def test_small_answers_are_not_looked_at() -> None:
    looking = survey(root(0, "visits", VISITS), smallest_answer=10_000)

    assert not looking.look({0: of_clinics(*[CLINICS[0]] * 10)})
    assert frozenset() == looking.repeats


def test_objects_that_no_longer_repeat_are_no_longer_shared() -> None:
    looking = survey(root(0, "visits", VISITS))
    looking.look({0: of_clinics(*[CLINICS[0]] * 10)})
    changes = [looking.look({0: of_clinics(*CLINICS)}) for _ in range(3)]

    assert 1 == changes.count(True)
    assert frozenset() == looking.repeats


def test_one_odd_answer_among_many_changes_nothing() -> None:
    looking = survey(root(0, "visits", VISITS))
    for _ in range(4):
        looking.look({0: of_clinics(*[CLINICS[0]] * 40)})

    assert not looking.look({0: of_clinics(*CLINICS[:20])})


def test_looks_become_rare() -> None:
    looking = survey(root(0, "visits", VISITS))
    rests = []
    for _ in range(15):
        rests.append(looking.due_in)
        looking.look({})

    assert [1, 1, 2, 4, 8] == rests[:5]
    assert [LONGEST_REST] * 2 == rests[-2:]


def test_what_cannot_be_read_as_a_whole_is_passed_over() -> None:
    looking = survey(root(0, "visits", VISITS))

    assert not looking.look({0: b'{"data":{"visits":[],"unasked":1e400000}}'})
