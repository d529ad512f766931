"""How long an open episode gives care, where its facility says nothing more of it.

An episode that nobody closes must not open a record for ever. Every notice of an episode renews
the time; who still treats gives one. The law knows no such limit (Luật KCB 15/2023 art. 69 k3:
"during treatment"), so the times are this project's policy.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

OPEN_EPISODE = timedelta(days=30)
"""Visits, treatment at a distance and whatever is not named below."""

OPEN_EPISODES: Mapping[str, timedelta] = MappingProxyType({"INPATIENT": timedelta(days=180)})
"""Other times, by the kind of encounter."""

LONGEST_EPISODE = max(OPEN_EPISODE, *OPEN_EPISODES.values())
"""The most that any episode may last without a further notice."""


def open_episode(kind: str) -> timedelta:
    """How long a notice of an open episode gives care.

    Args:
        kind: Kind of encounter, as the API names it.
    """
    return OPEN_EPISODES.get(kind, OPEN_EPISODE)
