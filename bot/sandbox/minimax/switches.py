"""Where the documentation leaves a choice, or an account differs: what this stand-in does."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SANDBOX_GROUP_ID = "1871234567890123456"
"""The one GroupId that this stand-in's keys belong to."""


class Switches(BaseModel):
    """May be changed at any time; the defaults are the likeliest behaviour."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    group_id: str = SANDBOX_GROUP_ID
    may_clone: bool = True
    """False: the account is not verified, cloning answers 2038."""
    balance_usd: float | None = None
    """Money left; None is never used up."""
    wide_file_ids: bool = False
    """True: file ids above 2^53, which a double cannot hold."""
    sensitive_as_object: bool = False
    """True: `input_sensitive` is the schema's object `{"type": n}`, not the live boolean."""
    sensitive_code: Literal[0, 1026] = 1026
    """The status code beside a flag; with 0 the voice and its preview are made all the same."""
    burn_expired_ids: bool = False
    """True: the id of an expired voice cannot be used again."""
    unused_voices_deletable: bool = True
    """False: a voice that never spoke answers `voice_id does not exist` when deleted."""
    refuse_unknown_fields: bool = True
    """False: body fields that are not documented are ignored."""
    link_seconds: float = Field(default=24 * 3600, gt=0)
    """How long links to audio work."""
    task_seconds: float = Field(default=2, ge=0)
    """How long a long text is spoken at least, by the stand-in's clock."""
    long_speech_as_tar: bool = True
    """False: a long text becomes a bare audio file instead of an archive with subtitles."""
