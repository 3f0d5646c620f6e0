"""A refit in words: what changes and what that means, why it cannot be, how it reads in a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.describing import job_word
from pools.altering import Why
from pools.models import Pool, Refit
from pools.refitting import Ill, Unfit
from pools.wire.enums import UpdateStrategy
from pools.wire.refitting import Accelerator, Fitting

WHY: Final[Mapping[Why, str | Promise]] = {
    Why.GONE: gettext_lazy("The pool does not exist any more."),
    Why.PHASE: gettext_lazy("Job types and drivers are changed in Running; this pool is %(phase)s."),
    Why.DELETED: gettext_lazy("Its deletion was asked for already."),
    Why.UNDER_WAY: gettext_lazy("Its job types or drivers are being changed already."),
    Why.UNTOLD: gettext_lazy("The cloud did not tell what job types it is to have."),
    Why.NOT_FAILED: gettext_lazy("The job type does not stand as failed any more."),
    Why.NO_RETRY: gettext_lazy("The cloud does not try this job type again. Remove it and add it anew."),
    Why.LATELY: gettext_lazy("It was tried again within the last minute. Give the cloud some time."),
}
NO_RETRY: Final[Mapping[Why, str | Promise]] = {
    **WHY,
    Why.PHASE: gettext_lazy("It can be tried again in Running and Abnormal; this pool is %(phase)s."),
}
UNFIT: Final[Mapping[Unfit, str | Promise]] = {
    Unfit.NOTHING: gettext_lazy("This is what the pool has: change something first."),
    Unfit.NO_JOB_TYPE: gettext_lazy("A pool keeps at least one job type."),
    Unfit.LICENCE: gettext_lazy("This tenant allows Train or Infer in one pool, not both. Take one of them out."),
    Unfit.UNSUPPORTED: gettext_lazy("%(flavor)s does not support %(scope)s."),
    Unfit.RESERVED: gettext_lazy("%(scope)s keeps the range %(other)s for itself, and this pool uses %(cidr)s."),
    Unfit.NO_ACCELERATOR: gettext_lazy("No node of the pool has what this driver is for."),
    Unfit.NOT_OFFERED: gettext_lazy("The cloud does not offer the driver version %(version)s."),
    Unfit.OTHER: gettext_lazy("The cloud would not take it: %(path)s."),
}
DRIVERS: Final[Mapping[Accelerator, str | Promise]] = {
    "gpu": gettext_lazy("GPU driver"),
    "npu": gettext_lazy("NPU driver"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that becomes other, and what that means; `shape` marks it."""

    what: str
    meaning: str
    shape: str


def why(reason: Why, pool: Pool, *, retrying: bool = False) -> str:
    return str((NO_RETRY if retrying else WHY)[reason]) % {"phase": pool.phase or _("not told")}


def unfit(ill: Ill) -> str:
    return str(UNFIT[ill.what]) % ill.values


def removed(stood: Fitting, other: Fitting) -> list[str]:
    """The job types that are to go; `other` says what is to be other than what `stood`."""
    return [] if other.job_types is None else [one for one in stood.job_types or () if one not in other.job_types]


def added(stood: Fitting, other: Fitting) -> list[str]:
    return [one for one in other.job_types or () if one not in (stood.job_types or ())]


def interrupts(other: Fitting) -> bool:
    """Whether a driver is installed under running jobs."""
    return bool(other.versions) and other.strategy == UpdateStrategy.FORCE


def lines(stood: Fitting, other: Fitting) -> list[Line]:
    """What becomes other, thing by thing, as people say it."""
    comes, goes = (
        _("Its components are installed, and use part of the pool."),
        _("What runs of it stops, and nothing of it can be started any more."),
    )
    found = [
        Line(what=_("%(job)s is added.") % {"job": job_word(one)}, meaning=comes, shape="tick")
        for one in added(stood, other)
    ]
    found += [
        Line(what=_("%(job)s is removed.") % {"job": job_word(one)}, meaning=goes, shape="minus")
        for one in removed(stood, other)
    ]
    how = (
        _("Every node gets it at once, and the jobs that run there are interrupted.")
        if interrupts(other)
        else _("Each node gets it when no job runs on it; one that is never idle keeps what it has.")
    )
    for kind, version in other.versions.items():
        said = {"driver": DRIVERS[kind], "before": getattr(stood, kind), "after": version}
        found.append(Line(what=_("%(driver)s: %(before)s → %(after)s") % said, meaning=how, shape="half"))
    if other.strategy and not other.versions:
        found.append(_other_way(other.strategy))
    return found


def _other_way(strategy: str) -> Line:
    if strategy == UpdateStrategy.FORCE:
        return Line(
            what=_("Later driver upgrades are made at once."),
            meaning=_("They interrupt the jobs that run then."),
            shape="triangle",
        )
    return Line(
        what=_("Later driver upgrades wait for each node until no job runs on it."),
        meaning=_("They interrupt nothing."),
        shape="half",
    )


def risks(stood: Fitting, other: Fitting) -> list[tuple[str, str]]:
    """What has to be ticked: its name in the form, and the sentence."""
    found = []
    if gone := removed(stood, other):
        said = {"jobs": _(", ").join(map(job_word, gone))}
        found.append(("understood-jobs", _("I understand that what runs of %(jobs)s stops.") % said))
    if interrupts(other):
        found.append(("understood-force", _("I understand that jobs that run on the pool are interrupted.")))
    return found


def in_a_line(refit: Refit) -> str:
    """ "Infer added, Notebook removed, GPU driver 535.104.05"."""
    if refit.retried:
        return _("%(job)s tried again") % {"job": refit.retried}
    stood, other = refit.stood, refit.wanted
    words = [_("%(job)s added") % {"job": one} for one in added(stood, other)]
    words += [_("%(job)s removed") % {"job": one} for one in removed(stood, other)]
    words += [f"{DRIVERS[kind]} {version}" for kind, version in other.versions.items()]
    if other.strategy and not words:
        words.append(_("driver upgrades: %(how)s") % {"how": other.strategy})
    return _(", ").join(words)
