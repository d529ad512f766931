"""Resources as GraphQL objects: every element that is read, and any JSON in its place."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.encounter.kinds import OBSERVATIONS, RowKind
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from tests.resolvers.encounter.samples import AMOUNT, SAMPLES, VALUES
from tests.resolvers.encounter.served import Desk, errors
from tests.resolvers.fakes import ForgetfulOnce, SettableClock

ABSENT = ("accessionNumber", "laterality", "dataAbsentReason")
TRAPS: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        2**31,
        10**4000,
        "",
        " ",
        "\0",
        "\ud800",
        "é" * 70_000,
        "1e999999999",
        "-0.0",
        "NaN",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30",
        "2026-11-22T10:00:00+99:99",
        "٢٠٢٦-١١-٢٢",
        "Patient/",
        "Practitioner/../x",
        "Encounter/a/_history/1",
        "__proto__",
        [],
        {},
        [[]],
        [{}],
        [None],
        {"coding": "x"},
        {"coding": [None, 1, {"code": 1, "system": []}]},
        {"value": {"value": 1}},
        {"reference": 7},
    ]
)
ANY_JSON = TRAPS | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "code", "system", "text", "value", "start", "reference"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn, sample: dict[str, Any]) -> dict[str, Any]:
    """A resource with some of its parts replaced by any JSON, or gone."""
    whole = copy.deepcopy(sample)
    for _ in range(draw(st.integers(1, 5))):
        parent: Any = whole
        while True:
            keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            child = parent[key]
            if isinstance(child, dict | list) and child and draw(st.booleans()):
                parent = child
                continue
            if isinstance(parent, dict) and draw(st.integers(0, 4)) == 0:
                del parent[key]
            else:
                # A copy: a later round may change what this one put in.
                parent[key] = copy.deepcopy(draw(ANY_JSON))
            break
    # What the client and the locator vouch for: else the resource is refused before it is mapped.
    return {
        **whole,
        **{name: sample[name] for name in ("resourceType", "id", "subject")},
        **({"participant": sample["participant"]} if "supportingInformation" in sample else {}),
    }


@pytest.fixture
async def desk(
    store: DocumentStore, profiles: AccessProfiles, once: ForgetfulOnce, clock: SettableClock
) -> Desk:
    desk = Desk(store, profiles, once, clock)
    await desk.subgraph.start()
    await desk.locate("p1")
    return desk


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: str(kind.name))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_no_json_takes_more_than_its_own_element(
    desk: Desk, kind: RowKind, data: st.DataObject
) -> None:
    resource = data.draw(spoiled(SAMPLES[kind]))

    content = await desk.everything(kind, "p1", resource)

    assert [] == errors(content)
    assert len(content["data"]["_entities"][0][kind.name]["edges"]) <= 1


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: str(kind.name))
async def test_every_element_of_a_sample_is_shown(desk: Desk, kind: RowKind) -> None:
    content = await desk.everything(kind, "p1", SAMPLES[kind])

    assert [] == errors(content)
    [edge] = content["data"]["_entities"][0][kind.name]["edges"]
    empty = {name for name, value in edge["node"].items() if value in (None, [])}
    # Results and an encounter's papers are resources of their own; the others the sample has not.
    assert empty <= {"dischargeSummary", "referral", "followUp", "results", *ABSENT}


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (
            "valueQuantity",
            {
                "__typename": "Quantity",
                "value": "5.10",
                "comparator": "<",
                "unit": "mmol/L",
                "system": "u",
                "code": "mmol/L",
            },
        ),
        ("valueString", {"__typename": "TextValue", "text": "âm tính"}),
        ("valueBoolean", {"__typename": "BooleanValue", "boolean": True}),
        ("valueInteger", {"__typename": "IntegerValue", "integer": 3}),
        ("valueTime", {"__typename": "TimeValue", "time": "13:45:00"}),
        (
            "valueDateTime",
            {
                "__typename": "DateTimeValue",
                "date": "2026-11",
                "dateTime": "2026-11-01T00:00:00+07:00",
            },
        ),
    ],
)
async def test_a_value_has_the_type_of_its_element(
    desk: Desk, element: str, expected: dict[str, Any]
) -> None:
    node = await value_of(desk, {element: VALUES[element]})

    assert expected == node


@pytest.mark.parametrize(
    ("element", "type_name"),
    [
        ("valueCodeableConcept", "CodeableConcept"),
        ("valueRange", "RangeValue"),
        ("valueRatio", "RatioValue"),
        ("valuePeriod", "PeriodValue"),
        ("valueSampledData", "SampledDataValue"),
    ],
)
async def test_a_compound_value_has_the_type_of_its_element(
    desk: Desk, element: str, type_name: str
) -> None:
    node = await value_of(desk, {element: VALUES[element]})

    assert type_name == node["__typename"]
    assert None not in node.values()


@pytest.mark.parametrize("number", ["0.50", "1E3", "-0.001", "100", "1e-7"])
async def test_a_number_keeps_its_digits(desk: Desk, number: str) -> None:
    plain = {"0.50": "0.50", "1E3": "1000", "-0.001": "-0.001", "100": "100", "1e-7": "0.0000001"}

    node = await value_of(desk, {"valueQuantity": {**AMOUNT, "value": number}})

    assert plain[number] == node["value"]


async def value_of(desk: Desk, values: dict[str, Any]) -> Any:
    sample = {k: v for k, v in SAMPLES[OBSERVATIONS].items() if not k.startswith("value")}
    content = await desk.everything(OBSERVATIONS, "p1", {**sample, **values})
    assert [] == errors(content), json.dumps(content)
    return content["data"]["_entities"][0]["observations"]["edges"][0]["node"]["value"]
