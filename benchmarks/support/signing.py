"""Signed requests, made before the clock starts."""

from collections.abc import Mapping

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer


def signed_headers(method: str, path: str, *, key: Mapping[str, str], host: str, body: bytes = b"") -> dict[str, str]:
    """The headers as the official SDK makes them, `request-type: console` among them."""
    request = SdkRequest(
        method=method,
        schema="http",
        host=host,
        resource_path=path,
        query_params=[],
        header_params={"Content-Type": "application/json", "request-type": "console"},
        body=body,
    )
    signer = Signer(BasicCredentials(key["access_key"], key["secret_key"]))
    return {**signer.sign(request).header_params, "Host": host}


def raw(method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """The request as bytes on the line."""
    told = {"Host": "127.0.0.1", **headers, "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body
