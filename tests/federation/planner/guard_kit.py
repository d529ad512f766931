"""A toy of guards: people are subjects, notes are about their owner."""

from gateway.federation.planner.guard_spec import GuardSpec, RootSubject

SPEC = GuardSpec(
    subjects={"Person": ("id",), "Note": ("owner", "id")},
    groups={
        ("Person", "name"): "basic",
        ("Person", "friends"): "basic",
        ("Person", "address"): "basic",
        ("Person", "salary"): "money",
        ("Person", "score"): "scores",
        ("Person", "rank"): "scores",
        ("Person", "notes"): "notes",
        ("Note", "text"): "notes",
        ("Note", "rating"): "notes",
        ("Note", "stars"): "scores",
    },
    root_fields={("Query", "person"): RootSubject(), ("Mutation", "rename"): RootSubject("write")},
)
