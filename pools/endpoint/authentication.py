"""Who is calling: by signature (AK/SK) or by token. Each call proves itself; nothing is remembered between calls."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http.request import HttpHeaders
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from pools.endpoint import admitting, limiting, signing
from pools.endpoint.errors import unauthenticated
from pools.endpoint.models import AccessKey, Account, EndpointProject, IamUser, SeenSignature, TemporaryKey
from pools.endpoint.prepared import Question
from pools.sealing import Unreadable


@dataclass(frozen=True)
class Caller:
    """Whose credentials came with the request. `project` is None for a token of the whole account."""

    account: Account
    project: EndpointProject | None
    user: IamUser | None = None


class SignatureAuthentication(BaseAuthentication):
    """`Authorization: SDK-HMAC-SHA256 Access=...`.

    A wrong signature counts towards the lock of its key, as at the original (five in a row, five minutes); a stale
    clock does not. Whoever knows an access key, which is no secret, can therefore lock it: also as at the original.
    With an `X-Security-Token`, signed or not, the key is one of those that identity gives for a while.
    """

    def authenticate(self, request: Request) -> tuple[None, Caller] | None:
        authorization = request.META.get("HTTP_AUTHORIZATION")
        if authorization is None:
            return None
        now = timezone.now()
        try:
            claim = signing.read_claim(authorization)
            arrived = arrived_as(request, signing.needed_headers(claim))
            signing.check_date(arrived, claim, now=now)
        except signing.Unverified as why:
            raise unauthenticated(f"verify aksk signature fail, {why}") from None
        key = _living_key(claim.access_key, now=now, security_token=request.META.get("HTTP_X_SECURITY_TOKEN"))
        try:
            covers_body = signing.verify(arrived, claim, key.secret_key)
        except signing.Unverified as why:
            key.count_failure(now=now)
            raise unauthenticated(f"verify aksk signature fail, {why}") from None
        if not covers_body:
            _refuse_other_body(claim.signature, arrived.body, now=now)
        key.forget_failures()
        # Only proven calls count against a key: nobody can use up what is somebody else's.
        limiting.admit(f"key {key.access_key}")
        if isinstance(key, TemporaryKey):
            return None, Caller(account=key.user.account, project=key.project, user=key.user)
        return None, Caller(account=key.project.account, project=key.project)


class TokenAuthentication(BaseAuthentication):
    """`X-Auth-Token: ...`."""

    def authenticate(self, request: Request) -> tuple[None, Caller] | None:
        text = request.META.get("HTTP_X_AUTH_TOKEN")
        if text is None:
            return None
        token = admitting.find_token(text)
        if token is None:
            raise unauthenticated("decrypt token fail")
        if token.expires_at <= timezone.now():
            raise unauthenticated(f"token expires, expires_at: {token.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}")
        limiting.admit(f"user {token.user_id}")
        return None, Caller(account=token.user.account, project=token.project, user=token.user)


def arrived_as(request: Request, needed: Iterable[str]) -> signing.Arrived:
    """Return what was signed, as the client sent it, with those of the needed headers that came.

    The server has decoded the path, so the signature is verified over the decoded path encoded again; the query is
    raw. WSGI hands header values and paths as bytes dressed up as Latin-1.
    """
    meta = request.META
    return signing.Arrived(
        method=request.method or "",
        path=_wire_bytes(meta.get("SCRIPT_NAME", "")) + _wire_bytes(meta.get("PATH_INFO", "")),
        query=_wire_bytes(meta.get("QUERY_STRING", "")),
        headers={name: _wire_bytes(meta[key]) for name in needed if (key := HttpHeaders.to_wsgi_name(name)) in meta},
        body=request.body,
    )


def _wire_bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


_find_key = Question(
    lambda access_key: AccessKey.objects.select_related("project__account").filter(access_key=access_key)
)


def _living_key(access_key: str, *, now: datetime, security_token: str | None) -> AccessKey | TemporaryKey:
    key: AccessKey | TemporaryKey | None
    try:
        if security_token is None:
            key = _find_key(access_key)
        else:
            key = admitting.find_temporary_key(access_key, security_token=security_token)
    except Unreadable:
        key = None
    if key is None:
        raise unauthenticated(f"Get secretKey failed,ak:{access_key},err:ak not exist")
    if isinstance(key, TemporaryKey) and key.expires_at <= now:
        raise unauthenticated(f"security token expires, expires_at: {key.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}")
    if key.is_locked(now=now):
        raise unauthenticated("AK access failed to reach the limit,forbidden.")
    return key


def _refuse_other_body(signature: str, body: bytes, *, now: datetime) -> None:
    """Let a signature that does not cover its body pass with one body only, for as long as its date holds.

    The same bytes again pass: dates have seconds, so two equal calls within one second bear one signature, and a
    client may send again what got no answer.
    """
    digest = hashlib.sha256(body).hexdigest()
    SeenSignature.objects.filter(expires_at__lte=now).delete()
    seen, _ = SeenSignature.objects.get_or_create(
        signature=signature,
        defaults={"body_digest": digest, "expires_at": now + 2 * signing.SKEW + timedelta(seconds=1)},
    )
    if seen.body_digest != digest:
        raise unauthenticated("verify aksk signature fail, this signature was used with another body")
