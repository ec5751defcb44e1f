"""Which use case gets what."""

import secrets
from datetime import timedelta

from bot.domain.money import microdollars
from bot.ports import (
    Jobs,
)
from bot.services import Services
from bot.services.cloning import CloneVoice
from bot.services.consenting import AskConsent
from bot.services.deleting import DeleteVoice
from bot.services.departures import Departures
from bot.services.keeping import KeepVoices
from bot.services.leave import Leave
from bot.services.library import Library
from bot.services.moderating import Desk, Moderate
from bot.services.presence import Presence
from bot.services.privacy import Privacy
from bot.services.reporting import ReportAudio
from bot.services.server_rules import ServerRules
from bot.services.speaking import SpeakText
from bot.services.spending import Usage
from bot.services.spoken_consent import SpeakConsent
from bot.services.stock import StockVoices
from bot.services.succession import Succession
from bot.services.verifying import VerifyAudio
from bot.settings import Settings
from bot.wiring.rules import (
    admission,
    choosing,
    house,
    opening,
    retention,
    screening,
    speech_rules,
)
from bot.wiring.stores import Stores, World


def services(
    settings: Settings, stores: Stores, world: World, jobs: Jobs, stock: StockVoices
) -> Services:
    """Return every use case, with what it needs."""
    choose, rules_here = choosing(stores, world, stock), house(stores, world.now)
    return Services(
        clone_voice=CloneVoice(
            voices=stores.voices,
            jobs=jobs,
            voice_ids=world.voice_ids,
            now=world.now,
            under_way_limit=settings.myna_clones_per_person,
            spending=stores.spending,
            atomic=stores.atomic,
            leave=Leave(stores.consents, house(stores, world.now)),
            screening=screening(stores, world, jobs),
            admission=admission(settings, stores, world.now),
            quote_above=microdollars(settings.myna_quote_above_usd),
        ),
        ask_consent=_asking(settings, stores, world, jobs),
        speak_consent=_speaking(settings, stores, world, jobs),
        keep_voices=KeepVoices(voices=stores.voices, jobs=jobs, now=world.now),
        delete_voice=DeleteVoice(voices=stores.voices, jobs=jobs),
        speak_text=SpeakText(
            choose=choose,
            house=rules_here,
            screening=screening(stores, world, jobs),
            speeches=stores.speeches,
            spending=stores.spending,
            cache=stores.cache,
            atomic=stores.atomic,
            jobs=jobs,
            rules=speech_rules(settings),
            now=world.now,
        ),
        choose_voice=choose,
        library=Library(
            voices=stores.voices,
            grants=stores.grants,
            speeches=stores.speeches,
            atomic=stores.atomic,
            choose=choose,
            house=rules_here,
            now=world.now,
        ),
        verify_audio=VerifyAudio(fingerprints=stores.fingerprints, notes=world.notes),
        presence=Presence(
            servers=stores.servers,
            data=stores.server_data,
            audit=stores.audit,
            atomic=stores.atomic,
            keep_for=timedelta(days=settings.myna_keep_server_days),
            now=world.now,
        ),
        departures=Departures(
            servers=stores.servers,
            data=stores.server_data,
            membership=world.membership,
            facts=stores.facts,
            jobs=jobs,
            now=world.now,
        ),
        retention=retention(settings, stores, world.now),
        house_rules=rules_here,
        server_rules=ServerRules(
            servers=stores.servers,
            cases=stores.cases,
            audit=stores.audit,
            atomic=stores.atomic,
            jobs=jobs,
            now=world.now,
        ),
        usage=Usage(
            spending=stores.spending,
            house=rules_here,
            budgets=settings.budgets,
            now=world.now,
        ),
        moderate=Moderate(
            desk=Desk(
                cases=stores.cases,
                bans=stores.bans,
                voices=stores.voices,
                evidence=stores.evidence,
                audit=stores.audit,
            ),
            rules=rules_here,
            succession=Succession(voices=stores.voices, grants=stores.grants),
            atomic=stores.atomic,
            jobs=jobs,
            now=world.now,
        ),
        privacy=Privacy(
            records=stores.personal, erasures=stores.erasures, jobs=jobs, now=world.now
        ),
        report_audio=ReportAudio(
            voices=stores.voices,
            speeches=stores.speeches,
            cases=stores.cases,
            open_case=opening(stores, world),
            atomic=stores.atomic,
            jobs=jobs,
            now=world.now,
        ),
    )


def _asking(settings: Settings, stores: Stores, world: World, jobs: Jobs) -> AskConsent:
    return AskConsent(
        consents=stores.consents,
        voices=stores.voices,
        voice_ids=world.voice_ids,
        atomic=stores.atomic,
        jobs=jobs,
        leave=Leave(stores.consents, house(stores, world.now)),
        screening=screening(stores, world, jobs),
        admission=admission(settings, stores, world.now),
        spoken=_speaking(settings, stores, world, jobs),
        now=world.now,
    )


def _speaking(settings: Settings, stores: Stores, world: World, jobs: Jobs) -> SpeakConsent:
    return SpeakConsent(
        consents=stores.consents,
        voice_ids=world.voice_ids,
        house=house(stores, world.now),
        screening=screening(stores, world, jobs),
        atomic=stores.atomic,
        jobs=jobs,
        leave=Leave(stores.consents, house(stores, world.now)),
        admission=admission(settings, stores, world.now),
        now=world.now,
        chance=secrets.SystemRandom(),
    )
