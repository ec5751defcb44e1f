"""What every store of fingerprints does: it knows what was posted, and what was posted first."""

from dataclasses import replace

from bot.domain.fingerprints import Fingerprint, Made
from bot.ports import FingerprintStore
from tests.fakes.orders import ADA, BOB, NOON

PREVIEW = Fingerprint("ab" * 32, Made.PREVIEW, "discord-1", BOB, ADA, "Me", NOON)
STOCK = Fingerprint("cd" * 32, Made.SPEECH, "discord-2", BOB, None, "Graceful Lady", NOON)


async def test_what_was_posted_is_known(fingerprints: FingerprintStore) -> None:
    await fingerprints.keep(PREVIEW)
    await fingerprints.keep(STOCK)

    assert await fingerprints.find(PREVIEW.digest) == PREVIEW
    assert await fingerprints.find(STOCK.digest) == STOCK
    assert await fingerprints.find("ef" * 32) is None


async def test_of_one_file_that_was_posted_twice_the_first_post_counts(
    fingerprints: FingerprintStore,
) -> None:
    await fingerprints.keep(PREVIEW)
    await fingerprints.keep(replace(PREVIEW, asker=ADA, subject="discord-9"))

    assert await fingerprints.find(PREVIEW.digest) == PREVIEW
