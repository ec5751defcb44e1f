"""Durable work: the engine and one workflow per file."""

from bot.jobs.billing import Billing
from bot.jobs.case import CASE_WORKFLOW, CaseWorkflow
from bot.jobs.clone import CLONE_WORKFLOW, CloneWorkflow
from bot.jobs.consent import CONSENT_WORKFLOW, ConsentWorkflow
from bot.jobs.delete import DELETE_WORKFLOW, DeleteWorkflow
from bot.jobs.depart import DEPART_WORKFLOW, DepartWorkflow
from bot.jobs.durable import DurableJobs
from bot.jobs.engine import Engine, EngineUnusable, Schedule, Workflow
from bot.jobs.erase import ERASE_WORKFLOW, EraseWorkflow
from bot.jobs.evidence import Evidence
from bot.jobs.guard import AlreadyRunning, Guard
from bot.jobs.housekeeping import Housekeeping
from bot.jobs.lanes import CLONES, SPEECHES, Limits
from bot.jobs.names import load_voice_ids
from bot.jobs.provenance import Provenance
from bot.jobs.recording import Recording
from bot.jobs.remove import REMOVE_WORKFLOW, RemoveWorkflow
from bot.jobs.retake import Retake
from bot.jobs.speak import SPEAK_WORKFLOW, SpeakWorkflow
from bot.jobs.speech_files import SpeechFiles
from bot.jobs.speech_parts import SpeechParts
from bot.jobs.warn import WARN_WORKFLOW, WarnWorkflow
from bot.jobs.workbench import Workbench

__all__ = [
    "CASE_WORKFLOW",
    "CLONES",
    "CLONE_WORKFLOW",
    "CONSENT_WORKFLOW",
    "DELETE_WORKFLOW",
    "DEPART_WORKFLOW",
    "ERASE_WORKFLOW",
    "REMOVE_WORKFLOW",
    "SPEAK_WORKFLOW",
    "SPEECHES",
    "WARN_WORKFLOW",
    "AlreadyRunning",
    "Billing",
    "CaseWorkflow",
    "CloneWorkflow",
    "ConsentWorkflow",
    "DeleteWorkflow",
    "DepartWorkflow",
    "DurableJobs",
    "Engine",
    "EngineUnusable",
    "EraseWorkflow",
    "Evidence",
    "Guard",
    "Housekeeping",
    "Limits",
    "Provenance",
    "Recording",
    "RemoveWorkflow",
    "Retake",
    "Schedule",
    "SpeakWorkflow",
    "SpeechFiles",
    "SpeechParts",
    "WarnWorkflow",
    "Workbench",
    "Workflow",
    "load_voice_ids",
]
