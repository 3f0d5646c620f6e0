"""What Waiting orders rest on, and which of them cannot both have what they want: judged by what is known now."""

from pools.checking.judging import Check, Question, Result, checks, checks_of, light
from pools.checking.rivals import Rival, rivals_of

__all__ = ["Check", "Question", "Result", "Rival", "checks", "checks_of", "light", "rivals_of"]
