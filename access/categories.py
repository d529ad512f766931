"""The categories of the health book that consent and role ceilings are expressed in.

Each gated field of the schema names one of them (``@consent(category:)``); a consent grants or
denies them by name. Composition refuses a category that is not in this table.

Sources: data groups of QĐ 31/QĐ-BYT (2026) art. 2 k3; FHIR R4 resource types for the meanings.
"""

from enum import StrEnum


class Category(StrEnum):
    """A group of fields that is permitted or denied as a whole."""

    RECORD = "RECORD"
    """The book itself, that is, that it exists: permitted to whoever may see anything in it."""

    DEMOGRAPHICS = "DEMOGRAPHICS"
    """Name, birth date, sex, ethnicity, nationality, occupation."""

    IDENTIFIERS = "IDENTIFIERS"
    """National id, insurance number, passport; with their history."""

    CONTACT = "CONTACT"
    """Telephone and addresses."""

    REPRESENTATIVES = "REPRESENTATIVES"
    """Legal representatives, delegates and dependants."""

    ALLERGIES = "ALLERGIES"
    """Allergies and intolerances (FHIR AllergyIntolerance)."""

    HISTORY = "HISTORY"
    """Past conditions, surgery and family history."""

    IMMUNIZATIONS = "IMMUNIZATIONS"
    """Vaccinations given, due and overdue."""

    VITALS = "VITALS"
    """Measurements that the citizen took with devices of her own."""

    CONSENTS = "CONSENTS"
    """The subject's consents and denials."""

    ACCESS_LOG = "ACCESS_LOG"
    """Who looked at the book, when and why."""

    ENCOUNTERS = "ENCOUNTERS"
    """Visits: facility, practitioner, time, kind, outcome; appointments and referrals'
    existence."""

    CONDITIONS = "CONDITIONS"
    """Diagnoses and reasons of visits and prescriptions."""

    OBSERVATIONS = "OBSERVATIONS"
    """Laboratory results, vital signs and other observations of facilities."""

    IMAGING = "IMAGING"
    """Imaging studies (DICOM references)."""

    PROCEDURES = "PROCEDURES"
    """Procedures and surgery."""

    MEDICATIONS = "MEDICATIONS"
    """What facilities ordered or gave without a national prescription code."""

    CLINICAL_NOTES = "CLINICAL_NOTES"
    """Discharge summaries, courses of illness and other narrative text."""

    REFERRALS = "REFERRALS"
    """Referral papers (giấy chuyển tuyến) and follow-up appointments (giấy hẹn khám lại)."""

    PRESCRIPTIONS = "PRESCRIPTIONS"
    """National prescriptions: drugs, quantities, validity, dispenses, recipient's age and
    weight."""

    PRESCRIPTION_PATIENT = "PRESCRIPTION_PATIENT"
    """Whom a prescription is for, as a link to the patient; never for a pharmacy."""

    COVERAGE = "COVERAGE"
    """Social health insurance: card, period, benefit level, eligibility."""

    CLAIMS = "CLAIMS"
    """Claims with amounts and codes."""


class Action(StrEnum):
    """What is done with a category."""

    READ = "read"
    WRITE = "write"


WRITE_SUFFIX = ":write"
"""Ends the guard group of a field that changes something: ``VITALS:write``."""


def group_of(category: Category, action: Action) -> str:
    """Name of the guard group for a category and an action (``VITALS``, ``VITALS:write``)."""
    return category.value + WRITE_SUFFIX if action is Action.WRITE else category.value


def parse_group(group: str) -> tuple[Category, Action]:
    """The category and action of a guard group.

    Raises:
        ValueError: if the category is not in the table.
    """
    if group.endswith(WRITE_SUFFIX):
        return Category(group.removesuffix(WRITE_SUFFIX)), Action.WRITE
    return Category(group), Action.READ
