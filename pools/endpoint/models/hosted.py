"""What the embedded endpoint hosts: the catalog of a project, its pools, and what was done to them.

Rows remember only what happened and when; what a pool *is* at a moment is `pools.endpoint.scenario`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from pools.endpoint.course import Installation, Switch, Upgrade
from pools.endpoint.models.access import EndpointProject, new_id
from pools.endpoint.models.documents import DocumentField
from pools.endpoint.roster import Conversion, Lot, Node, Scaling, roster
from pools.endpoint.scenario import FAILURES_KEPT, TIMETABLES, Attempt, Bid, Fate, Life, Pace
from pools.wire.enums import UpdateStrategy
from pools.wire.options import WorkspaceAccess, WorkspaceStatus

Row = TypeVar("Row", bound=models.Model)
NEVER = datetime.max.replace(tzinfo=UTC)


class Tenancy(models.Model):
    """What one project may have, and the configuration its wizard is given (`os-user-config`)."""

    project = models.OneToOneField(EndpointProject, on_delete=models.CASCADE, related_name="tenancy")
    pool_quota = models.PositiveIntegerField(default=15)
    network_quota = models.PositiveIntegerField(default=15)
    workspace_quota = models.PositiveIntegerField(default=10, help_text="Besides the default one.")
    config = DocumentField(default=dict, help_text="The rest of os-user-config.")

    def __str__(self) -> str:
        return f"tenancy of {self.project_id}"


class GoodsQuerySet(models.QuerySet[Row]):
    """Writes many rows at once, and tells the projects that their catalog is another: all, where none are named."""

    def update(self, **values: Any) -> int:
        changed = super().update(**values)
        _stamp_catalogs()
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        gone = super().delete()
        _stamp_catalogs()
        return gone

    def bulk_create(self, objs: Iterable[Row], *args: Any, **how: Any) -> list[Row]:
        made = super().bulk_create(objs, *args, **how)
        _stamp_catalogs(made)
        return made

    def bulk_update(self, objs: Iterable[Row], *args: Any, **how: Any) -> int:
        rows = list(objs)
        changed = super().bulk_update(rows, *args, **how)
        _stamp_catalogs(rows)
        return changed


def _stamp_catalogs(goods: Iterable[Any] | None = None) -> None:
    projects = EndpointProject.objects.all()
    if goods is not None:
        projects = projects.filter(pk__in={one.project_id for one in goods})
    projects.update(catalog_stamp=new_id())


class Goods(models.Model):
    """Something a project's catalog offers. Whoever keeps a catalog in memory sees by its stamp that it has changed."""

    project: models.ForeignKey[EndpointProject]

    objects: ClassVar[models.Manager[Self]] = GoodsQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **how: Any) -> None:
        super().save(*args, **how)
        self._stamp()

    def delete(self, *args: Any, **how: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **how)
        self._stamp()
        return gone

    def _stamp(self) -> None:
        self.project.catalog_stamp = new_id()
        self.project.save(update_fields=["catalog_stamp"])


class HostedWorkspace(Goods):
    """One workspace; every project has the default one, "0"."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="workspaces")
    ident = models.CharField(max_length=64, help_text="The ID clients use.")
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True)
    owner = models.CharField(max_length=64, blank=True)
    access = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in WorkspaceAccess],
        default=WorkspaceAccess.PUBLIC,
        help_text="Who may enter (`auth_type`).",
    )
    grants = DocumentField(default=list, blank=True, help_text="Who else may enter.")
    enterprise_project_id = models.CharField(max_length=64, default="0")
    quotas = DocumentField(
        default=dict, blank=True, help_text="Resource -> limit and when it was set; the others are unlimited."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    fate = models.CharField(max_length=24, choices=Fate.choices(), default=Fate.FINE)
    pace = models.CharField(max_length=8, choices=Pace.choices(), default=Pace.INSTANT)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "ident"], name="one_hosted_workspace_per_id")]

    def __str__(self) -> str:
        return self.name

    def status_at(self, now: datetime) -> WorkspaceStatus | None:
        """The status a client hears at `now`; None once it is gone."""
        if self.deleted_at is None:
            failed = self.fate == Fate.CREATION_FAILED
            return WorkspaceStatus.CREATE_FAILED if failed else WorkspaceStatus.NORMAL
        if (now - self.deleted_at).total_seconds() < TIMETABLES[Pace(self.pace)].deletion:
            return WorkspaceStatus.DELETING
        return WorkspaceStatus.DELETE_FAILED if self.fate == Fate.UNDELETABLE else None


class HostedFlavor(Goods):
    """One flavor on sale, as the catalog answers it."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="flavors")
    name = models.CharField(max_length=128)
    document = DocumentField(help_text="The ResourceFlavor, whole.")
    monthly_price = models.DecimalField(max_digits=10, decimal_places=2, default=0, help_text="Of one node, prepaid.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_hosted_flavor_per_name")]

    def __str__(self) -> str:
        return self.name


