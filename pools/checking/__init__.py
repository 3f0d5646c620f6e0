"""What orders and resizes rest on, and which of them cannot both have what they want: judged by what is known now."""

from pools.checking.growing import checks_of_resizes
from pools.checking.judging import Check, Question, Result, checks, checks_of, light
from pools.checking.ranges import network_id, overlap_by, overlap_of, overlapping
from pools.checking.rivals import Rival, rivals_of
from pools.checking.weighing import is_of_stock, is_on_sale, is_slip, weigh

__all__ = [
    "Check",
    "Question",
    "Result",
    "Rival",
    "checks",
    "checks_of",
    "checks_of_resizes",
    "is_of_stock",
    "is_on_sale",
    "is_slip",
    "light",
    "network_id",
    "overlap_by",
    "overlap_of",
    "overlapping",
    "rivals_of",
    "weigh",
]
