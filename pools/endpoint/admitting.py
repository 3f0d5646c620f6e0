"""Letting callers in: opening accounts and projects, handing out keys (some for a while only), users and tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from pools.endpoint.models import AccessKey, Account, EndpointProject, IamUser, TemporaryKey, Token

TOKEN_LIFE = timedelta(hours=24)


class TooManyFailures(Exception):
    """The user gave a wrong password five times in a row, and is locked for five minutes."""


def open_account(name: str, *, domain_id: str = "") -> Account:
    """Return the account called `name`, opened (as `domain_id`, when given) if there is none yet."""
    account, _ = Account.objects.get_or_create(name=name, defaults={"domain_id": domain_id} if domain_id else {})
    return account


def open_project(account: Account, *, name: str, project_id: str = "") -> EndpointProject:
    """Return the project `name` of `account`, opened if there is none yet."""
    known = {"project_id": project_id} if project_id else {}
    project, _ = EndpointProject.objects.get_or_create(account=account, name=name, defaults=known)
    return project


def issue_key(project: EndpointProject, *, access_key: str = "", secret_key: str = "") -> AccessKey:
    """Return a key of `project`: a new random pair, or the given one, whose secret then replaces what was stored."""
    secret = secret_key or _secret()
    if access_key:
        key, _ = AccessKey.objects.update_or_create(
            access_key=access_key, defaults={"project": project, "secret_key": secret, "failures": 0}
        )
        return key
    return AccessKey.objects.create(project=project, access_key=_key_name(), secret_key=secret)


def enrol_user(account: Account, *, name: str, password: str) -> IamUser:
    """Return the user `name` of `account` with that password.

    A changed password ends the user's tokens and temporary keys at once.
    """
    with transaction.atomic():
        user = IamUser.objects.filter(account=account, name=name).first() or IamUser(account=account, name=name)
        if not (user.pk and user.has_password(password)):
            user.set_password(password)
            user.save()
            user.tokens.all().delete()
            user.temporary_keys.all().delete()
    return user


def grant(account: Account, *, name: str, password: str | None, rights: list[str] | None) -> IamUser | None:
    """Return the user `name` of `account` with these rights (None: all), made or with another password if one is given.

    None where there is no such user and no password to make one with.
    """
    with transaction.atomic():
        # Two at once would make one of them twice.
        Account.objects.select_for_update().get(pk=account.pk)
        if password is not None:
            enrol_user(account, name=name, password=password)
        found = IamUser.objects.filter(account=account, name=name)
        found.update(rights=rights)
        return found.first()


def find_account(*, domain_id: str, name: str) -> Account | None:
    """Return the account of that ID, or of that name where no ID is given."""
    return Account.objects.filter(**({"domain_id": domain_id} if domain_id else {"name": name})).first()


def prove(password: str, *, user_id: str, name: str, account: Account | None, now: datetime) -> IamUser | None:
    """Return the user of that ID, or of that name in `account`, if this is the password; otherwise None.

    Takes as long for a user who does not exist. Raises `TooManyFailures` for one who is locked.
    """
    asked = {"user_id": user_id} if user_id else {"name": name, "account": account}
    user = IamUser.objects.select_related("account").filter(**asked).first()
    if user is None:
        make_password(password)
        return None
    if user.is_locked(now=now):
        raise TooManyFailures
    if not user.has_password(password):
        user.count_failure(now=now)
        return None
    user.forget_failures()
    return user


def issue_token(user: IamUser, *, project: EndpointProject | None, now: datetime) -> tuple[str, Token]:
    """Return a new token of `user` for `project` (None: for the account): the text, kept nowhere, and the row."""
    Token.objects.filter(expires_at__lte=now).delete()
    text = f"MII{secrets.token_urlsafe(192)}"
    token = Token.objects.create(
        digest=_digest(text), user=user, project=project, issued_at=now, expires_at=now + TOKEN_LIFE
    )
    return text, token


def find_token(text: str) -> Token | None:
    """Return the token that was issued as `text`, expired or not, with its user, their account, and the project."""
    return Token.objects.select_related("user__account", "project").filter(digest=_digest(text)).first()


def issue_temporary_key(token: Token, *, life: timedelta, now: datetime) -> tuple[str, TemporaryKey]:
    """Return a new pair of keys for whom and what `token` is: its security token, kept nowhere, and the row."""
    TemporaryKey.objects.filter(expires_at__lte=now).delete()
    text = secrets.token_urlsafe(192)
    key = TemporaryKey.objects.create(
        user=token.user,
        project=token.project,
        access_key=f"HST{_key_name()[3:]}",
        secret_key=_secret(),
        digest=_digest(text),
        expires_at=now + life,
    )
    return text, key


def find_temporary_key(access_key: str, *, security_token: str) -> TemporaryKey | None:
    """Return the key of that name, expired or not, if the security token is its own."""
    found = TemporaryKey.objects.select_related("user__account", "project__account").filter(access_key=access_key)
    return found.filter(digest=_digest(security_token)).first()


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _key_name() -> str:
    return "".join(secrets.choice(_LETTERS.upper()) for _ in range(20))


def _secret() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(40))


def _digest(text: str) -> str:
    # A token is 192 random bytes, so a plain hash cannot be searched backwards; no salt, it is the look-up key.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
