"""ModelArts projects: where orders go, with what credentials, and how the last reading went."""

import math
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.addresses import Policy
from pools.models import mishaps
from pools.models.teams import Team
from pools.sealing import SealedField
from pools.upstream import Connection
from pools.wire.limits import Compatibility

# Half of how long a pool at rest may stay unread: beyond that, what pages show is older than we promise.
LATE = timedelta(seconds=30)
SEALED = ("access_key", "secret_key", "security_token", "iam_user", "iam_password")


def sealed_of(path: str = "") -> list[str]:
    """The columns that hold credentials, to be deferred by whoever does not need them; `path` leads to the project.

    So no page opens a seal, and a lost key closes no page.
    """
    return [f"{path}{name}" for name in SEALED]


class ProjectQuerySet(models.QuerySet["Project"]):
    def connected(self) -> "ProjectQuerySet":
        return self.filter(disconnected_at__isnull=True)

    def without_credentials(self) -> "ProjectQuerySet":
        return self.defer(*sealed_of())

    def locked(self, pk: int) -> "ProjectQuerySet":
        """One project, locked against the recording of lists, and of pools by themselves, until the transaction ends.

        Orders may be placed in it meanwhile.
        """
        return self.without_credentials().select_for_update(no_key=True, of=("self",)).filter(pk=pk)

    def hold(self, pk: int) -> bool:
        """Keep one project from being disconnected until the transaction ends; whether it is connected."""
        return bool(list(self.connected().select_for_update().filter(pk=pk).values_list("pk")))

    def due(self) -> "ProjectQuerySet":
        """Projects whose pools are to be listed, and that no worker is listing now."""
        now = timezone.now()
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lte=now)
        return self.connected().filter(free, look_after__lte=now).order_by("look_after")

    def due_for_mirroring(self) -> "ProjectQuerySet":
        """Projects whose catalog is to be read. Claiming one moves `mirror_after`, so no lease is asked for here."""
        return self.connected().filter(mirror_after__lte=timezone.now()).order_by("mirror_after")


class Project(models.Model):
    """One ModelArts project on one endpoint, embedded or real. It serves one or more teams.

    Disconnected, it keeps its row for what was ordered in it, and neither credentials nor teams.
    """

    class Credentials(models.TextChoices):
        KEYS = "keys", _("access keys")
        PASSWORD = "password", _("IAM user and password")

    name = models.CharField(_("name"), max_length=60, unique=True)
    project_id = models.CharField(_("project ID"), max_length=64)
    domain_id = models.CharField(_("account ID"), max_length=64, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    modelarts_url = models.URLField(_("ModelArts address"))
    iam_url = models.URLField(_("IAM address"), blank=True)
    bss_url = models.URLField(_("billing address"), blank=True)
    # Keys may be temporary ones, and have a security token then. What is not used is empty.
    signs_with = models.CharField(_("credentials"), max_length=8, choices=Credentials.choices, default=Credentials.KEYS)
    access_key = SealedField(_("access key"), blank=True)
    secret_key = SealedField(_("secret key"), blank=True)
    security_token = SealedField(_("security token"), blank=True)
    iam_domain = models.CharField(_("account name"), max_length=64, blank=True)
    iam_user = SealedField(_("IAM user"), blank=True)
    iam_password = SealedField(_("password"), blank=True)
    credentials_until = models.DateField(
        _("credentials expire on"), null=True, blank=True, help_text=_("As staff said; the cloud does not tell.")
    )
    embedded = models.BooleanField(_("embedded endpoint"), default=False)
    size_suffix = models.CharField(
        _("disk size suffix"),
        max_length=2,
        blank=True,
        choices=[("", _("bare digits")), ("Gi", "Gi")],
        help_text=_("How this endpoint wants disk sizes written."),
    )
    teams = models.ManyToManyField(Team, related_name="projects", verbose_name=_("teams served"))

    # The sweep: one list call covers every pool of the project.
    look_after = models.DateTimeField(default=timezone.now, db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    looking_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Till then nobody begins to look at its pools by themselves: somebody does, or it did not answer."),
    )
    heard_at = models.DateTimeField(null=True, blank=True, help_text=_("Last time the cloud answered a whole list."))
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text=_("Failed readings in a row."))
    failure_message = models.TextField(blank=True)
    sweep_seconds = models.FloatField(
        default=0.0, help_text=_("How long the last sweep took, from asking to recording.")
    )
    sweep_late = models.FloatField(default=0.0, help_text=_("Seconds after it was due that the last sweep began."))
    late_in_a_row = models.PositiveSmallIntegerField(
        default=0, help_text=_("How many sweeps one after the other began late; one alone may have been away.")
    )
    pools_listed = models.PositiveIntegerField(default=0, help_text=_("How many pools the last list held."))
    clock_skew = models.FloatField(default=0.0, help_text=_("Seconds the cloud's clock is ahead of ours, by its Date."))
    credentials_refused_at = models.DateTimeField(null=True, blank=True)
    mirror_after = models.DateTimeField(
        default=timezone.now, db_index=True, help_text=_("When the catalog is read next.")
    )
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    disconnected_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["modelarts_url", "project_id"], name="one_row_per_project_abroad")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def compatibility(self) -> Compatibility:
        """By which edition of the rules its orders are judged: only the wide one knows sizes with a suffix."""
        return Compatibility.WIDE if self.size_suffix else Compatibility.SEED

    def connection(self) -> Connection:
        """How to reach it. The embedded endpoint serves all three services at one address, and is never far away."""
        elsewhere = self.modelarts_url if self.embedded else ""
        return Connection(
            modelarts_url=self.modelarts_url,
            iam_url=self.iam_url or elsewhere,
            bss_url=self.bss_url or elsewhere,
            project_id=self.project_id,
            domain_id=self.domain_id,
            region=self.region,
            **self._credentials,
            read_timeout=min(settings.UPSTREAM_READ_TIMEOUT, 10.0 if self.embedded else math.inf),
            requests_per_second=0.0 if self.embedded else settings.UPSTREAM_REQUESTS_PER_SECOND,
            policy=Policy(open=True) if self.embedded else Policy.of(settings.UPSTREAM_ALLOWED_NETWORKS),
        )

    @property
    def _credentials(self) -> dict[str, str]:
        """Those of the kind in use; what else may be stored is not sent."""
        if self.signs_with == self.Credentials.PASSWORD:
            names = ["iam_domain", "iam_user", "iam_password"]
        else:
            names = ["access_key", "secret_key", "security_token"]
        return {name: getattr(self, name) for name in names}

    @property
    def trouble(self) -> str:
        """Why it does not answer, for people; empty while it does."""
        return mishaps.said(self.failure_message)

    @property
    def is_unattended(self) -> bool:
        """Its list was due a minute ago and nobody has taken it: no worker is at work."""
        late = timezone.now() - timedelta(minutes=1)
        return self.look_after < late and (self.lease_until is None or self.lease_until < late)

    @property
    def is_read_late(self) -> bool:
        """Its lists are asked for too late, one after the other: more is watched than the workers can follow.

        A single one was late because they were away, and is made up for.
        """
        return self.late_in_a_row > 1

    @property
    def pace(self) -> str | None:
        """The embedded endpoint's pace, which is also how often it is worth asking; None for a real cloud."""
        return str(settings.ENDPOINT_PACE) if self.embedded else None
