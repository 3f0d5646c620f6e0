"""What the wizard offers: the cloud's catalog, mirrored in parts, each with its age; and readings people asked for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools import tracing
from pools.models.pools import Pool
from pools.models.projects import Project
from pools.models.teams import User
from pools.wire import reading
from pools.wire.extras import is_yes
from pools.wire.limits import Catalog, FlavorFacts, NetworkFacts
from pools.wire.limits.catalog import Drivers
from pools.wire.numbers import whole


class CatalogPartQuerySet(models.QuerySet["CatalogPart"]):
    def facts_of(self, project: Project) -> Catalog:
        """What was mirrored of `project`, as the rules take it. Parts never heard are None: not judged.

        Names in use are left out: whoever orders asks for them in the transaction that takes the name.
        """
        parts = {part.kind: part.document for part in project.catalog_parts.all() if part.read_at}
        flavors, networks = parts.get(CatalogPart.Kind.FLAVORS), parts.get(CatalogPart.Kind.NETWORKS)
        quota, used = pool_quota(parts.get(CatalogPart.Kind.QUOTAS))
        return Catalog(
            flavors=None if flavors is None else _flavors(flavors),
            networks=None if networks is None else _networks(networks),
            **_workspaces(parts.get(CatalogPart.Kind.WORKSPACES)),
            drivers=_drivers(parts.get(CatalogPart.Kind.DRIVERS)),
            pool_quota=quota,
            pools_used=used,
            **_tenant_limits(parts.get(CatalogPart.Kind.CONFIG)),
        )


class CatalogPart(models.Model):
    """One answer of the cloud that the wizard reads instead of the cloud."""

    class Kind(models.TextChoices):
        FLAVORS = "flavors", _("flavors and stock")
        NETWORKS = "networks", _("networks")
        DRIVERS = "drivers", _("drivers")
        QUOTAS = "quotas", _("quotas")
        CONFIG = "config", _("tenant configuration")
        WORKSPACES = "workspaces", _("workspaces")
        PRICES = "prices", _("list prices")  # which nothing depends on, and which age in their own time

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="catalog_parts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    document: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text=_("The answer as heard."))
    read_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was last heard whole."))
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When reading it last failed, if after read_at.")
    )
    failure_message = models.TextField(blank=True)

    objects = CatalogPartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="one_part_per_project_and_kind")]

    def __str__(self) -> str:
        return f"{self.project}: {self.kind}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def due(self) -> ReadingQuerySet:
        """Asked for, and no worker is at it now."""
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lte=timezone.now())
        return self.filter(free, state=Reading.State.ASKED).order_by("asked_at")


class Reading(models.Model):
    """ "Read the cloud now", asked for by a person: a request row that the worker answers and the page watches."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="readings")
    pool = models.ForeignKey(
        Pool,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="readings",
        help_text=_("Empty: the catalog."),
    )
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="readings")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    lease_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True)
    trace = models.CharField(max_length=64, blank=True, default=tracing.current)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(state="asked", pool__isnull=True),
                name="one_open_reading_per_catalog",
            ),
            models.UniqueConstraint(
                fields=["pool"], condition=models.Q(state="asked"), name="one_open_reading_per_pool"
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state="asked"), name="reading_asked")]

    def __str__(self) -> str:
        return f"reading {self.pk} of {self.pool or self.project}"


def _flavors(document: Any) -> dict[str, FlavorFacts]:
    facts = map(FlavorFacts.from_flavor, reading.hear_flavors(document).items or [])
    return {fact.name: fact for fact in facts}


def _networks(document: Any) -> dict[str, NetworkFacts]:
    facts = map(NetworkFacts.from_network, reading.hear_networks(document).items or [])
    return {fact.name: fact for fact in facts}


def _workspaces(document: Any) -> dict[str, Any]:
    """Identifiers of the usable workspaces, whose `status` is NORMAL or not told, and of those in trouble."""
    items = document.get("workspaces") if isinstance(document, dict) else None
    if not isinstance(items, list):
        return {}
    rows = [item for item in items if isinstance(item, dict) and "id" in item]
    ill = frozenset(str(row["id"]) for row in rows if row.get("status", "NORMAL") != "NORMAL") - {"0"}
    return {"workspaces": frozenset(str(row["id"]) for row in rows) - ill | {"0"}, "abnormal_workspaces": ill}


