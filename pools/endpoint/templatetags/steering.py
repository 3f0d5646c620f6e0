"""Steering in words, for the banner and the control room; `pools.endpoint.steering.telling` has the words."""

from __future__ import annotations

from datetime import timedelta

from django import template

from pools.endpoint.models import FaultRule
from pools.endpoint.steering import telling

register = template.Library()


@register.filter
def from_real_time(ahead: timedelta) -> str:
    """How far a clock is from real time, and which way."""
    return telling.ahead(ahead)


@register.filter
def rule_words(rule: FaultRule) -> str:
    """What a rule does, to which calls, how often."""
    return telling.rule(rule)


@register.filter
def lasting(seconds: float) -> str:
    """A while, in the largest unit that says it well."""
    return telling.length(seconds)
