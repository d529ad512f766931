"""The access log: every decision about a subject, chained and durable before the answer."""

from storage.access_log.chain import ChainHead, Fault, FaultKind, Verification
from storage.access_log.commit import AccessLogError, Commit
from storage.access_log.documents import (
    ACCESS_LOG_INDEXES,
    AccessLogReader,
    DocumentBacking,
    LoggedEvent,
    head_signer,
)
from storage.access_log.fhir import as_fhir
from storage.access_log.file import FileBacking, read_events, verify_file
from storage.access_log.ids import EventIds
from storage.access_log.model import AccessEvent, Actor, Decision, Outcome, Phase
from storage.access_log.owed import Persistence
from storage.access_log.recovery import RecoveryTurns, outcome_of, recover, unfinished
from storage.access_log.writer import AccessLogBacking, AccessLogWriter

__all__ = [
    "ACCESS_LOG_INDEXES",
    "AccessEvent",
    "AccessLogBacking",
    "AccessLogError",
    "AccessLogReader",
    "AccessLogWriter",
    "Actor",
    "ChainHead",
    "Commit",
    "Decision",
    "DocumentBacking",
    "EventIds",
    "Fault",
    "FaultKind",
    "FileBacking",
    "LoggedEvent",
    "Outcome",
    "Persistence",
    "Phase",
    "RecoveryTurns",
    "Verification",
    "as_fhir",
    "head_signer",
    "outcome_of",
    "read_events",
    "recover",
    "unfinished",
    "verify_file",
]
