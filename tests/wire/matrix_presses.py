"""How each action of the permission matrix is pressed: as it is offered, or forged."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.frontends import wording, wording_speech, wording_spoken, wording_verify
from bot.sandbox.discord import Interaction, Person
from bot.sandbox.discord.commands import CHAT_INPUT
from bot.sandbox.discord.wire import ALL_PERMISSIONS, InteractionType
from tests.wire import matrix_scene as scene
from tests.wire.matrix import Actor
from tests.wire.matrix_scene import LABEL, Cast, Maker, Thing
from tests.wire.matrix_turns import Button, Press, Turn, after, form, menu, rule, slash
from tests.wire.speeches import STOCK
from tests.wire.world import NOTE, PATIENCE, Message

# --- commands


async def _clone(turn: Turn) -> dict[str, Any]:
    return {"note": NOTE, "name": turn.cast.label(), "consent": True, "text": turn.cast.dear()}


async def _clone_of_other(turn: Turn) -> dict[str, Any]:
    return await _clone(turn) | {"consent": False, "owner": turn.cast.passer()}


async def _the_voice(turn: Turn) -> dict[str, Any]:
    return {"voice": f"voice:{(await turn.cast.thing(scene.nightingale, turn.actor)).key}"}


async def _dear(turn: Turn) -> dict[str, Any]:
    return {"text": turn.cast.dear()}


async def _dear_with_it(turn: Turn) -> dict[str, Any]:
    return await _dear(turn) | await _the_voice(turn)


async def _share(turn: Turn) -> dict[str, Any]:
    return {"member": turn.cast.passer(), **await _the_voice(turn)}


async def _unshare(turn: Turn) -> dict[str, Any]:
    given, cast = await _share(turn), turn.cast
    owner, channel = cast.owner(turn.actor), cast.world.channel
    shared = await cast.world.discord.slash(owner, channel, "voices share", **given)
    await shared.completed(PATIENCE)
    return given


async def _the_case(turn: Turn) -> dict[str, Any]:
    of = turn.cast.passer() if turn.may else None
    return {"case": (await turn.cast.thing(scene.case, turn.actor, fresh=turn.may, of=of)).key}


async def _passer(turn: Turn) -> dict[str, Any]:
    return {"member": turn.cast.passer()}


async def _owner(turn: Turn) -> dict[str, Any]:
    await turn.cast.thing(scene.case, turn.actor)
    return {"member": turn.cast.owner(turn.actor)}


async def _settings(turn: Turn) -> Interaction:
    """Run `/settings` also where Discord does not offer it: a server may give it to anybody."""
    discord, channel = turn.cast.world.discord, turn.channel
    server = None if channel.server is None else channel.server.id
    command = discord.commands.find("settings", CHAT_INPUT, server, ALL_PERMISSIONS)
    data = {"id": command["id"], "name": "settings", "type": CHAT_INPUT, "options": []}
    await turn.ready()
    return discord.place.send(InteractionType.COMMAND, turn.person, channel, data)


# --- message menus


def _with_sentences(number: int, press: Press) -> Press:
    """Press it while at least so many sentences wait for a recording of the owner."""

    async def prepared(turn: Turn) -> Interaction:
        for _ in range(number):
            await turn.cast.thing(scene.speaking, turn.actor, fresh=turn.may)
        if not turn.may:
            await turn.cast.thing(scene.speaking, turn.actor)
        return await press(turn)

    return prepared


def _self(turn: Turn) -> Person:
    return turn.person


def _other(turn: Turn) -> Person:
    return turn.cast.passer()


# --- buttons and menus


def _key(_: Cast, thing: Thing) -> tuple[str, ...]:
    return (thing.key,)


def _of_granted(cast: Cast, _: Thing) -> tuple[str, ...]:
    return (f"person:discord:{cast.people[Actor.GRANTED].id}",)


def _only(*values: str) -> Callable[[Cast], tuple[str, ...]]:
    return lambda _: values


# --- forms


def _clone_values(turn: Turn, _: Message) -> Mapping[str, Any]:
    return {"name": turn.cast.label(), "text": turn.cast.dear(), "consent": True}


def _name(turn: Turn, _: Message) -> Mapping[str, Any]:
    return {"name": f"{LABEL} {next(turn.cast.passers)}"}


def _first_request(_: Turn, modal: Message) -> Mapping[str, Any]:
    return {"request": [modal["components"][0]["component"]["options"][0]["value"]]}


_REASON: Final = {"reason": "Because."}


def _voice(action: str, make: Maker, *, uses_up: bool = True) -> Press:
    return Button(f"myna:{action}:{{key}}", make, uses_up=uses_up)


def _speech(action: str, make: Maker) -> Press:
    return Button(f"myna-speech:{action}:{{key}}", make, uses_up=True)


def _shelf(action: str, make: Maker, *, uses_up: bool = False) -> Press:
    return Button(f"myna-shelf:{action}:{{key}}", make, uses_up=uses_up, at_desk=True)


def _consent(action: str, make: Maker, *, uses_up: bool = True) -> Press:
    return Button(f"myna-consent:{action}:{{key}}", make, uses_up=uses_up)


def _case(action: str, make: Maker = scene.case) -> Press:
    return Button(f"myna-case:{action}:{{key}}", make, uses_up=True, of_passer=True)


def _report(about: str, make: Maker, *, uses_up: bool = False) -> Press:
    return Button(f"myna-report:{about}:{{key}}", make, uses_up=uses_up, of_passer=True)


_OWN_RECORDING: Final = menu(wording_spoken.COMMAND_RECORDED, _self)
_NIGHTINGALE: Final = scene.nightingale
_APPEAL: Final = Button("myna-case:appeal:{key}", scene.decided, uses_up=True, at_desk=True)

PRESSES: Final[Mapping[str, Press]] = {
    "/clone": slash("clone", _clone),
    "/clone owner:": slash("clone", _clone_of_other),
    "menu: Clone this voice": menu(wording.COMMAND_MENU, _self),
    "/speak": slash("speak", _dear, voice=STOCK),
    "/speak voice:": slash("speak", _dear_with_it),
    "menu: Speak this message": after(
        slash("voices default", voice=STOCK),
        menu(wording_speech.COMMAND_SPEAK_MENU, _other, is_text=True),
    ),
    "/voices list": slash("voices list"),
    "/voices default": slash("voices default", _the_voice),
    "/voices share": slash("voices share", _share),
    "/voices unshare": slash("voices unshare", _unshare),
    "/consent list": slash("consent list"),
    "/consent never": slash("consent never", never=False),
    "/consent revoke": slash("consent revoke", _passer),
    "menu: Use as my consent": _with_sentences(1, _OWN_RECORDING),
    "menu: Use as my consent, of others": _with_sentences(
        0, menu(wording_spoken.COMMAND_RECORDED, _other)
    ),
    "/verify": slash("verify", file=NOTE),
    "menu: Verify this audio": menu(wording_verify.COMMAND_VERIFY, _other),
    "/cases list": slash("cases list", _owner),
    "/cases show": slash("cases show", _the_case),
    "/cases log": slash("cases log", _the_case),
    "/usage": slash("usage"),
    "/usage everyone:": slash("usage", everyone=True),
    "/mydata export": slash("mydata export"),
    "/mydata erase": slash("mydata erase"),
    "/settings": _settings,
    "myna:delete": _voice("delete", _NIGHTINGALE, uses_up=False),
    "myna:confirm-delete": _voice("confirm-delete", scene.voice),
    "myna:again": _voice("again", scene.failed),
    "myna:best-part": _voice("best-part", scene.failed),
    "myna:add-note": _voice("add-note", scene.failed, uses_up=False),
    "myna:approve": _voice("approve", scene.proposed),
    "myna:confirm-clone": _voice("confirm-clone", scene.clone_offer),
    "myna:decline-clone": _voice("decline-clone", scene.clone_offer),
    "myna-speech:confirm": _speech("confirm", scene.speech_offer),
    "myna-speech:decline": _speech("decline", scene.speech_offer),
    "myna-speech:again": _speech("again", scene.speech),
    "myna-speech:remove": _speech("remove", scene.speech),
    "myna-speech:keep": _speech("keep", scene.voice),
    "myna-speech:how-to-clone": Button("myna-speech:how-to-clone:{key}", _NIGHTINGALE),
    "myna-shelf:page": Button("myna-shelf:page:0", at_desk=True),
    "myna-shelf:pick": _shelf("pick", _NIGHTINGALE),
    "myna-shelf:open": _shelf("open", _NIGHTINGALE),
    "myna-shelf:preview": _shelf("preview", _NIGHTINGALE),
    "myna-shelf:rename": _shelf("rename", _NIGHTINGALE),
    "myna-shelf:default": _shelf("default", _NIGHTINGALE),
    "myna-shelf:shares": _shelf("shares", _NIGHTINGALE),
    "myna-shelf:revoke": _shelf("revoke", _NIGHTINGALE),
    "myna-shelf:uses": _shelf("uses", _NIGHTINGALE),
    "myna-shelf:history": _shelf("history", _NIGHTINGALE),
    "myna-shelf:use": _shelf("use", scene.proposed, uses_up=True),
    "myna-shelf:tell": _shelf("tell", _NIGHTINGALE),
    "myna-shelf:tell-not": _shelf("tell-not", _NIGHTINGALE),
    "myna-shelf-menu:pick": Button(
        "myna-shelf-menu:pick:0", _NIGHTINGALE, at_desk=True, values=_key
    ),
    "myna-shelf-menu:revoke": Button(
        "myna-shelf-menu:revoke:{key}",
        scene.voice,
        uses_up=True,
        at_desk=True,
        values=_of_granted,
    ),
    "myna-consent:once": _consent("once", scene.request),
    "myna-consent:here": _consent("here", scene.request),
    "myna-consent:no": _consent("no", scene.request),
    "myna-consent:record": _consent("record", scene.speaking, uses_up=False),
    "myna-consent:take-back": _consent("take-back", scene.voice),
    "myna-consent:withdraw": _consent("withdraw", scene.request_of_granted, uses_up=False),
    "myna-consent:never": _consent("never", scene.request),
    "myna-case:take": _case("take"),
    "myna-case:evidence": _case("evidence"),
    "myna-case:approve": _case("approve"),
    "myna-case:reject": _case("reject"),
    "myna-case:ban": _case("ban"),
    "myna-case:undo": _case("undo", scene.decided),
    "myna-case:appeal": Button("myna-case:appeal:{key}", scene.decided, at_desk=True),
    "myna-report:voice": _report("voice", _NIGHTINGALE),
    "myna-report:speech": _report("speech", scene.speech),
    "myna-rule:all": rule("myna-rule:all:watermark", "watermark"),
    "myna-rule:reset": rule("myna-rule:reset:watermark", "watermark"),
    "myna-rule:form": rule("myna-rule:form:day_limit", "day_limit"),
    "myna-rule-menu:pick": rule("myna-rule-menu:pick:any", "watermark", _only("words")),
    "myna-rule-menu:set": rule("myna-rule-menu:set:on_leave", "on_leave", _only("delete")),
    "myna-rule-menu:more": rule("myna-rule-menu:more:languages", "languages"),
    "myna-rule-channels:channels": rule(
        "myna-rule-channels:channels", "channels", lambda cast: (cast.world.channel.id,)
    ),
    "myna-rule-channels:review_channel": rule(
        "myna-rule-channels:review_channel", "review_channel", lambda cast: (cast.review.id,)
    ),
    "myna-rule-roles:clone_roles": rule("myna-rule-roles:clone_roles", "clone_roles"),
    "myna-rule-roles:review_role": rule(
        "myna-rule-roles:review_role", "review_role", lambda cast: (cast.reviewers.id,)
    ),
    "myna-erase:keep": Button("myna-erase:keep:{key}", scene.erase_question, at_desk=True),
    "myna-erase:erase": Button("myna-erase:erase:{key}", scene.erase_question, uses_up=True),
    "CloneForm": form(menu(wording.COMMAND_MENU, _self), _clone_values),
    "SpeakForm": form(slash("speak", voice=STOCK), {"text": "Just a few words."}),
    "AddNoteForm": form(_voice("add-note", scene.failed), {"notes": [NOTE]}),
    "RenameForm": form(_shelf("rename", scene.voice, uses_up=True), _name),
    "RecordForm": form(_consent("record", scene.speaking), {"recording": [NOTE]}),
    "ChooseRequestForm": form(_with_sentences(2, _OWN_RECORDING), _first_request),
    "DecisionForm: approve": form(_case("approve"), _REASON),
    "DecisionForm: reject": form(_case("reject"), _REASON),
    "DecisionForm: ban": form(_case("ban"), _REASON),
    "UndoForm": form(_case("undo", scene.decided), _REASON),
    "AppealForm": form(_APPEAL, _REASON),
    "ReportForm: voice": form(_report("voice", scene.voice, uses_up=True), _REASON),
    "ReportForm: speech": form(_report("speech", scene.speech, uses_up=True), _REASON),
    "RuleForm": form(rule("myna-rule:form:day_limit", "day_limit"), {"value": "5"}),
}
"""How each action is pressed."""
