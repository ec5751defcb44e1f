"""What a strict Discord found wrong with the bot, kept so that a test can fail on it."""

import logging

_log = logging.getLogger(__name__)


class Complaints(list[str]):
    """A list of sentences that is empty as long as the bot behaves."""

    def add(self, sentence: str) -> None:
        """Keep ``sentence`` and log it, so that it is loud in the sandbox as well."""
        self.append(sentence)
        _log.warning("Discord stand-in complains: %s", sentence)
