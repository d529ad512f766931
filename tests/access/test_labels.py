"""Sensitivity labels follow from codes, of diagnoses, drugs and tests alike."""

import pytest

from access.labels import Label, labels_of

ICD10 = "http://hl7.org/fhir/sid/icd-10"


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (ICD10, "B20", {Label.HIV}),
        (ICD10, "B24.9", {Label.HIV}),
        (ICD10, "Z21", {Label.HIV}),
        (ICD10, "O98.7", {Label.HIV}),
        (ICD10, "O98.6", set()),
        (ICD10, "A53.9", {Label.STD}),
        (ICD10, "F10.2", {Label.SUD}),
        (ICD10, "F32.1", {Label.MENTAL_HEALTH}),
        (ICD10, "T74.1", {Label.DOMESTIC_VIOLENCE, Label.CHILD_ABUSE}),
        (ICD10, "Z30.0", {Label.REPRODUCTIVE}),
        (ICD10, "J18.9", set()),
        (ICD10, "I10", set()),
        ("http://www.whocc.no/atc", "J05AR10", {Label.HIV}),
        ("http://www.whocc.no/atc", "N07BC02", {Label.SUD}),
        ("http://www.whocc.no/atc", "J01CA04", set()),
        ("http://loinc.org", "20447-9", {Label.HIV}),
        ("http://loinc.org", "8480-6", set()),
        ("http://example.org/other", "B20", set()),
    ],
)
def test_a_code_gives_its_labels(system: str, code: str, expected: set[Label]) -> None:
    assert expected == labels_of([(system, code)])


def test_several_codes_give_the_union() -> None:
    found = labels_of([(ICD10, "B20"), (ICD10, "F32")])

    assert {Label.HIV, Label.MENTAL_HEALTH} == found
