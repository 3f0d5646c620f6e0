"""Other numbers of nodes of a pool that runs: asked for, approved where that adds any, and sent by the worker."""

from pools.altering import NotNow, Overtaken, Why
from pools.resizing.asking import LONGEST_REASON, Ill, Unfit, ask, grows, judge, why_not
from pools.resizing.deciding import (
    REMIND_AGAIN,
    Changed,
    Worse,
    approve,
    digest_of,
    reject,
    remind,
    take_back,
    undo,
)
from pools.rules import NotAllowed

__all__ = [
    "LONGEST_REASON",
    "REMIND_AGAIN",
    "Changed",
    "Ill",
    "NotAllowed",
    "NotNow",
    "Overtaken",
    "Unfit",
    "Why",
    "Worse",
    "approve",
    "ask",
    "digest_of",
    "grows",
    "judge",
    "reject",
    "remind",
    "take_back",
    "undo",
    "why_not",
]
