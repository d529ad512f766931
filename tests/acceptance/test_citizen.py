"""The citizen's stories, as her mobile app sends them."""

from uuid import uuid4

from sandbox.population import cast
from tests.acceptance.book import Book, codes_of, nodes, without_request_id


def test_she_reads_her_whole_book_in_one_operation(book: Book) -> None:
    me = book.data_of("citizen", "citizen/health-book")["me"]

    assert "Nguyễn Thị Hoa" == me["fullName"]
    assert "RECORDED" == me["allergyStatus"]
    assert nodes(me["allergies"])
    assert nodes(me["immunizations"])
    assert 5 == len(me["encounters"]["edges"])
    assert me["encounters"]["completeness"] == {"complete": True, "missingSources": []}
    assert any(nodes(visit["conditions"]) for visit in nodes(me["encounters"]))
    assert any(nodes(visit["observations"]) for visit in nodes(me["encounters"]))
    assert any(
        item["remaining"]["value"] for rx in nodes(me["prescriptions"]) for item in rx["items"]
    )
    assert me["coverage"]["number"]


def test_she_reads_what_laboratories_and_imaging_units_reported(book: Book) -> None:
    me = book.data_of("citizen", "citizen/examination-reports", {"first": 100})["me"]
    reports = nodes(me["diagnosticReports"])

    assert me["diagnosticReports"]["completeness"]["complete"]
    assert any(report["results"] for report in reports)
    assert all(report["conclusion"] for report in reports)


def test_her_encounters_come_newest_first_from_several_hospitals(book: Book) -> None:
    me = book.data_of("citizen", "citizen/health-book", {"encounters": 20})["me"]
    visits = nodes(me["encounters"])
    starts = [visit["period"]["start"] for visit in visits]

    assert sorted(starts, reverse=True) == starts
    assert 1 < len({visit["facility"]["id"] for visit in visits})


def test_pages_of_encounters_join_without_gap_or_repetition(book: Book) -> None:
    query = (
        "query ($after: String) { me { encounters(first: 2, after: $after)"
        " { edges { node { id } } pageInfo { hasNextPage endCursor } } } }"
    )
    token = book.token("citizen")
    paged: list[str] = []
    after, more = None, True
    while more:
        page = book.post(query, {"after": after}, token).json()["data"]["me"]["encounters"]
        paged.extend(visit["id"] for visit in nodes(page))
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    whole = book.post("{ me { encounters(first: 100) { edges { node { id } } } } }", None, token)

    assert [visit["id"] for visit in nodes(whole.json()["data"]["me"]["encounters"])] == paged


def test_a_mother_reads_the_book_of_her_young_child(book: Book) -> None:
    child = book.data_of("citizen", "citizen/childs-book", {"child": cast.YOUNG_CHILD})["patient"]

    assert cast.YOUNG_CHILD == child["id"]
    assert child["fullName"]
    assert {"GIVEN"} <= {dose["status"] for dose in child["immunizationSchedule"]}


def test_a_mother_does_not_read_the_book_of_a_child_of_ten(book: Book) -> None:
    answer = book.ask("citizen", "citizen/childs-book", {"child": cast.OLDER_CHILD})

    assert answer["data"]["patient"] is None


def test_a_strangers_id_gives_nothing_and_no_hint_that_it_exists(book: Book) -> None:
    answers = [
        book.ask("citizen", "citizen/childs-book", {"child": child})
        for child in (cast.STRANGER, "pt-nobody-at-all")
    ]

    assert answers[0]["data"] == {"patient": None}
    assert without_request_id(answers[0]) == without_request_id(answers[1])


def test_she_sees_whom_she_represents(book: Book) -> None:
    answer = book.ask("citizen", "citizen/dependants")
    children = {
        each["patient"]["id"]: each["patient"]["fullName"]
        for each in answer["data"]["me"]["dependants"]
    }

    assert {cast.YOUNG_CHILD, cast.OLDER_CHILD} == set(children)
    assert children[cast.YOUNG_CHILD]
    # From the age of seven the child has a say: who she is is withheld until both agree.
    assert children[cast.OLDER_CHILD] is None


def test_she_records_a_measurement_once_though_it_is_sent_twice(book: Book) -> None:
    measurement = {
        "kind": "HEART_RATE",
        "value": "72",
        "measured": "2026-01-05T07:00:00+07:00",
        "device": "watch",
    }
    sent = {
        "input": {
            "idempotencyKey": uuid4().hex,
            "patientId": cast.MOTHER,
            "measurements": [measurement],
        }
    }
    first, second = (book.data_of("citizen", "citizen/record-vitals", sent) for _ in range(2))

    assert first == second
    assert [] == first["recordVitals"]["problems"]


def test_she_does_not_record_for_a_stranger(book: Book) -> None:
    sent = {
        "input": {
            "idempotencyKey": uuid4().hex,
            "patientId": cast.STRANGER,
            "measurements": [
                {"kind": "STEPS", "value": "1", "measured": "2026-01-05T07:00:00+07:00"}
            ],
        }
    }
    answer = book.ask("citizen", "citizen/record-vitals", sent)

    assert [("CONSENT_REQUIRED", ["recordVitals"])] == codes_of(answer)


def test_she_sees_who_looked_and_who_was_denied(book: Book) -> None:
    document = "query ($p: ID!) { patient(id: $p) { fullName } }"
    book.post(document, {"p": cast.MOTHER}, book.token("doctor", cast.UNRELATED_DOCTOR))
    me = book.data_of("citizen", "citizen/consents-and-accesses")["me"]
    entries = nodes(me["accessLog"])

    assert (cast.UNRELATED_DOCTOR, "practitioner", False) in [
        (entry["actor"], entry["role"], entry["permitted"]) for entry in entries
    ]


def test_without_a_token_nothing_is_told(book: Book) -> None:
    answer = book.post("{ me { fullName } }").json()

    assert answer["data"] == {"me": None}
    assert ["UNAUTHORIZED_FIELD_OR_TYPE"] == [code for code, _ in codes_of(answer)]
