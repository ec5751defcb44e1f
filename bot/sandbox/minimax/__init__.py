"""A local stand-in for MiniMax's speech API: the real wire protocol, no account, no cost.

Start a `MiniMaxStandIn`, point a client at its `url` with the key `sk-api-sandbox`, and read its
`ledger`. What goes wrong is planned through `faults`, time through `clock`, and what no page
settles through `switches`; other processes reach the same four under `/_stand-in/…`. A text that
holds `badword-flagged` is flagged by the content check. `docs/stand-in-minimax.md` tells it all.
"""

from bot.sandbox.minimax.faults import FaultKind
from bot.sandbox.minimax.server import SANDBOX_API_KEY, MiniMaxStandIn
from bot.sandbox.minimax.serving import serve
from bot.sandbox.minimax.switches import SANDBOX_GROUP_ID
from bot.sandbox.minimax.tone import ToneVoice

__all__ = [
    "SANDBOX_API_KEY",
    "SANDBOX_GROUP_ID",
    "FaultKind",
    "MiniMaxStandIn",
    "ToneVoice",
    "serve",
]
