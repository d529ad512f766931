"""Filters and indexes as SQL over `(id TEXT, doc TEXT)` tables, with parameters.

Paths are literals of a checked alphabet, so that an expression index and a query spell the same
expression; values are always parameters.
"""

# ruff: noqa: S608

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from storage.documents import IndexSpec
from storage.filters import (
    AllOf,
    AnyOf,
    Compares,
    Equals,
    Exists,
    HasElement,
    IsIn,
    Not,
    Path,
    Predicate,
)
from storage.sqlite.codec import AFTER_DATETIMES, DATETIME_TAG, encode_scalar
from storage.values import Scalar, Value, kind_of, parse_path

TABLE_EXISTS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
"""Answers a row if there is a table of that name."""

_TYPES = {
    "string": "= 'text'",
    "datetime": "= 'text'",
    "number": "IN ('integer', 'real')",
}
_OPERATORS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    """A boolean SQL expression and its parameters, in order."""

    sql: str
    parameters: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """Where paths begin: the row's document or a member of a list."""

    value: Callable[[Path], str]
    type: Callable[[Path], str]
    each: Callable[[Path], str]


def compile_filter(predicate: Predicate, member_tables: Mapping[Path, str]) -> Condition:
    """Answer the WHERE expression for a predicate.

    Args:
        predicate: What must hold.
        member_tables: For the path of each array index, the table of `(member, id)` it keeps.
    """
    return _Compiler(member_tables).compile(predicate, _DOCUMENT)


def order_by(sort: Sequence[tuple[str, int]]) -> str:
    """Answer the ORDER BY clause, empty without a sort."""
    if not sort:
        return ""
    terms = (
        f"{value_at(parse_path(path))} {'ASC' if direction > 0 else 'DESC'}"
        for path, direction in sort
    )
    return " ORDER BY " + ", ".join(terms)


def value_at(path: Path) -> str:
    """Answer the expression for the value at a path of the row's document."""
    return "id" if path == ("_id",) else f"json_extract(doc, '{_json_path(path)}')"


def type_at(path: Path) -> str:
    """Answer the expression for the JSON type at a path, NULL where nothing is."""
    return "'text'" if path == ("_id",) else f"json_type(doc, '{_json_path(path)}')"


def index_statements(spec: IndexSpec) -> tuple[str, ...]:
    """Answer the statements that create an index where it is missing."""
    if spec.array:
        return _member_table_statements(spec)
    columns = ", ".join(
        f"{value_at(parse_path(path))} {'ASC' if direction > 0 else 'DESC'}"
        for path, direction in spec.fields
    )
    unique = "UNIQUE " if spec.unique else ""
    name = f"{spec.collection}__{spec.name}"
    return (f'CREATE {unique}INDEX IF NOT EXISTS "{name}" ON "{spec.collection}" ({columns})',)


def member_table(spec: IndexSpec) -> str:
    """Answer the name of the table that an array index keeps."""
    return f"{spec.collection}__{spec.name}__members"


def expired_condition(path: Path, now: datetime) -> Condition:
    """Answer the expression for documents whose moment at the path has come."""
    value = value_at(path)
    return Condition(f"{value} <= ? AND {value} >= ?", (encode_scalar(now), DATETIME_TAG))


def _json_path(path: Path) -> str:
    return "$" + "".join(f"[{part}]" if part.isdigit() else f'."{part}"' for part in path)


_DOCUMENT = _Source(
    value=value_at, type=type_at, each=lambda path: f"json_each(doc, '{_json_path(path)}')"
)


def _member_source(alias: str) -> _Source:
    return _Source(
        value=lambda path: (
            f"json_extract({alias}.value, '{_json_path(path)}')" if path else f"{alias}.value"
        ),
        type=lambda path: (
            f"json_type({alias}.value, '{_json_path(path)}')" if path else f"{alias}.type"
        ),
        each=lambda path: f"json_each({alias}.value, '{_json_path(path)}')",
    )


class _Compiler:
    """Carries what one compilation needs: array indexes and fresh aliases."""

    def __init__(self, member_tables: Mapping[Path, str]) -> None:
        self._member_tables = member_tables
        self._numbers = count()

    def compile(self, predicate: Predicate, source: _Source) -> Condition:
        match predicate:
            case AllOf(parts):
                return _join("AND", [self.compile(part, source) for part in parts], "1")
            case AnyOf(parts):
                return _join("OR", [self.compile(part, source) for part in parts], "0")
            case Not(part):
                inner = self.compile(part, source)
                return Condition(f"NOT coalesce(({inner.sql}), 0)", inner.parameters)
            case Exists(path):
                return Condition(f"{source.type(path)} IS NOT NULL")
            case Equals(path, value):
                return _is_in(source, path, (value,))
            case IsIn(path, values):
                return _is_in(source, path, values)
            case Compares(path, operator, value):
                return _compares(source, path, operator, value)
            case HasElement(path, condition):
                return self._has_element(source, path, condition)

    def _has_element(self, source: _Source, path: Path, condition: Predicate) -> Condition:
        alias = f"m{next(self._numbers)}"
        inner = self.compile(condition, _member_source(alias))
        guarded = inner.sql
        if not _is_about_itself(condition):
            guarded = f"CASE WHEN {alias}.type = 'object' THEN ({inner.sql}) ELSE 0 END"
        exists = Condition(
            f"({source.type(path)} = 'array' AND EXISTS "
            f"(SELECT 1 FROM {source.each(path)} AS {alias} WHERE {guarded}))",
            inner.parameters,
        )
        narrowing = self._narrowing(path, condition) if source is _DOCUMENT else None
        return _join("AND", [narrowing, exists], "1") if narrowing else exists

    def _narrowing(self, path: Path, condition: Predicate) -> Condition | None:
        parts = condition.parts if isinstance(condition, AllOf) else (condition,)
        for part in parts:
            if isinstance(part, Equals | IsIn):
                table = self._member_tables.get(path + part.path)
                values = (part.value,) if isinstance(part, Equals) else part.values
                if table and None not in values:
                    return Condition(
                        f'id IN (SELECT id FROM "{table}" WHERE member IN ({_marks(values)}))',
                        tuple(encode_scalar(value) for value in values),
                    )
        return None