def _drivers(document: Any) -> Drivers | None:
    """Versions per accelerator; the part holds one answer each under `gpu` and `npu`."""
    if not isinstance(document, dict):
        return None
    return Drivers(gpu=_versions(document.get("gpu")), npu=_versions(document.get("npu")))


def _versions(document: Any) -> frozenset[str] | None:
    spec = document.get("spec") if isinstance(document, dict) else None
    versions = spec.get("versions") if isinstance(spec, dict) else None
    return frozenset(map(str, versions)) if isinstance(versions, dict | list) else None


def pool_quota(document: Any) -> tuple[int | None, int | None]:
    """How many pools there may be and are; both come as numbers or as strings of digits."""
    return _quota(document, "pool")


def network_quota(document: Any) -> tuple[int | None, int | None]:
    """How many networks there may be and are."""
    return _quota(document, "network")


def accelerators(document: Any) -> dict[str, tuple[str, int]]:
    """Of each flavor in a list of flavors that has accelerators: what they are called, and how many one node has."""
    items = document.get("items") if isinstance(document, dict) else None
    found = {}
    for item in items if isinstance(items, list) else []:
        metadata, spec = _object(item, "metadata"), _object(item, "spec")
        card = _object(spec, "npu") or _object(spec, "gpu")
        name, kind, size = metadata.get("name"), card.get("type"), _whole(card.get("size"))
        if isinstance(name, str) and isinstance(kind, str) and kind and size:
            found[name] = (kind, size)
    return found


def billing_codes(document: Any) -> dict[str, str]:
    """What the price list calls each flavor in a list of flavors."""
    items = document.get("items") if isinstance(document, dict) else None
    found = {}
    for item in items if isinstance(items, list) else []:
        name, code = _object(item, "metadata").get("name"), _object(item, "spec").get("billingCode")
        if isinstance(name, str) and isinstance(code, str) and code:
            found[name] = code
    return found


def _object(holder: Any, key: str) -> dict[str, Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _quota(document: Any, kind: str) -> tuple[int | None, int | None]:
    quotas = document.get("quotas") if isinstance(document, dict) else None
    for entry in (quotas.get("resources") or []) if isinstance(quotas, dict) else []:
        if isinstance(entry, dict) and entry.get("type") == kind:
            return _whole(entry.get("quota")), _whole(entry.get("used"))
    return None, None


def _tenant_limits(document: Any) -> dict[str, Any]:
    """What the tenant's configuration says: most flavors, reserved ranges, cluster sizes, the licence."""
    limits: dict[str, Any] = {}
    if not isinstance(document, dict):
        return limits
    if most := _whole(document.get("maxPoolFlavors")):
        limits["max_flavors"] = most
    plugins = document.get("poolScopePlugins")
    rows = [row for row in plugins if isinstance(row, dict)] if isinstance(plugins, list) else []
    ranges = {str(row.get("scope")): row.get("reservedNetworkCidr") for row in rows}
    limits["reserved_cidrs"] = {
        scope: frozenset(map(str, cidrs)) for scope, cidrs in ranges.items() if isinstance(cidrs, list)
    }
    limits["retryable"] = _retryable(rows)
    limits["one_workload"] = document.get("licenseScopeType") == "single"
    limits["cluster_sizes"] = _cluster_sizes(document.get("clusterFlavorSpecs"))
    return limits


def _retryable(rows: list[dict[str, Any]]) -> frozenset[str] | None:
    """The job types that say they can be tried again; None where not one of them says anything about that."""
    told = {str(row.get("scope")): is_yes(row["supportRetry"]) for row in rows if "supportRetry" in row}
    return frozenset(scope for scope, can in told.items() if can) if told else None


def _cluster_sizes(specs: Any) -> dict[str, int]:
    """The most nodes of each cluster flavor, of those that tell it: a configuration may list bare names."""
    rows = [row for row in specs if isinstance(row, dict)] if isinstance(specs, list) else []
    sizes = {str(row.get("name")): _whole(row.get("maxNodes")) for row in rows}
    return {name: most for name, most in sizes.items() if most}


def _whole(value: object) -> int | None:
    return whole(str(value)) if isinstance(value, int | str) else None
