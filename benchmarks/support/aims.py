"""Figures as a table tells them beside what is aimed at: one that misses its aim says so."""

from __future__ import annotations


def at_most(value: float, aim: float, *, digits: int = 2) -> str:
    return _told(value, digits, missed=value > aim)


def at_least(value: float, aim: float, *, digits: int = 0) -> str:
    return _told(value, digits, missed=value < aim)


def _told(value: float, digits: int, *, missed: bool) -> str:
    return f"{value:,.{digits}f}" + (" **missed**" if missed else "")
