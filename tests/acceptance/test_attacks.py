"""What outsiders try against the whole product in one process, and what they get: nothing."""

from typing import Any

import orjson
import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLScalarType, get_named_type

from gateway.errors import ClientError, ClientErrors
from gateway.request import Caller, GraphQLRequest
from sandbox.population import cast
from tests.acceptance.test_no_permission_no_fetch import Recorded, product

__all__ = ["product"]
pytestmark = [pytest.mark.xdist_group("recorded"), pytest.mark.asyncio(loop_scope="module")]

OUTSIDERS = (
    b"stranger",
    b"authority",
    b"pharmacist",
    cast.UNRELATED_DOCTOR.encode(),
)
TARGETS = (cast.MOTHER, cast.LONGITUDINAL_PATIENT, cast.HIV_PATIENT, cast.REFUSING_PATIENT)


async def ask(
    book: Recorded, text: str, who: bytes, variables: dict[str, Any] | None = None
) -> dict[str, Any]:
    try:
        body = await book.pipeline.run(
            GraphQLRequest(text, None, variables or {}), Caller(authorization=who)
        )
    except ClientError as error:
        return {"refused": str(error.code), "message": error.message}
    except ClientErrors as errors:
        return {"refused": str(errors.errors[0].code), "message": errors.errors[0].message}
    answer: dict[str, Any] = orjson.loads(body)
    return answer


def everything(book: Recorded, type_name: str, depth: int) -> str:
    """Every field that a type has without required arguments, nested so deep."""
    type_ = book.supergraph.api_schema.type_map[type_name]
    if not isinstance(type_, GraphQLObjectType):
        return "__typename"
    parts = ["__typename"]
    for name, field in type_.fields.items():
        if any(argument.is_required() for argument in field.args.values() if False):
            continue
        if any(str(argument.type).endswith("!") for argument in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLScalarType | GraphQLEnumType):
            parts.append(name)
        elif depth > 0:
            parts.append(f"{name} {{ {everything(book, inner.name, depth - 1)} }}")
    return " ".join(parts)


def values(node: object) -> list[object]:
    """The leaves of an answer that say something."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in values(value)]
    if isinstance(node, list):
        return [found for value in node for found in values(value)]
    return [] if node is None else [node]


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_a_whole_book_gives_an_outsider_nothing(product: Recorded, who: bytes) -> None:
    selection = everything(product, "Patient", 3)
    for target in TARGETS:
        answer = await ask(product, f'{{ patient(id: "{target}") {{ {selection} }} }}', who)

        assert {"patient": None} == answer["data"]


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_somebodys_encounter_by_its_id_gives_an_outsider_nothing(
    product: Recorded, who: bytes
) -> None:
    own = await ask(product, "{ me { encounters { edges { node { id } } } } }", b"mother")
    ids = [edge["node"]["id"] for edge in own["data"]["me"]["encounters"]["edges"]]
    assert ids
    asked = (
        "query ($id: ID!) { encounter(id: $id) { id kind claim { id total { amount } }"
        " conditions { edges { node { code { text } encounter { id } } } } } }"
    )
    absent = ids[0].partition("~")[0] + "~nothing-there"
    answers = [await ask(product, asked, who, {"id": each}) for each in (ids[0], absent)]
    told = [orjson.dumps(each).decode() for each in answers]

    assert [ids[0]] == values(answers[0]["data"])
    assert told[0].replace(ids[0], absent) == told[1]


async def test_a_code_beside_an_id_opens_no_book(product: Recorded) -> None:
    text = (
        f'{{ verifyPrescription(code: "{cast.HIV_PRESCRIPTION}") {{ status prescription {{'
        " id items { id } patient { id fullName prescriptions { edges { node { id } } } }"
        " replaces { id } encounter { id } diagnoses { text } advice accompanyingAdult } }"
        f' a: patient(id: "{cast.HIV_PATIENT}") {{ id prescriptions {{ edges {{ node {{ id'
        " code } } } } }"
    )
    answer = await ask(product, text, b"pharmacist")
    prescription = answer["data"]["verifyPrescription"]["prescription"]

    assert answer["data"]["a"] is None
    assert prescription["items"]
    assert {"patient", "replaces", "encounter", "diagnoses", "advice", "accompanyingAdult"} <= {
        name for name, value in prescription.items() if value is None
    }
    assert cast.HIV_PATIENT not in orjson.dumps(answer).decode()


async def test_an_insurer_gets_claims_without_notes(product: Recorded) -> None:
    text = (
        f'{{ patient(id: "{cast.MOTHER}") {{ claims {{ edges {{ node {{ id }} }} }}'
        " dischargeSummaries { edges { node { text } } } observations { edges { node { id } } }"
        " encounters { edges { node { id dischargeSummary { text } observations { edges { node {"
        " id } } } } } } prescriptions { edges { node { id } } } } }"
    )
    found = (await ask(product, text, b"insurer"))["data"]["patient"]

    assert found["claims"] is not None
    assert (None, None, None) == (
        found["dischargeSummaries"],
        found["observations"],
        found["prescriptions"],
    )
    assert {(None, None)} == {
        (edge["node"]["dischargeSummary"], edge["node"]["observations"])
        for edge in found["encounters"]["edges"]
    }


async def test_a_doctor_gets_no_labelled_prescription_by_its_code(product: Recorded) -> None:
    text = (
        f'{{ verifyPrescription(code: "{cast.HIV_PRESCRIPTION}") {{'
        " prescription { items { drug { name } } diagnoses { text } } } }"
    )
    for doctor in cast.PRACTITIONERS:
        answer = await ask(product, text, doctor.id.encode())

        assert [] == values(answer["data"]), (doctor.id, answer)


@pytest.mark.parametrize(
    "patient", ["\x00", "\x01", "a" * 100_000, "pt-\ud7ff", "' OR 1=1", '{"$ne": null}']
)
async def test_an_odd_id_is_nobodys(product: Recorded, patient: str) -> None:
    text = "query ($id: ID!) { patient(id: $id) { id fullName } }"
    nobody = await ask(product, text, b"stranger", {"id": "pt-nobody-at-all"})

    assert nobody == await ask(product, text, b"stranger", {"id": patient})


@pytest.mark.parametrize("code", ["\x00", "\x01a", "79014\x000000aa-C", "x" * 50_000])
async def test_an_odd_code_or_number_is_nobodys(product: Recorded, code: str) -> None:
    text = (
        "query ($c: String!) { verifyPrescription(code: $c) { status prescription { id } }"
        ' patientByIdentifier(system: "http://fhir.ehealth.gov.vn/core/sid/national_id",'
        ' value: $c, birthDate: "1990-01-01") { id } }'
    )
    answer = await ask(product, text, cast.TREATING_DOCTOR.encode(), {"c": code})

    assert "refused" not in answer, answer
    assert answer["data"]["patientByIdentifier"] is None


async def test_sources_that_a_doctor_may_not_know_of_are_not_counted_as_missing(
    product: Recorded,
) -> None:
    text = (
        f'{{ patient(id: "{cast.MOTHER}") {{ encounters {{ completeness {{ complete'
        " missingSources { facility { id } reason } } } } }"
    )
    for doctor in cast.PRACTITIONERS:
        answer = await ask(product, text, doctor.id.encode())
        book = answer["data"]["patient"]
        told = None if book is None else book["encounters"]["completeness"]

        assert told in (None, {"complete": True, "missingSources": []})
