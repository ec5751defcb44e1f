"""How long calls may take."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds a call may take in all.

    Cloning was reported to take 5 to 30 s, with no upper bound known; 20 MB need 180 s on a
    line of 1 Mbit/s. Speech of 41 characters took 3.3 s, so the longest may take some minutes.
    `silence` is the longest wait for the next bytes of a stream.
    """

    clone: float = 120.0
    upload: float = 180.0
    download: float = 60.0
    speech: float = 180.0
    stream: float = 900.0
    silence: float = 60.0
    other: float = 30.0


DEFAULT_TIMEOUTS: Final = Timeouts()
"""Those of the class."""
