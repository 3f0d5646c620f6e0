"""How a request says who sends it: AK/SK signatures around the vendor's own signer, or a token that is borne."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from requests import PreparedRequest
from requests.auth import AuthBase

# Proxies may add or rewrite other headers; these say what is asked and of whom, so these are signed.
SIGNED = frozenset({"content-type", "request-type", "x-project-id", "x-domain-id", "x-language", "x-security-token"})


class Signature(AuthBase):
    """Signs with SDK-HMAC-SHA256; temporary keys come with their security token. `repr` shows none of them."""

    def __init__(self, *, access_key: str, secret_key: str, security_token: str = "") -> None:
        self._signer = Signer(BasicCredentials(access_key, secret_key))
        self._security_token = security_token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add `X-Sdk-Date`, `Host` and `Authorization` to a prepared request."""
        if self._security_token:
            request.headers["X-Security-Token"] = self._security_token
        url = urlsplit(request.url or "")
        # In lower case, which is signed alike: under its usual name the vendor's signer takes the type of a merge-patch
        # for a reason to leave the body out, and then two changes within a second bear one signature.
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower() in SIGNED}
        headers["X-Sdk-Date"] = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        # Written out, so that what is signed and what http.client would send cannot differ in the port.
        headers["Host"] = url.netloc.rpartition("@")[2]
        signed = self._signer.sign(
            SdkRequest(
                method=request.method,
                schema=url.scheme,
                host=url.netloc,
                resource_path=url.path or "/",
                query_params=parse_qsl(url.query, keep_blank_values=True),
                header_params=headers,
                body=request.body or b"",
            )
        )
        request.headers.update(signed.header_params)
        return request


class Bearer(AuthBase):
    """Bears an IAM token. `repr` does not show it."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Auth-Token"] = self.token
        return request
