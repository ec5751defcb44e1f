"""The use cases: what people may do with Myna, and the rules that decide it."""

from dataclasses import dataclass

from bot.services.choosing import ChooseVoice
from bot.services.cloning import CloneVoice
from bot.services.consenting import AskConsent
from bot.services.deleting import DeleteVoice
from bot.services.departures import Departures
from bot.services.house_rules import HouseRules
from bot.services.keeping import KeepVoices
from bot.services.library import Library
from bot.services.moderating import Moderate
from bot.services.presence import Presence
from bot.services.privacy import Privacy
from bot.services.reporting import ReportAudio
from bot.services.retention import Retention
from bot.services.server_rules import ServerRules
from bot.services.speaking import SpeakText
from bot.services.spending import Usage
from bot.services.spoken_consent import SpeakConsent
from bot.services.verifying import VerifyAudio


@dataclass(frozen=True, slots=True)
class Services:
    """All use cases, wired. Every face gets exactly this."""

    clone_voice: CloneVoice
    ask_consent: AskConsent
    speak_consent: SpeakConsent
    keep_voices: KeepVoices
    delete_voice: DeleteVoice
    speak_text: SpeakText
    choose_voice: ChooseVoice
    library: Library
    usage: Usage
    verify_audio: VerifyAudio
    house_rules: HouseRules
    server_rules: ServerRules
    presence: Presence
    departures: Departures
    retention: Retention
    moderate: Moderate
    report_audio: ReportAudio
    privacy: Privacy
