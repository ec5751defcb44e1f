"""Durable work: the engine and one workflow per file."""

from bot.jobs.clone import CLONE_WORKFLOW, CloneWorkflow
from bot.jobs.delete import DELETE_WORKFLOW, DeleteWorkflow
from bot.jobs.durable import DurableJobs
from bot.jobs.engine import Engine, EngineUnusable, Limits, Workflow
from bot.jobs.guard import AlreadyRunning, Guard
from bot.jobs.names import load_voice_ids
from bot.jobs.workbench import Workbench

__all__ = [
    "CLONE_WORKFLOW",
    "DELETE_WORKFLOW",
    "AlreadyRunning",
    "CloneWorkflow",
    "DeleteWorkflow",
    "DurableJobs",
    "Engine",
    "EngineUnusable",
    "Guard",
    "Limits",
    "Workbench",
    "Workflow",
    "load_voice_ids",
]
