"""Who may call: accounts, their projects and users, keys, tokens, and the signatures already heard."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from pools.endpoint.models.documents import DocumentField
from pools.endpoint.scenario import Pace
from pools.sealing import SealedField


def new_id() -> str:
    """Return an identifier as the cloud makes them: 32 hexadecimal digits."""
    return uuid4().hex


class Account(models.Model):
    """A customer (the wire says "domain"). Projects, users and billing orders are its own."""

    domain_id = models.CharField(max_length=64, unique=True, default=new_id)
    name = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class EndpointProject(models.Model):
    """A project of an account, as the endpoint serves it; its name is that of the region it stands for."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="projects")
    project_id = models.CharField(max_length=64, unique=True, default=new_id)
    name = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    catalog_stamp = models.CharField(
        max_length=32, default=new_id, editable=False, help_text="Another one whenever anything on sale changes."
    )
    # Steering (`pools.endpoint.clock`).
    clock_ahead = models.DurationField(default=timedelta, help_text="How far the running clock is ahead of real time.")
    clock_stands_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the clock runs.")
    pace = models.CharField(
        max_length=8, choices=Pace.choices(), blank=True, help_text="Empty: as the setting ENDPOINT_PACE says."
    )
    # What is made up (`pools.endpoint.chance`).
    ids_seed = models.CharField(max_length=64, blank=True, help_text="Empty: by chance.")
    ids_drawn = models.PositiveBigIntegerField(default=0, help_text="How often was drawn from the seed.")
    # Calls that go wrong, and calls that are remembered (`pools.endpoint.steering`).
    faults_until = models.DateTimeField(null=True, blank=True, help_text="No rule about calls lives longer.")
    keeps_log = models.BooleanField(default=False)
    # Whether people should be told. Worked out by the database itself, so that it is never wrong.
    unusual = models.GeneratedField(
        expression=Case(
            When(
                Q(clock_stands_at__isnull=False)
                | ~Q(clock_ahead=timedelta())
                | ~Q(ids_seed="")
                | Q(faults_until__isnull=False),
                then=Value(value=True),
            ),
            default=Value(value=False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["unusual"], name="unusual_projects", condition=Q(unusual=True))]
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_project_per_name_in_account")]

    def __str__(self) -> str:
        return self.project_id


class Guarded(models.Model):
    """Something that is proved by a secret, and shut for a while after `PATIENCE` wrong proofs in a row."""

    PATIENCE = 5
    SHUT_FOR = timedelta(minutes=5)

    failures = models.PositiveSmallIntegerField(default=0, help_text="Wrong proofs in a row.")
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def is_locked(self, *, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now

    def count_failure(self, *, now: datetime) -> None:
        """Count one wrong proof; the fifth in a row shuts the row. Counted in the database, so no failure is lost."""
        row = type(self)._default_manager.filter(pk=self.pk)  # noqa: SLF001 - the manager of whichever model this is
        row.update(failures=F("failures") + 1)
        row.filter(failures__gte=self.PATIENCE).update(failures=0, locked_until=now + self.SHUT_FOR)

    def forget_failures(self) -> None:
        """A right proof breaks the row of failures. Writes only when there is something to forget."""
        if self.failures:
            type(self)._default_manager.filter(pk=self.pk).update(failures=0)  # noqa: SLF001


class IamUser(Guarded):
    """Somebody who asks for tokens by password."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="users")
    user_id = models.CharField(max_length=64, unique=True, default=new_id)
    name = models.CharField(max_length=64)
    password = models.CharField(max_length=128)
    rights = DocumentField(null=True, blank=True, help_text="Actions, * for any part of one. Empty: all of them.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_user_per_name_in_account")]

    def __str__(self) -> str:
        return self.name

    def set_password(self, password: str) -> None:
        """Hash `password` into this object; the caller saves."""
        self.password = make_password(password)

    def has_password(self, password: str) -> bool:
        return check_password(password, self.password)


class AccessKey(Guarded):
    """A pair of access key and secret key, good for one project and for the billing of its account."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="access_keys")
    access_key = models.CharField(max_length=64, unique=True)
    secret_key = SealedField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.access_key


class TokenQuerySet(models.QuerySet["Token"]):
    def living(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)


class Token(models.Model):
    """A token that was issued. Only its digest is kept: whoever reads the table cannot use what stands there."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(IamUser, on_delete=models.CASCADE, related_name="tokens")
    project = models.ForeignKey(
        EndpointProject, null=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: the whole account."
    )
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class TemporaryKey(Guarded):
    """A pair of keys that was given for a token, good for what the token is, for a while, and with its security token
    only. Of that one no more than its digest is kept."""

    user = models.ForeignKey(IamUser, on_delete=models.CASCADE, related_name="temporary_keys")
    project = models.ForeignKey(
        EndpointProject, null=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: the whole account."
    )
    access_key = models.CharField(max_length=64, unique=True)
    secret_key = SealedField()
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.access_key


class SeenSignature(models.Model):
    """A signature that does not cover its body (UNSIGNED-PAYLOAD), and the body it was first heard with."""

    signature = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.signature[:12]
