"""Profiles as documents and back."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from storage.access_profiles.model import AccessProfile
from storage.documents import Document
from storage.values import normalize

T = TypeVar("T")


def to_document(profile: AccessProfile) -> Document:
    """Answer the document of a profile; sets become sorted lists."""
    body: dict[str, Any] = msgspec.to_builtins(
        profile, builtin_types=(datetime,), order="deterministic"
    )
    return {"_id": body.pop("subject_id"), **body}


def from_document(document: Document) -> AccessProfile:
    """Answer the profile of a document."""
    body = {"subject_id": document["_id"], **document}
    return msgspec.convert(body, AccessProfile)


def as_stored(part: T) -> T:
    """Answer a profile, or a part of one, as it will be read again: cut to milliseconds."""
    builtins = msgspec.to_builtins(part, builtin_types=(datetime,))
    return msgspec.convert(normalize(builtins), type(part))


def same_facts(one: AccessProfile, other: AccessProfile) -> bool:
    """Answer whether two profiles differ in nothing but their version."""
    return replace(one, version=0) == replace(other, version=0)
