"""What a start prints: addresses, tokens, and a command to paste for each of the users."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.layout import DEFAULT_FOLDER
from sandbox.population import cast

CITIZEN_QUERY = """{ me { fullName birthDate allergyStatus
  allergies(first: 5) { edges { node { code { text } criticality } } }
  immunizations(first: 3) { edges { node { vaccine { text } occurrence } } }
  prescriptions(first: 3) { edges { node { code status validUntil
    items { drug { name } prescribed { value unit } remaining { value unit } } } } }
  coverage { number benefitPercent end } eligibility { status meaningVi }
  encounters(first: 3) { completeness { complete } edges { node { kind period { start }
    facility { name } conditions(first: 3) { edges { node { code { text } } } } } } }
  dependants { relationship patient { id } } } }"""
DOCTOR_QUERY = """query ($value: String!, $birthDate: PartialDate!) {
  patientByIdentifier(system: "http://fhir.ehealth.gov.vn/core/sid/national_id",
    value: $value, birthDate: $birthDate) { fullName birthDate
    allergies(first: 5) { edges { node { code { text } criticality } } }
    encounters(first: 10) { completeness { complete missingSources { reason } }
      edges { node { kind status period { start end } facility { name }
        conditions(first: 3) { edges { node { code { text coding { code } } } } } } } } } }"""
PHARMACIST_QUERY = """query ($code: String!) { verifyPrescription(code: $code) { status
  prescription { code type status validUntil
    items { id drug { name strength } prescribed { value unit } remaining { value unit } dosage }
    recipient { ageMonths weight { value unit } } } } }"""


@dataclass(frozen=True, slots=True)
class Job:
    """What one user does, as an operation to send."""

    who: str
    title: str
    query: str
    variables: dict[str, str]


def jobs(fresh_code: str) -> list[Job]:
    """Return the job of each of the three users.

    Args:
        fresh_code: Code of a prescription that was issued at this start.
    """
    return [
        Job("citizen", "a citizen reads her own book", CITIZEN_QUERY, {}),
        Job(
            "doctor",
            "a doctor looks up a patient in her care",
            DOCTOR_QUERY,
            {
                "value": cast.LONGITUDINAL_NATIONAL_ID,
                "birthDate": cast.LONGITUDINAL_BIRTH_DATE.isoformat(),
            },
        ),
        Job(
            "pharmacist",
            "a pharmacist verifies a prescription by its code",
            PHARMACIST_QUERY,
            {"code": fresh_code},
        ),
    ]


def command(job: Job, python: str, data: Path) -> str:
    """Return a shell command that does the job and prints a readable answer.

    Args:
        job: What to do.
        python: The interpreter that has the sandbox.
        data: The sandbox's folder.
    """
    parts = [python, "-m", "sandbox", "ask", job.who]
    if data != DEFAULT_FOLDER:
        parts += ["--data", str(data)]
    if job.variables:
        parts += ["--variables", json.dumps(job.variables)]
    return shlex.join([*parts, " ".join(job.query.split())])


def welcome(
    url: str,
    upstreams: Sequence[str],
    tokens: dict[str, str],
    commands: Sequence[tuple[str, str]],
    python: str,
) -> list[str]:
    """Return the lines that tell how to use what runs now.

    Args:
        url: The gateway's endpoint.
        upstreams: One line for each upstream.
        tokens: A token for each kind of user.
        commands: Title and command of each job.
        python: The interpreter that has the sandbox.
    """
    lines = ["", f"The health book answers at {url} (a browser gets the query page)", ""]
    lines += ["The outside world:", *upstreams, "", "Tokens, valid for 12 hours:"]
    lines += [f"  {who}: {token}" for who, token in tokens.items()]
    lines += [f"  for others: {shlex.quote(python)} -m sandbox token --help"]
    lines += ["  clients POST GraphQL as JSON, with the header `authorization: Bearer TOKEN`", ""]
    for title, text in commands:
        lines += [f"To see how {title}, paste (in this folder):", f"  {text}", ""]
    lines.append("Ctrl-C ends everything; data stays.")
    return lines
