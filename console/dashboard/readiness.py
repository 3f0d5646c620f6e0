"""Running is not ready: the order, the nodes, the drivers and every job type, each with its own state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import describing
from console.dashboard import saying
from pools.models import Decision, Pool
from pools.wire.enums import DriverState, Phase, PluginPhase, ScopeState
from pools.wire.pool import Pool as WirePool
from pools.wire.pool import PoolDriverStatus, PoolScopeStatus

Standing = Literal["done", "moving", "waiting", "troubled", "failed", "unknown"]

SHAPES: dict[Standing, str] = {
    "done": "tick",
    "moving": "ring",
    "waiting": "hourglass",
    "troubled": "triangle",
    "failed": "octagon",
    "unknown": "dashed",
}


@dataclass(frozen=True, kw_only=True)
class TryAgain:
    """A job type that failed may be tried again, or why not."""

    job_type: str
    why_not: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the list: what, how it stands, and the words for that; the job type where it failed."""

    what: str
    standing: Standing
    says: str
    nodes: describing.Nodes | None = None
    failed_job: str = ""
    try_again: TryAgain | None = None

    @property
    def shape(self) -> str:
        return SHAPES[self.standing]


def checks(pool: Pool, wire: WirePool, decision: Decision | None) -> list[Check]:
    return [_order(pool, decision), _nodes(wire), *_drivers(wire), *_scopes(wire)]


def summary(checked: list[Check]) -> str:
    """ "Ready", or how many of the lines are."""
    done = sum(check.standing == "done" for check in checked)
    if done == len(checked):
        return _("Ready")
    return ngettext("%(n)s of %(all)s ready", "%(n)s of %(all)s ready", done) % {"n": done, "all": len(checked)}


def _order(pool: Pool, decision: Decision | None) -> Check:
    what = _("Order")
    if pool.phase == Phase.WAITING:
        says = saying.of_decision(decision) if decision else _("Awaits payment or approval")
        return Check(what=what, standing="moving" if decision else "waiting", says=says)
    if pool.phase == "":
        return Check(what=what, standing="unknown", says=_("Nothing heard yet"))
    if decision and decision.verdict == Decision.Verdict.APPROVED:
        return Check(what=what, standing="done", says=_("Approved by %(who)s") % {"who": decision.by})
    if decision:
        return Check(what=what, standing="failed", says=_("Rejected by %(who)s") % {"who": decision.by})
    return Check(what=what, standing="done", says=_("Nothing to pay or approve"))


def _nodes(wire: WirePool) -> Check:
    nodes, what = describing.nodes(wire), _("Nodes")
    if not nodes.known:
        return Check(what=what, standing="unknown", says=_("%(n)s wanted, none heard of yet") % {"n": nodes.wanted})
    words = [_("%(n)s of %(all)s available") % {"n": nodes.available, "all": nodes.wanted}]
    words += [_("%(n)s being created") % {"n": nodes.creating}] if nodes.creating else []
    words += [_("%(n)s abnormal") % {"n": nodes.abnormal}] if nodes.abnormal else []
    words += [_("%(n)s being removed") % {"n": nodes.deleting}] if nodes.deleting else []
    standing: Standing = "done" if nodes.available >= nodes.wanted else "moving"
    return Check(what=what, standing="troubled" if nodes.abnormal else standing, says=_(", ").join(words), nodes=nodes)


def _drivers(wire: WirePool) -> list[Check]:
    drivers = wire.status.driver if wire.status else None
    if drivers is None:
        return []
    named = ((_("GPU driver"), drivers.gpu), (_("NPU driver"), drivers.npu))
    return [_driver(what, driver) for what, driver in named if driver and (driver.version or driver.state)]


def _driver(what: str, driver: PoolDriverStatus) -> Check:
    standings: dict[str | None, Standing] = {
        DriverState.RUNNING: "done",
        DriverState.CREATING: "moving",
        DriverState.UPGRADING: "moving",
        DriverState.ABNORMAL: "troubled",
    }
    words = [str(word) for word in (driver.version, driver.state) if word]
    return Check(what=what, standing=standings.get(driver.state, "unknown"), says=" · ".join(words))


def _scopes(wire: WirePool) -> list[Check]:
    heard = (wire.status.scope if wire.status else None) or []
    wanted = (wire.spec.scope if wire.spec else None) or []
    unheard = [job for job in wanted if job not in {scope.scope_type for scope in heard}]
    return [
        *(_scope(scope) for scope in heard),
        *(Check(what=describing.job_word(job), standing="unknown", says=_("Nothing heard yet")) for job in unheard),
    ]


def _scope(scope: PoolScopeStatus) -> Check:
    standings: dict[str | None, Standing] = {
        ScopeState.ENABLED: "done",
        ScopeState.ENABLING: "moving",
        ScopeState.DISABLING: "moving",
        ScopeState.ENABLE_FAILED: "failed",
    }
    behind = [plugin for plugin in scope.plugins or [] if plugin.phase != PluginPhase.RUNNING]
    plugins = [f"{plugin.name} {plugin.phase}" for plugin in behind]
    words = [str(scope.state or _("not known")), *plugins, scope.message or ""]
    standing = standings.get(scope.state, "unknown")
    failed = str(scope.scope_type) if scope.scope_type and scope.state == ScopeState.ENABLE_FAILED else ""
    says = " · ".join(word for word in words if word)
    return Check(what=describing.job_word(scope.scope_type), standing=standing, says=says, failed_job=failed)