class PluginTemplate(Goods):
    """One plug-in the pools can carry; the drivers' versions are on sale here."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="plugin_templates")
    name = models.CharField(max_length=64)
    document = DocumentField(help_text="The PluginTemplate, whole.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_plugin_template_per_name")]

    def __str__(self) -> str:
        return self.name


class HostedNetwork(Goods):
    """One network that pools can be put into."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="networks")
    ident = models.CharField(max_length=128, help_text="metadata.name, the service's ID.")
    workspace_id = models.CharField(max_length=64, default="0")
    document = DocumentField(help_text="metadata and spec, as answered.")
    subnet_id = models.UUIDField()
    accepted_at = models.DateTimeField()
    fate = models.CharField(max_length=24, choices=Fate.choices(), default=Fate.FINE)
    pace = models.CharField(max_length=8, choices=Pace.choices())
    linked = DocumentField(default=dict, blank=True, help_text="Connection -> when it is there.")
    leaving = DocumentField(default=list, blank=True, help_text="File systems let go, and when each is gone.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "ident"], name="one_hosted_network_per_id")]

    def __str__(self) -> str:
        return self.ident


class HostedPoolQuerySet(models.QuerySet["HostedPool"]):
    def standing(self, now: datetime) -> HostedPoolQuerySet:
        """Pools that may still be there: all that are, and a few that the scenario must be asked about."""
        return self.filter(buried=False).unended(now)

    def recorded(self, now: datetime) -> HostedPoolQuerySet:
        """As `standing`, and failed creations besides whose name is another pool's by now."""
        return self.filter(Q(buried=False) | Q(deleted_at__isnull=True)).unended(now)

    def lately(self, now: datetime) -> HostedPoolQuerySet:
        """As `standing`, and what has gone in the last minutes besides: a question that is written sooner, for whoever
        asks the scenario about each of them anyway."""
        slowest = max(table.deletion for table in TIMETABLES.values())
        return _remembered(self.filter(buried=False), _ended(now, slowest), now)

    def unended(self, now: datetime) -> HostedPoolQuerySet:
        """Without those that are certainly gone or forgotten."""
        left = Q(pk__in=[])
        for pace, table in TIMETABLES.items():
            left |= Q(pace=pace) & _ended(now, table.deletion)
        return _remembered(self, left, now)


def _ended(now: datetime, ago: float) -> Q:
    """Those that began to go more than so many seconds ago."""
    since = now - timedelta(seconds=ago)
    return Q(deleted_at__lte=since) | Q(deleted_at__isnull=True, lapses_at__lte=since)


def _remembered(pools: HostedPoolQuerySet, left: Q, now: datetime) -> HostedPoolQuerySet:
    """Without those that left, and those that failed too long ago."""
    expired = Q(started_at__isnull=True, pay_until__lte=now - FAILURES_KEPT)
    forgotten = Q(withdrawn_at__lte=now - FAILURES_KEPT) | expired
    return pools.exclude(left & ~Q(fate=Fate.UNDELETABLE)).exclude(forgotten & Q(deleted_at__isnull=True))


@dataclass(frozen=True)
class Story:
    """What was changed about a pool since it was created, in order."""

    scalings: tuple[Scaling, ...] = ()
    switches: tuple[Switch, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    installations: tuple[Installation, ...] = ()
    conversions: tuple[Conversion, ...] = ()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(Attempt(one.begun_at, one.falls_short) for one in self.scalings if one.begun_at is not None)


UNCHANGED = Story()


class HostedPool(models.Model):
    """One pool, as it was asked for and what has happened to it since."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="pools", db_index=False)
    ident = models.CharField(max_length=128, help_text="metadata.name, the service's ID.")
    name = models.CharField(max_length=64, help_text="Label os.modelarts/name.")
    workspace_id = models.CharField(max_length=64, default="0")
    document = DocumentField(help_text="metadata and spec, as answered.")
    zones = DocumentField(help_text="Per resource: where its nodes arrive, [[az, n]].")
    drivers = DocumentField(help_text="gpu or npu -> version, of the flavors' kinds.")
    created_at = models.DateTimeField(help_text="In real time, whatever the steered clock says.")
    fate = models.CharField(max_length=24, choices=Fate.choices(), default=Fate.FINE)
    pace = models.CharField(max_length=8, choices=Pace.choices(), help_text="As it was when the pool was accepted.")
    dice = models.PositiveIntegerField(help_text="What is random about this pool, so that it stays what it was.")

    # The scenario's clock. Empty: it has not happened.
    accepted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True, help_text="When there was nothing left to pay or approve.")
    pay_until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When its order was cancelled.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    buried = models.BooleanField(default=False, help_text="Gone or failed, and its name is another pool's by now.")

    # What follows from its billing orders, so that they need not be asked until then (`pools.endpoint.ledger`).
    paid_until = models.DateTimeField(null=True, blank=True, help_text="When the first of its nodes expires.")
    lapses_at = models.DateTimeField(null=True, blank=True, help_text="When the last one is gone, and the pool too.")
    renews_from = models.DateTimeField(null=True, blank=True, help_text="When the first renewal is charged.")

    founding = DocumentField(
        null=True, blank=True, help_text="Resources and job types as created; empty while nothing was changed since."
    )

    objects = HostedPoolQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "ident"], condition=Q(buried=False), name="one_hosted_pool_per_id"
            )
        ]
        # Counting a project's pools, as every creation does, reads the index alone: rows are long.
        indexes = [models.Index(fields=["project", "buried"], name="hosted_pool_of_project")]

    def __str__(self) -> str:
        return self.ident

    @property
    def life(self) -> Life:
        """The plain facts that decide this pool's phase at any moment."""
        return Life(
            fate=Fate(self.fate),
            pace=Pace(self.pace),
            accepted_at=self.accepted_at,
            started_at=self.started_at,
            pay_until=self.pay_until,
            withdrawn_at=self.withdrawn_at,
            deleted_at=self.deleted_at or self.lapses_at,
            attempts=() if self.founding is None else self.story.attempts,
        )

    @cached_property
    def happened(self) -> list[PoolChange]:
        """Everything that was changed since it was created, in the order of asking."""
        return [] if self.founding is None else list(self.changes.all())

    def happen(self, change: PoolChange) -> None:
        """Add a change to what happened, in memory."""
        self.happened.append(change)
        self.__dict__.pop("story", None)

    def waiting(self, now: datetime) -> PoolChange | None:
        """The change that waits for its order to be paid; there is one at most."""
        return next((change for change in self.happened if change.bid.waits(now)), None)

    @cached_property
    def story(self) -> Story:
        """The changes, read once; pools that were never changed cost no query."""
        if self.founding is None:
            return UNCHANGED
        changes = self.happened
        scalings = [one.scaling() for one in changes if one.kind == PoolChange.Kind.SCALE]
        return Story(
            # In the order in which they began: one that waited to be paid was asked for earlier.
            scalings=tuple(sorted(scalings, key=lambda one: one.begun_at or NEVER)),
            switches=tuple(
                Switch(one.begun_at, one.detail["on"], one.detail["off"])
                for one in changes
                if one.kind == PoolChange.Kind.SCOPE and one.begun_at
            ),
            upgrades=tuple(upgrade for one in changes for upgrade in one.upgrades()),
            installations=tuple(
                Installation(one.begun_at, **one.detail)
                for one in changes
                if one.kind == PoolChange.Kind.PLUGIN and one.begun_at
            ),
            conversions=tuple(
                Conversion(one.begun_at, frozenset(one.detail["nodes"]), one.pk)
                for one in changes
                if one.kind == PoolChange.Kind.BILLING and one.begun_at
            ),
        )

    @property
    def founded_spec(self) -> dict[str, Any]:
        """The spec as it was created."""
        spec: dict[str, Any] = self.document["spec"]
        return spec if self.founding is None else {**spec, **self.founding}

    @property
    def driver_versions(self) -> dict[str, str]:
        """The versions asked for last for all nodes, by kind of accelerator."""
        return {**self.drivers, **{one.kind: one.version for one in self.story.upgrades if not one.nodes}}

    def roster(self) -> list[Node]:
        """Every node the pool ever had, or will have by what is known."""
        metadata = self.document["metadata"]
        resources = self.founded_spec["resources"]
        return roster(
            self.life,
            [Lot(one, zones, one["count"]) for one, zones in zip(resources, self.zones, strict=True)],
            self.story.scalings,
            prefix=metadata["labels"]["os.modelarts/node.prefix"],
            dice=self.dice,
            billing_mode=metadata["annotations"]["os.modelarts/billing.mode"],
            conversions=self.story.conversions,
        )


def with_changes(pools: Iterable[HostedPool]) -> list[HostedPool]:
    """The pools with their changes at hand: one query for all that were ever changed, none if none was."""
    rows = list(pools)
    models.prefetch_related_objects([row for row in rows if row.founding is not None], "changes")
    return rows


AT_ONCE = 100


def streamed(pools: Iterable[HostedPool]) -> Iterator[HostedPool]:
    """As `with_changes`, a hundred at a time: whoever reads thousands of them need not hold them all."""
    waiting = iter(pools)
    while rows := with_changes(islice(waiting, AT_ONCE)):
        yield from rows


class PoolChange(models.Model):
    """One change of a pool that takes its time. What it does to the pool at a moment follows from its beginning."""

    class Kind(models.TextChoices):
        SCALE = "scale"
        SCOPE = "scope"
        DRIVER = "driver"
        WORKSPACE = "workspace"
        BILLING = "billing"
        PLUGIN = "plugin"

    pool = models.ForeignKey(HostedPool, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    begun_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it waits to be paid.")
    pay_until = models.DateTimeField(null=True, blank=True, help_text="Empty: there is nothing to pay.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When its order was cancelled, or expired.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="When what it still wanted was sold out.")
    detail = DocumentField(help_text="What is changed, by kind.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.pool_id}"

    @property
    def bid(self) -> Bid:
        """The plain facts that decide how far its work order is."""
        lost = len(self.detail.get("lost", ()))
        wanted = sum(lot["count"] for lot in self.detail.get("lots", ()))
        fails = bool(self.detail.get("fails")) or 0 < lost == wanted
        return Bid(self.begun_at, self.pay_until, self.withdrawn_at, fails=fails, lacks=0 < lost < wanted)

    def upgrades(self) -> list[Upgrade]:
        """The drivers it brings: other versions, or those of the first nodes of their kind."""
        if self.begun_at is None:
            return []
        if self.kind == PoolChange.Kind.DRIVER:
            return [Upgrade(self.begun_at, **{**self.detail, "nodes": frozenset(self.detail.get("nodes", ()))})]
        brought = self.detail.get("drivers", {}) if self.kind == PoolChange.Kind.SCALE else {}
        force = UpdateStrategy.FORCE.value
        return [Upgrade(self.begun_at, kind, version, force) for kind, version in brought.items()]

    def scaling(self) -> Scaling:
        """The change of the number of nodes that this is."""
        detail = self.detail
        moves = detail.get("moves", {})
        return Scaling(
            self.begun_at,
            [Lot(one["resource"], one["zones"], one["count"], one.get("joins", ())) for one in detail["lots"]],
            frozenset(detail["removed"]),
            detail["fails"],
            detail["dice"],
            detail["billing_mode"],
            self.pk or 0,
            dict.fromkeys(moves.get("batches", ()), moves.get("to", {})),
            frozenset(detail.get("lost", ())),
            self.stopped_at,
        )


class HostedNode(models.Model):
    """What was done to one node; nodes that nothing was done to have no row, they follow from their pool."""

    pool = models.ForeignKey(HostedPool, on_delete=models.CASCADE, related_name="nodes")
    name = models.CharField(max_length=128)
    locked = models.BooleanField(default=False, help_text="Not to be deleted.")
    ha_redundant = models.BooleanField(default=False)
    ha_effect = models.CharField(max_length=16, blank=True, help_text="How jobs are kept off a redundant node.")
    tags = DocumentField(
        null=True, blank=True, help_text="Key -> value; empty while they are those of its entry in the pool."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["pool", "name"], name="one_hosted_node_per_name")]

    def __str__(self) -> str:
        return self.name


class NodeJob(models.Model):
    """One job on nodes of a pool, such as a reboot (`/v2/{project_id}/jobs`)."""

    class Kind(models.TextChoices):
        REBOOT = "reboot-node"
        RESET = "reset-nodes"

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="node_jobs")
    pool = models.ForeignKey(HostedPool, on_delete=models.CASCADE, related_name="node_jobs")
    ident = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    nodes = DocumentField(help_text="Their names.")
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return self.ident
