"""``python -m resolvers reseal``: what is stored comes under the current keys."""

import asyncio
from collections.abc import Callable

from resolvers.insurance import repository as insurance
from resolvers.patient import repository as patient
from resolvers.pharmacy import repository as pharmacy
from resolvers.settings import SubgraphSettings
from storage.encryption import load_keyring
from storage.opening import open_documents
from storage.resealing import Progress, Resealed, Resealing, SealedCollection

SEALED: tuple[SealedCollection, ...] = (patient.SEALED, pharmacy.SEALED, insurance.SEALED)
"""Every collection of the subgraphs that keeps something under keys."""

_SHOWN_FIELDS = 20


def reseal(settings: SubgraphSettings, say: Callable[[str], None]) -> bool:
    """Reseal the database of some settings.

    Args:
        settings: Database and keys.
        say: Takes lines for whoever waits; they hold counts and ids, and nothing of a value.

    Returns:
        Whether nothing is left under older keys but what ends by itself.

    Raises:
        ConfigurationError: The keys cannot be used.
        StorageUnavailableError: The database cannot be read or written; what was done stays.
    """
    done = asyncio.run(_reseal(settings, say))
    for line in described(done):
        say(line)
    return done.settled and not (done.unreadable or done.heads or any(done.links.values()))


def described(done: Resealed) -> list[str]:
    """What is to be said in the end."""
    lines = [
        f"{key}: still leads to {count} people or prescriptions that no document explains"
        for key, count in done.links.items()
        if count
    ]
    lines += [
        f"{key}: {count} idempotency keys, the last until {done.records_end:%Y-%m-%d %H:%M} UTC"
        for key, count in done.records.items()
        if count
    ]
    if done.heads:
        lines.append(f"{done.heads} heads of the access log are signed by no key: verify it")
    lines += [
        f"no key opens {path} of {document_id} in {collection}"
        for collection, document_id, path in sorted(done.unreadable)[:_SHOWN_FIELDS]
    ]
    if len(done.unreadable) > _SHOWN_FIELDS:
        lines.append(f"… {len(done.unreadable)} such fields in all")
    if not done.settled:
        lines.append("values under older keys keep coming: some process was not restarted")
    return lines or ["nothing is under an older key any more"]


async def _reseal(settings: SubgraphSettings, say: Callable[[str], None]) -> Resealed:
    def tell(progress: Progress) -> None:
        say(
            f"{progress.collection}: {progress.read} read, {progress.renewed} renewed,"
            f" {progress.moved} links moved"
        )

    keyring = load_keyring(settings.keys_file, production=settings.production)
    documents = await open_documents(settings.database_url)
    try:
        return await Resealing(documents, keyring, SEALED, tell).run()
    finally:
        await documents.close()
