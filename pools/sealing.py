"""Credentials at rest: sealed with the first of `CREDENTIALS_KEYS`, opened with any, so that keys can be rotated."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class Unreadable(Exception):
    """The stored value was sealed with a key that this process was not given."""


def _sealer() -> MultiFernet:
    return _sealer_with(*settings.CREDENTIALS_KEYS)


@lru_cache(maxsize=4)
def _sealer_with(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Return `text` encrypted; the empty string stays empty, so that "not set" can be told without the key."""
    return _sealer().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what `seal` was given. Raises `Unreadable`, whose words hold nothing of the secret."""
    try:
        return _opened(sealed, *settings.CREDENTIALS_KEYS) if sealed else ""
    except InvalidToken:
        raise Unreadable("this credential was sealed with another key; see CREDENTIALS_KEYS") from None


# Every call of the embedded endpoint needs its key's secret, and opening it costs more than finding it. What was opened
# lies beside the keys that open it, and is found with the same keys only.
@lru_cache(maxsize=256)
def _opened(sealed: str, *keys: str) -> str:
    return _sealer_with(*keys).decrypt(sealed.encode()).decode()


# What an export holds begins so; no credential of the cloud does.
EXPORTED = "sealed:"


class SealedField(_TextField):
    """A text column that the database holds encrypted and Python sees in the clear; exports hold it sealed too."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else seal(str(value))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return f"{EXPORTED}{seal(value)}" if value else ""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(EXPORTED):
            return unseal(value.removeprefix(EXPORTED))
        return super().to_python(value)
