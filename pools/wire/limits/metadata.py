"""Rules about what is around the spec: version, name, workspace, description, billing, quota."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pools.wire.breaches import Breach
from pools.wire.enums import BillingMode, PeriodType
from pools.wire.errors import Code
from pools.wire.extras import Annotation
from pools.wire.limits.case import ANNOTATIONS, LABELS, Case, breach, refusal
from pools.wire.naming import cut

SWITCHES: Final = (Annotation.AUTO_PAY.value, Annotation.AUTO_RENEW.value)
SHORTEST_NAME: Final = 4
LONGEST_NAME: Final = 25
LONGEST_WIDE_NAME: Final = 32
BILLING_MODES: Final = tuple(mode.value for mode in BillingMode)
PREPAID: Final = BillingMode.PREPAID.value
MOST_PERIODS: Final = {PeriodType.MONTH: 9, PeriodType.YEAR: 3}

_NAME: Final = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
NOT_IN_DESCRIPTION: Final = re.compile(r"""[!<>=&"']""")
_SWITCH: Final = re.compile(r"0|1|true|false|", re.IGNORECASE)
_PERIOD: Final = re.compile(r"[1-9][0-9]{0,3}")
_PERIOD_TYPES: Final = {"2": PeriodType.MONTH, "month": PeriodType.MONTH, "3": PeriodType.YEAR, "year": PeriodType.YEAR}

_NAME_PATH: Final = f'{LABELS}["os.modelarts/name"]'


def version_and_kind(case: Case) -> Iterator[Breach]:
    """R1."""
    if case.creation.api_version != "v2":
        yield breach("R1", "$.apiVersion", "version", wanted="v2")
    if case.creation.kind != "Pool":
        yield breach("R1", "$.kind", "kind", wanted="Pool")


def name(case: Case) -> Iterator[Breach]:
    """R2."""
    chosen, longest = case.labels.name, LONGEST_WIDE_NAME if case.is_wide else LONGEST_NAME
    if not SHORTEST_NAME <= len(chosen) <= longest:
        yield breach("R2", _NAME_PATH, "length", minimum=SHORTEST_NAME, maximum=longest, length=len(chosen))
    elif not _NAME.fullmatch(chosen):
        yield breach("R2", _NAME_PATH, "pattern")


def billing(case: Case) -> Iterator[Breach]:
    """R18."""
    mode = case.annotations.billing_mode
    if mode and mode not in BILLING_MODES:
        yield breach("R18", f'{ANNOTATIONS}["os.modelarts/billing.mode"]', "mode", options="'0' or '1'")
    if mode == PREPAID:
        yield from _period(case)
    yield from _switches(case)


def _period(case: Case) -> Iterator[Breach]:
    came = case.beyond("metadata", "annotations")
    kind, number = came.get(Annotation.PERIOD_TYPE), came.get(Annotation.PERIOD_NUM)
    known = _PERIOD_TYPES.get(kind) if isinstance(kind, str) else None
    if known is None:
        yield breach("R18", f'{ANNOTATIONS}["{Annotation.PERIOD_TYPE.value}"]', "period_type", options="'2' or '3'")
        return
    most = MOST_PERIODS[known]
    if not isinstance(number, str) or not _PERIOD.fullmatch(number) or int(number) > most:
        path = f'{ANNOTATIONS}["{Annotation.PERIOD_NUM.value}"]'
        yield breach("R18", path, "period_num", minimum=1, maximum=most)


def _switches(case: Case) -> Iterator[Breach]:
    came = case.beyond("metadata", "annotations")
    for key in SWITCHES:
        value = came.get(key)
        if value is None or (isinstance(value, bool) and case.is_wide):
            continue
        if not isinstance(value, str) or not _SWITCH.fullmatch(value):
            yield breach("R18", f'{ANNOTATIONS}["{key}"]', "switch", options="'0' or '1'")


def description(case: Case) -> Iterator[Breach]:
    """R19."""
    found = NOT_IN_DESCRIPTION.findall(case.annotations.description or "")
    if found:
        path = f'{ANNOTATIONS}["os.modelarts/description"]'
        yield breach("R19", path, "characters", characters=" ".join(dict.fromkeys(found)))


def workspace(case: Case) -> Iterator[Breach]:
    """R20."""
    path = f'{LABELS}["os.modelarts/workspace.id"]'
    if case.workspace in case.catalog.abnormal_workspaces:
        yield refusal("R20", path, "abnormal", code=Code.WORKSPACE_ABNORMAL, workspace=case.workspace)
    elif case.lacks_workspace:
        yield refusal("R20", path, "unknown", code=Code.WORKSPACE_NOT_FOUND, workspace=case.workspace)


def quota(case: Case) -> Iterator[Breach]:
    """R21."""
    most, used = case.catalog.pool_quota, case.catalog.pools_used
    if most is not None and used is not None and used >= most >= 0:
        yield refusal("R21", "$", "quota", code=Code.QUOTA_EXCEEDED, quota=most, used=used)


def uniqueness(case: Case) -> Iterator[Breach]:
    """R22."""
    if case.catalog.pool_names and _is_taken(case.labels.name, case.catalog.pool_names):
        yield refusal("R22", _NAME_PATH, "taken", code=Code.POOL_EXISTS, status=409, name=case.labels.name)


def _is_taken(chosen: str, taken: frozenset[str]) -> bool:
    """Identifiers carry only the beginning of a name, so two long names may clash."""
    ident = cut(chosen)
    return chosen in taken or ident in taken or any(len(other) > len(ident) and cut(other) == ident for other in taken)