def _is_about_itself(condition: Predicate) -> bool:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return all(_is_about_itself(part) for part in parts)
        case Not(part):
            return _is_about_itself(part)
        case _:
            return condition.path == ()


def _is_in(source: _Source, path: Path, values: tuple[Scalar, ...]) -> Condition:
    by_kind: dict[str, list[Scalar]] = {}
    for value in values:
        by_kind.setdefault(kind_of(value), []).append(value)
    parts = [_equals_kind(source, path, kind, group) for kind, group in by_kind.items()]
    return _join("OR", parts, "0")


def _equals_kind(source: _Source, path: Path, kind: str, group: list[Scalar]) -> Condition:
    if kind == "null":
        return Condition(f"coalesce({source.type(path)}, 'null') = 'null'")
    if kind == "bool":
        names = tuple("true" if value else "false" for value in group)
        return Condition(f"{source.type(path)} IN ({_marks(names)})", names)
    marks = "= ?" if len(group) == 1 else f"IN ({_marks(group)})"
    return Condition(
        f"({source.value(path)} {marks} AND {source.type(path)} {_TYPES[kind]})",
        tuple(encode_scalar(value) for value in group),
    )


def _compares(source: _Source, path: Path, operator: str, value: Scalar) -> Condition:
    expression, parameter = source.value(path), encode_scalar(value)
    sql = (
        f"({expression} {_OPERATORS[operator]} ? AND {source.type(path)} {_TYPES[kind_of(value)]}"
    )
    upward = operator in {"$gt", "$gte"}
    if isinstance(value, datetime):
        bound = f" AND {expression} {'<' if upward else '>='} ?)"
        return Condition(sql + bound, (parameter, AFTER_DATETIMES if upward else DATETIME_TAG))
    if isinstance(value, str) and path != ("_id",):
        apart = f" AND substr({expression}, 1, 2) <> ?)"
        return Condition(sql + apart, (parameter, DATETIME_TAG))
    return Condition(sql + ")", (parameter,))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _join(word: str, parts: Sequence[Condition], empty: str) -> Condition:
    if not parts:
        return Condition(empty)
    if len(parts) == 1:
        return parts[0]
    sql = f" {word} ".join(part.sql for part in parts)
    return Condition(f"({sql})", tuple(value for part in parts for value in part.parameters))


def _member_table_statements(spec: IndexSpec) -> tuple[str, ...]:
    table, rows = member_table(spec), spec.collection
    path = parse_path(spec.fields[0][0])
    fill = f'INSERT INTO "{table}" (member, id) {{}}'
    of_new = _members(path, "new", "")
    forget = f'DELETE FROM "{table}" WHERE id = old.id'
    return (
        f'CREATE TABLE "{table}" (member, id TEXT NOT NULL, PRIMARY KEY (member, id)) '
        "WITHOUT ROWID",
        f'CREATE INDEX "{table}_id" ON "{table}" (id)',
        fill.format(_members(path, "rows", f'"{rows}" AS rows, ')),
        f'CREATE TRIGGER "{table}_insert" AFTER INSERT ON "{rows}" '
        f"BEGIN {fill.format(of_new)}; END",
        f'CREATE TRIGGER "{table}_update" AFTER UPDATE ON "{rows}" '
        f"BEGIN {forget}; {fill.format(of_new)}; END",
        f'CREATE TRIGGER "{table}_delete" AFTER DELETE ON "{rows}" BEGIN {forget}; END',
    )


def _members(path: Path, row: str, tables: str) -> str:
    """Answer the query for `(member, id)`, whichever part of the path is the list."""
    queries = []
    for length in range(1, len(path) + 1):
        outer, inner = _json_path(path[:length]), path[length:]
        member = "m.value"
        if inner:
            inside = f"json_extract(m.value, '{_json_path(inner)}')"
            member = f"CASE WHEN m.type = 'object' THEN {inside} END"
        queries.append(
            f"SELECT {member}, {row}.id FROM {tables}json_each({row}.doc, '{outer}') AS m "
            f"WHERE json_type({row}.doc, '{outer}') = 'array' AND ({member}) IS NOT NULL"
        )
    return " UNION ".join(queries)
