"""The rules that use cases and workflows ask alike: who may, where, at what price."""

from datetime import timedelta

from bot.domain.money import microdollars
from bot.jobs import (
    Retake,
)
from bot.ports import (
    Clock,
    Jobs,
)
from bot.services.admission import CloneAdmission, SpeechRules
from bot.services.choosing import ChooseVoice
from bot.services.house_rules import HouseRules
from bot.services.opening import OpenCase
from bot.services.recording_again import RecordAgain
from bot.services.retention import Periods, Retention
from bot.services.screening import Screening
from bot.services.stock import StockVoices
from bot.settings import Settings
from bot.wiring.stores import Stores, World


def choosing(stores: Stores, world: World, stock: StockVoices) -> ChooseVoice:
    """Return the one question whose voice may be used."""
    return ChooseVoice(voices=stores.voices, grants=stores.grants, stock=stock, now=world.now)


def speech_rules(settings: Settings) -> SpeechRules:
    """Return what the operator set about speeches."""
    return SpeechRules(
        prices=settings.prices,
        budgets=settings.budgets,
        quote_above=microdollars(settings.myna_quote_above_usd),
        characters=settings.myna_speech_characters,
        at_once=settings.myna_speeches_per_person,
        per_minute=settings.myna_speeches_per_minute,
    )


def admission(settings: Settings, stores: Stores, now: Clock) -> CloneAdmission:
    """Return what holds the money of clones."""
    return CloneAdmission(
        spending=stores.spending,
        house=house(stores, now),
        prices=settings.prices,
        budgets=settings.budgets,
        now=now,
    )


def house(stores: Stores, now: Clock) -> HouseRules:
    """Return what knows the rules of servers."""
    return HouseRules(servers=stores.servers, bans=stores.bans, erasures=stores.erasures, now=now)


def screening(stores: Stores, world: World, jobs: Jobs) -> Screening:
    """Return what applies them to orders."""
    return Screening(
        house=house(stores, world.now),
        cases=stores.cases,
        open_case=opening(stores, world),
        atomic=stores.atomic,
        jobs=jobs,
        now=world.now,
    )


def opening(stores: Stores, world: World) -> OpenCase:
    """Return what opens cases."""
    return OpenCase(cases=stores.cases, servers=stores.servers, audit=stores.audit, now=world.now)


def retake(stores: Stores, world: World) -> Retake:
    """Return what has a sentence recorded anew."""
    again = RecordAgain(
        consents=stores.consents,
        voices=stores.voices,
        voice_ids=world.voice_ids,
        now=world.now,
    )
    return Retake(again=again, consents=stores.consents, notifier=world.notifier)


def retention(settings: Settings, stores: Stores, now: Clock) -> Retention:
    """Return what deletes all that is over."""
    return Retention(
        store=stores.retention,
        servers=stores.servers,
        cases=stores.cases,
        evidence=stores.evidence,
        speeches=stores.speeches,
        voices=stores.voices,
        cache=stores.cache,
        periods=Periods(
            texts=timedelta(days=settings.myna_keep_texts_days),
            requests=timedelta(days=settings.myna_keep_requests_days),
            audit=timedelta(days=settings.myna_keep_audit_days),
        ),
        now=now,
    )
