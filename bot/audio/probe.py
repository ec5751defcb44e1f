"""Tells what a file really is from its first bytes, and which one demuxer may open it."""

from dataclasses import dataclass

# A demuxer is opened only by this name: FFmpeg's own guessing would also try playlists,
# session descriptions and concat scripts, which open other files and sockets.
DEMUXERS = frozenset(
    {"aac", "aiff", "amr", "caf", "flac", "matroska", "mov", "mp3", "ogg", "wav"},
)

# Sound only. No picture decoder ever runs: cover images were the largest memory bombs.
CODECS = frozenset(
    {
        "aac",
        "adpcm_ima_qt",
        "adpcm_ima_wav",
        "adpcm_ms",
        "alac",
        "amrnb",
        "amrwb",
        "flac",
        "libopencore_amrnb",
        "libopencore_amrwb",
        "libopus",
        "mp3",
        "mp3float",
        "opus",
        "pcm_alaw",
        "pcm_f32be",
        "pcm_f32le",
        "pcm_f64le",
        "pcm_mulaw",
        "pcm_s16be",
        "pcm_s16le",
        "pcm_s24be",
        "pcm_s24le",
        "pcm_s32be",
        "pcm_s32le",
        "pcm_u8",
        "speex",
        "vorbis",
    },
)

# Of FFmpeg, so that one name covers all of a demuxer's aliases ("mov,mp4,m4a,3gp,3g2,mj2").
_DEMUXER_ALIASES = "m4a,mp4,3gp,3g2,mj2,webm"

# What is read before the format is believed; far above what any real note needs
# (FFmpeg's defaults are 5 MB, 5 s, 1000 streams and 2500 packets).
OPTIONS = {
    "analyzeduration": "2000000",
    "codec_whitelist": ",".join(sorted(CODECS)),
    "format_whitelist": ",".join([*sorted(DEMUXERS), _DEMUXER_ALIASES]),
    "max_probe_packets": "200",
    "max_streams": "16",
    "probesize": "1000000",
    "protocol_whitelist": "",
}

# First bytes, bytes 8 to 11 where they matter, demuxer.
_MAGIC = (
    (b"OggS", b"", "ogg"),
    (b"RIFF", b"WAVE", "wav"),
    (b"RF64", b"WAVE", "wav"),
    (b"fLaC", b"", "flac"),
    (b"#!AMR", b"", "amr"),
    (b"caff", b"", "caf"),
    (b"FORM", b"AIFF", "aiff"),
    (b"FORM", b"AIFC", "aiff"),
)
_EBML = b"\x1aE\xdf\xa3"
# QuickTime before brands existed starts with one of its boxes.
_OLD_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})
_BRANDS = {b"M4A ": "m4a", b"M4B ": "m4a", b"qt  ": "mov"}
_ID3_HEADER = 10
_LEADING_ZEROS = 4096


@dataclass(frozen=True, slots=True)
class Container:
    """What a file is.

    Attributes:
        name: The name people know, such as ``m4a`` or ``webm``.
        demuxer: FFmpeg's demuxer for it, one of `DEMUXERS`.
    """

    name: str
    demuxer: str


def sniff(data: bytes) -> Container | None:
    """Tell from the content what `data` is; None for anything that is not taken."""
    return _by_magic(data) or _by_frame_sync(data)


def _by_magic(data: bytes) -> Container | None:
    head = data[:12]
    if head[4:8] == b"ftyp":
        return Container(_brand(head[8:12]), "mov")
    if head[4:8] in _OLD_QUICKTIME:
        return Container("mov", "mov")
    if head[:4] == _EBML:
        return Container("webm" if b"webm" in data[:64] else "matroska", "matroska")
    for magic, kind, name in _MAGIC:
        if head.startswith(magic) and head[8:12].startswith(kind):
            return Container(name, name)
    return None


def _brand(brand: bytes) -> str:
    if brand[:2] == b"3g":
        return "3gp"
    return _BRANDS.get(brand, "mp4")


def _by_frame_sync(data: bytes) -> Container | None:
    start = _after_id3(data)
    tagged = start > 0
    if not tagged:
        padding = data[:_LEADING_ZEROS]
        start = len(padding) - len(padding.lstrip(b"\0"))
    frame = data[start : start + 4]
    if frame[:4] == b"fLaC":
        return Container("flac", "flac")
    if _is_adts(frame):
        return Container("aac", "aac")
    if tagged or _is_mpeg_audio(frame):
        return Container("mp3", "mp3")
    return None


def _after_id3(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < _ID3_HEADER:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return _ID3_HEADER + size


def _is_adts(frame: bytes) -> bool:
    # 12 bits of sync and a layer of 0 (ISO/IEC 13818-7).
    return len(frame) >= 4 and frame[0] == 0xFF and frame[1] & 0xF6 == 0xF0  # noqa: PLR2004


def _is_mpeg_audio(frame: bytes) -> bool:
    # 11 bits of sync; version, layer, bit rate and sample rate have reserved values
    # (ISO/IEC 11172-3). Layer I was never used for files, and looks like a byte-order mark.
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return False
    version, layer = frame[1] >> 3 & 3, frame[1] >> 1 & 3
    bit_rate, sample_rate = frame[2] >> 4, frame[2] >> 2 & 3
    return version != 1 and layer in {1, 2} and bit_rate not in {0, 15} and sample_rate != 3  # noqa: PLR2004
