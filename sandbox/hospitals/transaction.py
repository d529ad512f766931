"""Writes: one resource, or a transaction bundle that is kept whole or refused whole.

https://hl7.org/fhir/R4/http.html#transaction. Deletes come first, then creates and updates;
references between the entries (`urn:uuid:…` and other full URLs) become ids of this server.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from sandbox.hospitals.outcome import RefusalError, invalid, not_found, not_supported
from sandbox.hospitals.parameters import PARAMETERS
from sandbox.hospitals.search import parse_search
from sandbox.hospitals.searching import find
from sandbox.hospitals.store import ResourceStore

MAX_ENTRIES = 20_000
_ID = re.compile(r"^[A-Za-z0-9\-.]{1,64}$")
_URN_UUID = re.compile(r"^urn:uuid:([0-9a-fA-F-]{36})$")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one write."""

    status: int
    resource: Mapping[str, Any] | None
    type: str
    id: str
    version: int


@dataclass(slots=True)
class Writer:
    """Writes resources into a store; its caller holds the transaction.

    Args:
        store: Where resources are kept.
        now: The current instant as FHIR writes it.
    """

    store: ResourceStore
    now: Callable[[], str]
    _names: dict[str, str] = field(default_factory=dict)

    def create(self, resource: dict[str, Any], wanted_id: str | None = None) -> Written:
        """Create a resource under a new id, or `wanted_id` when it is free."""
        type_name = check_resource(resource)
        identifier = wanted_id
        if identifier is None or self.store.read(type_name, identifier) is not None:
            identifier = str(uuid.uuid4())
        return self._put(resource, identifier, 1, 201)

    def update(self, resource: dict[str, Any], identifier: str) -> Written:
        """Replace the resource with this id, or create it under this id.

        Raises:
            RefusalError: The id is not valid, or the resource bears another.
        """
        type_name = check_resource(resource)
        if not _ID.match(identifier) or resource.get("id", identifier) != identifier:
            raise invalid("the id in the address and in the resource must be one valid id")
        stored = self.store.read(type_name, identifier)
        version = 1 if stored is None else stored.version + 1
        status = 201 if stored is None or stored.body is None else 200
        return self._put(resource, identifier, version, status)

    def delete(self, type_name: str, identifier: str) -> Written:
        """Delete a resource; deleting what is not there is no error."""
        stored = self.store.read(type_name, identifier)
        version = 1 if stored is None else stored.version
        if stored is not None and stored.body is not None:
            version += 1
            self.store.bury(type_name, identifier, version)
        return Written(204, None, type_name, identifier, version)

    def create_unless(self, resource: dict[str, Any], condition: str) -> Written:
        """Create a resource unless exactly one matches the condition (`ifNoneExist`)."""
        type_name = check_resource(resource)
        existing = self.match(type_name, condition)
        if existing is None:
            return self.create(resource)
        return Written(
            200, existing, type_name, existing["id"], int(existing["meta"]["versionId"])
        )

    def match(self, type_name: str, condition: str) -> dict[str, Any] | None:
        """Return the one resource that a condition names; None when there is none.

        Raises:
            RefusalError: 412 when more than one matches.
        """
        search = parse_search(type_name, parse_qsl(condition.lstrip("?"), keep_blank_values=True))
        if not search.criteria:
            raise invalid("a condition needs at least one search parameter")
        found = find(self.store, search)
        if len(found) > 1:
            raise RefusalError(412, "multiple-matches", f"{len(found)} match the condition")
        return found[0] if found else None

    def _put(
        self, resource: dict[str, Any], identifier: str, version: int, status: int
    ) -> Written:
        meta = dict(resource.get("meta", {}), versionId=str(version), lastUpdated=self.now())
        kept = {**resource, "id": identifier, "meta": meta}
        self.store.write(kept, version)
        return Written(status, kept, resource["resourceType"], identifier, version)

    def transaction(self, bundle: dict[str, Any]) -> list[Written]:
        """Carry out every entry of a transaction bundle, in the order of the answer."""
        entries = _entries(bundle)
        planned = [self._plan(entry) for entry in entries]
        self._refuse_doubles(planned)
        written: dict[int, Written] = {}
        order = sorted(range(len(planned)), key=lambda at: planned[at].method != "DELETE")
        for at in order:
            step = planned[at]
            if step.existing is not None:
                written[at] = step.existing
            elif step.method == "DELETE":
                written[at] = self.delete(step.type, step.id)
            else:
                resource = self._resolved(step.resource)
                stored = self.store.read(step.type, step.id)
                version = 1 if stored is None else stored.version + 1
                status = 201 if stored is None or stored.body is None else 200
                written[at] = self._put(resource, step.id, version, status)
        return [written[at] for at in range(len(planned))]

    def _plan(self, entry: dict[str, Any]) -> "_Step":
        request = entry.get("request")
        if not isinstance(request, dict):
            raise invalid("an entry of a transaction needs a request")
        method, url = str(request.get("method")), str(request.get("url", ""))
        type_name, _, identifier = urlsplit(url).path.strip("/").partition("/")
        if type_name not in PARAMETERS:
            raise not_supported(f"resource type {type_name[:60]} is not served")
        if method == "DELETE":
            return _Step(method, type_name, identifier, {})
        if method not in {"POST", "PUT"}:
            raise not_supported(f"method {method[:20]} inside a transaction")
        resource = entry.get("resource")
        if not isinstance(resource, dict) or check_resource(resource) != type_name:
            raise invalid(f"the entry for {type_name} carries no such resource")
        step = self._plan_write(method, url, resource, request)
        full_url = entry.get("fullUrl")
        if isinstance(full_url, str):
            self._names[full_url] = f"{type_name}/{step.id}"
        if isinstance(resource.get("id"), str) and method == "POST":
            self._names.setdefault(f"{type_name}/{resource['id']}", f"{type_name}/{step.id}")
        return step

    def _plan_write(
        self, method: str, url: str, resource: dict[str, Any], request: dict[str, Any]
    ) -> "_Step":
        type_name = str(resource["resourceType"])
        parts = urlsplit(url)
        identifier = parts.path.strip("/").partition("/")[2]
        if method == "PUT":
            if not identifier and parts.query:
                existing = self.match(type_name, parts.query)
                identifier = existing["id"] if existing else self._new_id(type_name, None)
            if not _ID.match(identifier):
                raise invalid(f"{url[:80]} names no resource to update")
            return _Step(method, type_name, identifier, resource)
        condition = request.get("ifNoneExist")
        if condition:
            existing = self.match(type_name, str(condition))
            if existing is not None:
                version = int(existing["meta"]["versionId"])
                done = Written(200, existing, type_name, existing["id"], version)
                return _Step(method, type_name, existing["id"], resource, done)
        return _Step(method, type_name, self._new_id(type_name, resource.get("id")), resource)

    def _new_id(self, type_name: str, proposed: object) -> str:
        """A server chooses its ids; taking a proposed UUID keeps public data comparable."""
        if isinstance(proposed, str) and _URN_UUID.match(f"urn:uuid:{proposed}"):
            taken = f"{type_name}/{proposed}" in self._names.values()
            if not taken and self.store.read(type_name, proposed) is None:
                return proposed
        return str(uuid.uuid4())

    def _refuse_doubles(self, planned: list["_Step"]) -> None:
        seen: set[tuple[str, str]] = set()
        for step in planned:
            if step.existing is not None:
                continue
            if (step.type, step.id) in seen:
                raise invalid(f"{step.type}/{step.id} stands twice in the transaction")
            seen.add((step.type, step.id))

    def _resolved(self, value: Any) -> Any:  # noqa: ANN401  any JSON value
        """Copy a JSON value with every reference to another entry replaced."""
        if isinstance(value, dict):
            return {
                name: self._reference(part)
                if name in {"reference", "url"} and isinstance(part, str)
                else self._resolved(part)
                for name, part in value.items()
            }
        if isinstance(value, list):
            return [self._resolved(part) for part in value]
        return value

    def _reference(self, reference: str) -> str:
        known = self._names.get(reference)
        if known is not None:
            return known
        if _URN_UUID.match(reference):
            raise invalid(f"{reference} is referred to but not in the transaction")
        type_name, mark, condition = reference.partition("?")
        if mark and type_name in PARAMETERS:
            found = self.match(type_name, condition)
            if found is None:
                raise not_found(f"the target of a conditional reference to {type_name}")
            return f"{type_name}/{found['id']}"
        return reference


