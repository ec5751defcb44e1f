"""Tell whoever pressed something why it did not work: a sentence only they see."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.domain.errors import MynaError, OperatorError, Unexpected
from bot.frontends.discord.errors import is_over
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY, mention_of, quote
from bot.frontends.wording_errors import explain

_log = logging.getLogger(__name__)


@asynccontextmanager
async def answering(interaction: Press) -> AsyncIterator[None]:
    """Answer whatever goes wrong inside with a sentence, and let nothing out."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  the border: logged there, and told to the presser
        await refuse(interaction, error)


async def refuse(interaction: Press, error: BaseException) -> None:
    """Tell the presser, and nobody else, what went wrong; never raises.

    What is not the member's to fix is logged and the operator told; the interaction's id is the
    reference that leads from the sentence to the log.
    """
    reference = str(interaction.id)
    if is_over(error):
        _log.warning("interaction %s could not be acknowledged: %s", reference, error)
        return
    if interaction.client.is_closed():
        # Nothing can be sent any more; an order that was taken is taken up at the next start.
        _log.warning("interaction %s was cut short: Myna is stopping", reference)
        return
    is_operators = isinstance(error, OperatorError) or not isinstance(error, MynaError)
    if is_operators:
        unknown = None if isinstance(error, MynaError) else error
        _log.error("interaction %s failed: %r", reference, error, exc_info=unknown)
    sentence = explain(error, reference=reference, quote=quote, mention=mention_of)
    try:
        await _say(interaction, sentence)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as failure:
        # Too late to answer, or Discord is away: the log is all that is left.
        _log.warning("interaction %s could not be answered: %r", reference, failure)
    if is_operators:  # after the answer, which has three seconds
        await _tell_operator(interaction, error, reference)


async def _say(interaction: Press, sentence: str) -> None:
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True, allowed_mentions=NOBODY)
    else:
        await interaction.response.send_message(sentence, ephemeral=True, allowed_mentions=NOBODY)


async def _tell_operator(interaction: Press, error: BaseException, reference: str) -> None:
    known = error if isinstance(error, MynaError) else Unexpected(what=type(error).__name__)
    await face_of(interaction).alerts.alert(known, reference)
