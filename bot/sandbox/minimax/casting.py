"""Who may speak, what it costs, and what first use does to a voice."""

from collections.abc import Callable, Sequence
from functools import partial

from bot.sandbox.minimax.answers import Refusal
from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.ledger import CLONE_FEE_USD, BillLine, speech_price_usd
from bot.sandbox.minimax.library import ClonedVoice, Speaker
from bot.sandbox.minimax.performance import mixed
from bot.sandbox.minimax.speech_requests import TimbreWeight
from bot.sandbox.minimax.system_voices import SYSTEM_VOICES

Cast = Callable[[], Speaker]
"""Makes up the speaker; blocking."""


class Casting:
    """Finds the voices of a call, and has them paid."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def check(self, voices: Sequence[TimbreWeight]) -> None:
        """Look for the voices.

        Raises:
            Refusal: 2054, one of them does not exist.
        """
        for voice in voices:
            if voice.voice_id not in SYSTEM_VOICES and self._clone(voice.voice_id) is None:
                raise Refusal(2054)

    def pay(
        self, voices: Sequence[TimbreWeight], model: str, characters: int, trace_id: str
    ) -> Cast:
        """Charge the characters and each voice's first use, and keep the voices for good.

        Raises:
            Refusal: 1008, there is not enough money; nothing happens.
        """
        clones = [self._clone(voice.voice_id) for voice in voices]
        new = {clone.voice_id: clone for clone in clones if clone is not None and not clone.used}
        heaviest = max(voices, key=lambda voice: voice.weight).voice_id
        price = speech_price_usd(model, characters)
        fees = [BillLine(trace_id, each, "clone_fee", 0, CLONE_FEE_USD) for each in new]
        self._desk.charge([BillLine(trace_id, heaviest, "speech", characters, price), *fees])
        for clone in new.values():
            self._desk.voices.make_permanent(clone)
        members = [
            (self._speaker(voice.voice_id, clone), voice.weight)
            for voice, clone in zip(voices, clones, strict=True)
        ]
        return lambda: mixed([(speaker(), weight) for speaker, weight in members])

    def _clone(self, voice_id: str) -> ClonedVoice | None:
        return self._desk.voices.find(voice_id, self._desk.clock.now())

    def _speaker(self, voice_id: str, clone: ClonedVoice | None) -> Cast:
        if clone is not None:
            return lambda: clone.speaker
        return partial(self._desk.voice.invent, SYSTEM_VOICES[voice_id].pitch_hz)
