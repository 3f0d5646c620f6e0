"""The two parties that the tests speak to, and what the environment says of the real one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from django.conf import settings
from huaweicloudsdkbss.v2 import BssClient
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkmodelarts.v1 import ModelArtsClient

from pools.addresses import Policy
from pools.upstream import Connection
from pools.upstream.regions import addresses_of

Party = Literal["embedded", "real"]

PREFIX: Final = "CONTRACT_"
PLACES: Final = ("modelarts_url", "iam_url", "bss_url")
KEYS: Final = ("access_key", "secret_key")
USER: Final = ("iam_domain", "iam_user", "iam_password")
# A real pool takes about twenty minutes, and has been seen to take thirty.
PATIENCE: Final = 5400.0


class Incomplete(ValueError):
    """What the environment says of a real account does not suffice to speak to it, or to create in it."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """To create for real: nodes of `flavor`, in `network` if one is named, for at most `budget` an hour at any time.

    `price` is what one of them costs in an hour, None where the billing centre is to be asked.
    """

    flavor: str
    budget: Decimal
    price: Decimal | None = None
    network: str = ""


@dataclass(frozen=True, kw_only=True)
class Account:
    """One party. `by_keys` and `by_password` are the ways to reach it; a real one may have only one of them.

    `patience` is in seconds, for the longest of the waits.
    """

    party: Party
    by_keys: Connection | None
    by_password: Connection | None
    patience: float
    permission: Permission | None = None

    @property
    def connection(self) -> Connection:
        """The one that is used where it does not matter which."""
        either = self.by_keys or self.by_password
        assert either
        return either

    @property
    def keys(self) -> Connection:
        """Skips the test where there are none."""
        return self.by_keys or pytest.skip(f"the {self.party} account is given without access keys")

    @property
    def password(self) -> Connection:
        """Skips the test where there is none."""
        return self.by_password or pytest.skip(f"the {self.party} account is given without an IAM user")

    def official(self, service: Literal["modelarts", "bss", "iam"]) -> Any:
        """The official client of a service, signing with the access keys. Skips the test where there are none."""
        said = self.keys
        keys = (said.access_key, said.secret_key)
        own, whole = BasicCredentials(*keys, said.project_id), GlobalCredentials(*keys, said.domain_id or None)
        if said.security_token:
            own, whole = own.with_security_token(said.security_token), whole.with_security_token(said.security_token)
        kind, credentials, url = {
            "modelarts": (ModelArtsClient, own, said.modelarts_url),
            "bss": (BssClient, whole, said.bss_url),
            "iam": (IamClient, whole, said.iam_url),
        }[service]
        return kind.new_builder().with_credentials(credentials).with_endpoint(url).build()


def told(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What variables named `CONTRACT_…` say, by the rest of their names in small letters.

    One named `…_FILE` holds the path of a file that says it; its last newline does not count.
    """
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    said = {name.removeprefix(PREFIX).lower(): value for name, value in ours.items()}
    files = {name.removesuffix("_file"): Path(value) for name, value in said.items() if name.endswith("_file")}
    return {**said, **{name: path.read_text().removesuffix("\n") for name, path in files.items()}}


def real(said: Mapping[str, str], *, create_in: str | None) -> Account | None:
    """The real account, or None where none is given. Raises `Incomplete` for one that is given by halves."""
    if not said.get("project_id"):
        if create_in:
            raise Incomplete("--create-in needs a real account; CONTRACT_PROJECT_ID names none.")
        return None
    places = {name: said[name] for name in PLACES if said.get(name)}
    if said.get("region"):
        places = dict(zip(PLACES, addresses_of(said["region"]), strict=True)) | places
    if "modelarts_url" not in places:
        raise Incomplete("CONTRACT_REGION or CONTRACT_MODELARTS_URL has to say where the project is.")
    plain = Connection(
        modelarts_url=places["modelarts_url"],
        iam_url=places.get("iam_url", ""),
        bss_url=places.get("bss_url", ""),
        project_id=said["project_id"],
        domain_id=said.get("domain_id", ""),
        region=said.get("region", ""),
        policy=Policy.of(settings.UPSTREAM_ALLOWED_NETWORKS),
        requests_per_second=settings.UPSTREAM_REQUESTS_PER_SECOND,
    )
    keys, user = _with(plain, said, KEYS, optional=("security_token",)), _with(plain, said, USER)
    if not (keys or user):
        raise Incomplete(
            f"Credentials are missing: {', '.join(map(_variable, KEYS))}, or {', '.join(map(_variable, USER))}."
        )
    return Account(
        party="real",
        by_keys=keys,
        by_password=user,
        patience=float(said.get("patience", PATIENCE)),
        permission=_permission(said, create_in=create_in),
    )


def _with(
    plain: Connection, said: Mapping[str, str], names: Sequence[str], *, optional: Sequence[str] = ()
) -> Connection | None:
    """The connection with these credentials, if all of them are given."""
    if not all(said.get(name) for name in names):
        return None
    given: dict[str, Any] = {name: said[name] for name in (*names, *optional) if said.get(name)}
    return replace(plain, **given)


def _permission(said: Mapping[str, str], *, create_in: str | None) -> Permission | None:
    """Nobody creates by accident: the project has to be named on the command line, the budget in the environment."""
    if create_in is None:
        return None
    if create_in != said["project_id"]:
        raise Incomplete("--create-in has to name the project that CONTRACT_PROJECT_ID names.")
    budget, price = _amount(said.get("budget", "")), _amount(said.get("price", ""))
    if not (budget and said.get("flavor")) or (said.get("price") and not price):
        raise Incomplete(
            "--create-in needs CONTRACT_BUDGET, the most that may be spent in an hour, and CONTRACT_FLAVOR."
        )
    return Permission(flavor=said["flavor"], budget=budget, price=price, network=said.get("network", ""))


def _amount(text: str) -> Decimal | None:
    """An amount of money above nothing, or None for any other text."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


def _variable(name: str) -> str:
    return PREFIX + name.upper()
