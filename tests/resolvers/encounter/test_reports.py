"""Diagnostic reports: what they rest on, what they conclude, and who may see which."""

from typing import Any

import pytest

from access.context import AccessContext
from access.labels import HIDDEN_BY_LAW, Label
from tests.resolvers.encounter.world import (
    ALL,
    LOINC,
    World,
    about,
    coded,
    condition,
    encounter,
    herself,
    observation,
    practitioner,
)

SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
FULL = """diagnosticReports { edges { node { id status code { coding { code } } effective issued
    conclusion conclusions { coding { code } } results { id } encounter { id } } } }"""
EVERY_LABEL = tuple(label.value for label in Label if label not in HIDDEN_BY_LAW)


def report(local: str = "r1", section: str = "LAB", **members: Any) -> Any:
    given = {
        "status": "final",
        "category": [{"coding": [{"system": SECTION, "code": section}]}],
        "code": coded("58410-2", LOINC),
        "effectiveDateTime": "2026-11-01T09:00:00+07:00",
        "issued": "2026-11-01T10:00:00+07:00",
        "conclusion": "Thiếu máu nhẹ",
        **members,
    }
    return about(local, "DiagnosticReport", **given)


def results(*ids: str) -> list[dict[str, str]]:
    return [{"reference": f"Observation/{one}"} for one in ids]


async def reports(
    world: World, context: AccessContext | None = None, selection: str = FULL
) -> list[dict[str, Any]]:
    found = (await world.rows(selection, context))["diagnosticReports"]["edges"]
    return [edge["node"] for edge in found]


@pytest.fixture
async def located(world: World) -> World:
    """One hospital with one visit."""
    await world.locate(codes=("79014",))
    await world["79014"].keep(encounter())
    return world


async def test_a_report_tells_its_conclusion_and_its_results_in_order(located: World) -> None:
    await located["79014"].keep(
        observation("o1"),
        observation("o2"),
        report(result=results("o2", "o1"), conclusionCode=[coded("D64.9")]),
    )

    assert [
        {
            "id": "79014~r1",
            "status": "final",
            "code": {"coding": [{"code": "58410-2"}]},
            "effective": "2026-11-01T09:00:00+07:00",
            "issued": "2026-11-01T10:00:00+07:00",
            "conclusion": "Thiếu máu nhẹ",
            "conclusions": [{"coding": [{"code": "D64.9"}]}],
            "results": [{"id": "79014~o2"}, {"id": "79014~o1"}],
            "encounter": {"id": "79014~e1"},
        }
    ] == await reports(located)


async def test_results_of_all_reports_are_read_in_one_search(located: World) -> None:
    await located["79014"].keep(
        *(observation(f"o{n}") for n in range(6)),
        *(report(f"r{n}", result=results(f"o{n}", f"o{n + 1}")) for n in range(5)),
    )
    found = await reports(
        located, selection="diagnosticReports { edges { node { results { id } } } }"
    )

    assert [2] * 5 == [len(one["results"]) for one in found]
    assert 1 == len(located["79014"].searches("Observation"))


async def test_a_result_of_another_patient_or_nowhere_is_left_out(located: World) -> None:
    stranger = {**observation("o9"), "subject": {"reference": "Patient/p2-local"}}
    await located["79014"].keep(
        observation("o1"), stranger, report(result=results("o9", "o1", "o8"))
    )

    assert [["79014~o1"]] == [
        [row["id"] for row in one["results"]] for one in await reports(located)
    ]


async def test_a_report_with_a_sensitive_code_is_absent(located: World) -> None:
    await located["79014"].keep(
        report("r1", code=coded("55277-8", LOINC)),
        report("r2", conclusionCode=[coded("B20")]),
        report("r3"),
    )
    seen = [
        [one["id"] for one in await reports(located, who)]
        for who in (None, herself("p1", *EVERY_LABEL))
    ]

    assert [["79014~r3"], ["79014~r1", "79014~r2", "79014~r3"]] == [sorted(each) for each in seen]


@pytest.mark.parametrize(
    "hidden", [observation("o2", "55277-8"), condition("c1", "B20")], ids=["result", "diagnosis"]
)
async def test_a_conclusion_is_as_sensitive_as_what_it_may_speak_of(
    located: World, hidden: dict[str, Any]
) -> None:
    await located["79014"].keep(
        observation("o1"),
        hidden,
        report(result=results("o1", "o2"), conclusionCode=[coded("D64.9")]),
    )
    (withheld,) = await reports(located)
    (whole,) = await reports(located, herself("p1", *EVERY_LABEL))

    assert (None, []) == (withheld["conclusion"], withheld["conclusions"])
    assert ["79014~o1"] == [row["id"] for row in withheld["results"]]
    assert "Thiếu máu nhẹ" == whole["conclusion"]


@pytest.mark.parametrize(
    "members",
    [
        {"section": "RAD"},
        {"section": "OUS"},
        {"code": coded("18748-4", LOINC)},
        {"imagingStudy": [{"reference": "ImagingStudy/i1"}]},
    ],
    ids=["radiology", "ultrasound", "code", "study"],
)
async def test_reports_of_images_need_imaging_too(located: World, members: dict[str, Any]) -> None:
    await located["79014"].keep(report("r1", **members), report("r2"))
    without = await reports(located, practitioner(ALL - {"IMAGING"}))
    with_imaging = await reports(located, practitioner(ALL))

    assert ["79014~r2"] == [one["id"] for one in without]
    assert 2 == len(with_imaging)


async def test_conclusions_in_codes_are_diagnoses(located: World) -> None:
    await located["79014"].keep(report(conclusionCode=[coded("D64.9")]))
    (seen,) = await reports(located, practitioner(ALL - {"CONDITIONS"}))

    assert ([], "Thiếu máu nhẹ") == (seen["conclusions"], seen["conclusion"])


async def test_reports_are_listed_with_their_encounter(located: World) -> None:
    await located["79014"].keep(report("r1"), report("r2", encounter=None))
    selection = "encounters { edges { node { diagnosticReports { edges { node { id } } } } } }"
    (visit,) = (await located.rows(selection))["encounters"]["edges"]

    assert [{"node": {"id": "79014~r1"}}] == visit["node"]["diagnosticReports"]["edges"]


async def test_a_conclusion_beside_the_sex_of_an_unborn_child_is_told_to_nobody(
    located: World,
) -> None:
    await located["79014"].keep(
        observation("o1", "11977-6"), report(section="OUS", result=results("o1"))
    )
    (seen,) = await reports(located, herself("p1", *EVERY_LABEL))

    assert (None, []) == (seen["conclusion"], seen["results"])
