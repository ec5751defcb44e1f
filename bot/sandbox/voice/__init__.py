"""The sandbox voice: speech that follows a sample's pitch, brightness and tempo, offline.

It stands in for a cloned voice wherever no account is wanted. It is one and the same synthetic
speaker, bent: nobody is cloned. English only; other scripts are answered with a stock sentence.
"""

from bot.sandbox.voice.engine import SandboxExtraMissing
from bot.sandbox.voice.sound_files import UndecodableSound
from bot.sandbox.voice.speaker import SandboxSpeaker, SandboxVoice, Spoken

__all__ = ["SandboxExtraMissing", "SandboxSpeaker", "SandboxVoice", "Spoken", "UndecodableSound"]
