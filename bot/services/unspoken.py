"""A yes for a server that was to be spoken, and never was, does not stand."""

from bot.domain.consent import ConsentRequest
from bot.ports import ConsentStore


async def forget_unspoken(consents: ConsentStore, request: ConsentRequest) -> None:
    """Take back the standing yes that this request was answered with but nobody spoke.

    What was allowed before the request, or on other servers, stays.
    """
    if request.sentence is None or request.is_own:
        return
    given = await consents.permissions(request.owner)
    to_asker = [one for one in given if one.asker == request.asker]
    await consents.revoke(request.owner, request.asker)
    for one in to_asker:
        if one.server != request.server or one.given_at < request.asked_at:
            await consents.permit(one)
