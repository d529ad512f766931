"""How the health book names an encounter of a hospital."""


def encounter_id(facility: str, visit: str) -> str:
    """Return the health book's id of an encounter.

    Args:
        facility: Code of the facility.
        visit: The id of the Encounter resource there.
    """
    return f"{facility}~{visit}"