@dataclass(frozen=True, slots=True)
class _Step:
    method: str
    type: str
    id: str
    resource: dict[str, Any]
    existing: Written | None = None


def _entries(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        raise invalid("only a Bundle of type transaction may be posted here")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise invalid("entry is a list of objects")
    if len(entries) > MAX_ENTRIES:
        raise RefusalError(413, "too-costly", f"more than {MAX_ENTRIES} entries")
    return entries


def check_resource(resource: dict[str, Any]) -> str:
    """Return the type of a resource that this server can store.

    Raises:
        RefusalError: The type is unknown or an element that R4 demands is missing.
    """
    type_name = resource.get("resourceType")
    if not isinstance(type_name, str) or type_name not in PARAMETERS:
        raise not_supported(f"resource type {str(type_name)[:60]} is not served")
    missing = [name for name in _REQUIRED.get(type_name, ()) if name not in resource]
    if missing:
        raise RefusalError(422, "required", f"{type_name} needs {', '.join(missing)}")
    return type_name


_REQUIRED = {
    "Encounter": ("status", "class"),
    "Condition": ("subject",),
    "Observation": ("status", "code"),
    "MedicationRequest": ("status", "intent", "subject"),
    "MedicationDispense": ("status",),
    "Coverage": ("status", "beneficiary", "payor"),
    "Immunization": ("status", "vaccineCode", "patient"),
    "AllergyIntolerance": ("patient",),
    "DiagnosticReport": ("status", "code"),
    "ServiceRequest": ("status", "intent", "subject"),
    "Appointment": ("status", "participant"),
    "Consent": ("status", "scope", "category"),
    "AuditEvent": ("type", "recorded", "agent", "source"),
    "Procedure": ("status", "subject"),
    "ImagingStudy": ("status", "subject"),
    "DocumentReference": ("status", "content"),
}


def parse_resource(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RefusalError: The body is not a JSON object.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise invalid(f"the body is not JSON: {problem}") from problem
    if not isinstance(document, dict):
        raise invalid("the body is not a JSON object")
    return document
