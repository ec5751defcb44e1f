"""Myna's calls as requests to MiniMax."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.minimax.long_speech_models import LongAudioSetting, LongSpeechRequest, LongVoiceSetting
from bot.minimax.models import ClonePrompt, CloneRequest
from bot.minimax.speech_models import AudioSetting, SpeechRequest, VoiceModify, VoiceSetting
from bot.ports import CloneCall, SpeechCall, SpeechFormat

AUDIO: Final[Mapping[SpeechFormat, AudioSetting]] = MappingProxyType(
    {
        # 24 kHz is the highest rate that both Opus and the service know.
        SpeechFormat.OPUS: AudioSetting(format="opus", sample_rate=24000, channel=1),
        SpeechFormat.FLAC: AudioSetting(format="flac", sample_rate=32000, channel=1),
        SpeechFormat.MP3: AudioSetting(format="mp3", sample_rate=32000, bitrate=128000, channel=1),
    }
)
"""What file each format is; the rate is the service's own default where it need not be another."""

RECORDING: Final = LongAudioSetting(format="mp3", audio_sample_rate=32000, bitrate=64000, channel=1)
"""What file a recording is: 64 kbit/s are plenty for one voice, and half the download."""


def clone_request(call: CloneCall) -> CloneRequest:
    """Return the `voice_clone` request of a call."""
    options = call.options
    prompt = None
    if call.prompt_file_id is not None:
        prompt = ClonePrompt(
            prompt_audio=call.prompt_file_id, prompt_text=options.prompt_text or ""
        )
    return CloneRequest(
        file_id=call.file_id,
        voice_id=call.voice_id,
        clone_prompt=prompt,
        text=options.text,
        model=options.model,
        language_boost=options.language,
        need_noise_reduction=options.noise_reduction,
        need_volume_normalization=options.volume_normalization,
        text_validation=options.text_validation,
        accuracy=options.accuracy,
        aigc_watermark=options.watermark,
    )


def speech_request(call: SpeechCall) -> SpeechRequest:
    """Return the `t2a_v2` request of a call."""
    return SpeechRequest(
        model=call.settings.model,
        text=call.text,
        voice_setting=VoiceSetting(**_manner(call)),
        audio_setting=AUDIO[call.audio_format],
        language_boost=call.settings.language,
        voice_modify=_modify(call),
        aigc_watermark=call.settings.watermark,
    )


def recording_request(call: SpeechCall) -> LongSpeechRequest:
    """Return the `t2a_async_v2` request of a call; the file is always `RECORDING`."""
    return LongSpeechRequest(
        model=call.settings.model,
        text=call.text,
        voice_setting=LongVoiceSetting(**_manner(call)),
        audio_setting=RECORDING,
        language_boost=call.settings.language,
        voice_modify=_modify(call),
        aigc_watermark=call.settings.watermark,
    )


def _manner(call: SpeechCall) -> dict[str, Any]:
    settings = call.settings
    return {
        "voice_id": call.voice_id,
        "speed": settings.speed,
        "vol": settings.volume,
        "pitch": settings.pitch,
        "emotion": settings.emotion.value if settings.emotion else None,
    }


def _modify(call: SpeechCall) -> VoiceModify | None:
    effect = call.settings.effect
    return VoiceModify(sound_effects=effect.value) if effect else None
