"""curl commands: the call that orders a pool, written for a shell and read back from one.

What a command carries to sign in is never taken over: `Call.dropped` names it and nothing more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from pools.dialects import secrets, shell
from pools.dialects.destination import Destination
from pools.dialects.unreadable import Problem, Unreadable

# More than this no system takes as one argument; it travels as a here-document then.
MOST_BYTES_OF_AN_ARGUMENT: Final = 100_000

_DATA: Final = {"-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--json"}
_NO_JSON: Final = {"--data-urlencode", "-F", "--form", "--form-string", "-T", "--upload-file", "-K", "--config"}
_SHORT_WITH_VALUE: Final = "AbcCdDeEFHKmoPQrtTuUwxXyYz"
_LONG_WITH_VALUE: Final = _DATA | _NO_JSON | {
    "--header", "--request", "--url", "--user", "--proxy-user", "--cookie", "--cookie-jar", "--oauth2-bearer",
    "--user-agent", "--referer", "--output", "--dump-header", "--write-out", "--max-time", "--connect-timeout",
    "--retry", "--retry-delay", "--retry-max-time", "--proxy", "--cacert", "--cert", "--key", "--resolve",
    "--connect-to", "--interface", "--limit-rate", "--range", "--aws-sigv4", "--ciphers", "--tls-max", "--noproxy",
    "--max-redirs", "--stderr", "--trace", "--trace-ascii", "--pass", "--capath", "--proxy-header",
}  # fmt: skip
_CREDENTIALS: Final = {
    "-u": "--user", "--user": "--user", "-U": "--proxy-user", "--proxy-user": "--proxy-user",
    "-b": "--cookie", "--cookie": "--cookie", "--oauth2-bearer": "--oauth2-bearer", "--pass": "--pass",
}  # fmt: skip
_POOLS: Final = re.compile(r"/pools/?$")
_WINDOWS: Final = re.compile(r"\^\s*\n|\^\"|^\s*Invoke-(?:WebRequest|RestMethod)\b", re.MULTILINE)
_UNSHELLED: Final = re.compile(r"\{\s*[A-Za-z_]")


@dataclass
class Call:
    """What one curl command says: its data, where it goes, and which credentials it carried, by name."""

    url: str = ""
    method: str = ""
    pieces: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    stdin: shell.Word | None = None

    @property
    def body(self) -> str:
        """The data as curl sends it: pieces of --json one after the other, all others with an ampersand between."""
        said = ""
        for option, piece in self.pieces:
            said += piece if option == "--json" or not said else f"&{piece}"
        return said

    @property
    def orders(self) -> bool:
        """Whether it is sent to where pools are made; true where that cannot be told."""
        path = urlsplit(self.url).path if _is_url(self.url) else self.url
        return (not self.url or bool(_POOLS.search(path))) and self.method in {"", "POST"}


def hear(text: str) -> Call:
    """The one call in `text` that orders a pool.

    Raises `Unreadable` where there is none or several, and where its data is not in the text itself.
    """
    try:
        found = [call for command in shell.commands(text) if (call := _call(command))]
    except Unreadable:
        if is_of_windows(text):
            raise Unreadable(Problem.WINDOWS) from None
        raise
    with_data = [call for call in found if call.pieces]
    if not with_data:
        raise Unreadable(Problem.WINDOWS if is_of_windows(text) else Problem.NO_DATA)
    ordering = [call for call in with_data if call.orders]
    if not ordering:
        raise Unreadable(Problem.OTHER_CALL, method=with_data[-1].method or "POST", path=_path(with_data[-1].url))
    if len(ordering) > 1:
        raise Unreadable(Problem.SEVERAL, number=len(ordering))
    ordering[0].dropped = list(dict.fromkeys(name for call in found for name in call.dropped))
    return ordering[0]


def is_one(text: str) -> bool:
    """Whether a text means to be a command and no document."""
    return bool(re.search(r"(?:^|[\s/$(])curl(?:\.exe)?\s|\bInvoke-(?:WebRequest|RestMethod)\b", text)) and not (
        text.lstrip().startswith(("{", "["))
    )


def is_of_windows(text: str) -> bool:
    """Whether a command that cannot be read may have been written for Windows: its escapes mean nothing elsewhere."""
    return bool(_WINDOWS.search(text))


def lost_its_quotes(body: str) -> bool:
    """Whether the data looks like JSON whose quotes the shell has taken for its own."""
    return bool(_UNSHELLED.match(body.lstrip()))


def _call(command: shell.Command) -> Call | None:
    names = [word.text.rsplit("/", 1)[-1].removesuffix(".exe") for word in command.words]
    if "curl" not in names:
        return None
    call = Call(stdin=command.stdin)
    words = iter(command.words[names.index("curl") + 1 :])
    for word in words:
        option, attached = _option(word.text)
        if not option:
            call.url = call.url or word.text
        elif option in _LONG_WITH_VALUE or (option[1:] in _SHORT_WITH_VALUE and not option.startswith("--")):
            value = shell.Word(attached, word.start, word.end, word.variable) if attached else next(words, None)
            if value is not None:
                _take(call, option, value)
        elif option in {"-G", "--get"}:
            call.method = "GET"
    return call


def _option(text: str) -> tuple[str, str]:
    """An option and the value attached to it: `-XPOST`, `--request=POST`, `-sSd…`; both empty for no option.

    Of several short ones in a word only the last can have a value, so the others are stepped over.
    """
    if text.startswith("--"):
        name, _equals, value = text.partition("=")
        return name, value
    if not text.startswith("-") or text == "-":
        return "", ""
    for at, letter in enumerate(text[1:], 1):
        if letter in _SHORT_WITH_VALUE or letter == "G":
            return f"-{letter}", text[at + 1 :]
    return text[:2], ""


def _take(call: Call, option: str, value: shell.Word) -> None:
    if option in _DATA:
        call.pieces.append(("--json" if option == "--json" else "--data", _data(call, option, value)))
    elif option in _NO_JSON:
        raise Unreadable(Problem.ENCODED, option=option)
    elif option in {"-X", "--request"}:
        call.method = value.text.upper()
    elif option == "--url":
        call.url = call.url or value.text
    elif option in {"-H", "--header", "--proxy-header"}:
        name, _colon, said = value.text.partition(":")
        # A variable of somebody else's shell tells nothing.
        if secrets.is_secret(name) and said.strip() != value.variable:
            call.dropped.append(secrets.shown_name(name))
    elif option in _CREDENTIALS and value.text != value.variable:
        call.dropped.append(_CREDENTIALS[option])


def _data(call: Call, option: str, value: shell.Word) -> str:
    text = value.text
    if option != "--data-raw" and text.startswith("@"):
        if text not in {"@-", "@/dev/stdin"} or call.stdin is None:
            raise Unreadable(Problem.FILE, name=text[1:][:200])
        value = call.stdin
    if value.variable:
        raise Unreadable(Problem.VARIABLE, name=value.variable[:80])
    return value.text


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).scheme)
    except ValueError:
        return False


def _path(url: str) -> str:
    try:
        return urlsplit(url).path[:200]
    except ValueError:
        return ""


# ---- Saying ----


def say(body: str, destination: Destination) -> str:
    """The same order from a shell: one call for a token, one that orders. Secrets are variables of that shell."""
    scope = {"project": {"id": destination.project_id}}
    asked = {"auth": {"identity": {"methods": ["password"], "password": _WHO}, "scope": scope}}
    signing = _quoted(json.dumps(asked, ensure_ascii=False))
    for variable in ("IAM_USER", "IAM_PASSWORD", "IAM_DOMAIN"):
        signing = signing.replace(f'"${variable}"', f'"\'"${variable}"\'"')
    tokens = _quoted(f"{destination.iam_url}/v3/auth/tokens")
    pools = _quoted(f"{destination.modelarts_url}/v2/{destination.project_id}/pools")
    return "\n".join((
        f"TOKEN=$(curl -sS -D - -o /dev/null {tokens} \\",
        "  -H 'Content-Type: application/json' \\",
        f"  -d {signing} \\",
        "  | tr -d '\\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')",
        "",
        f"curl -sS {pools} \\",
        "  -H 'Content-Type: application/json' \\",
        "  -H 'request-type: console' \\",
        '  -H "X-Auth-Token: $TOKEN" \\',
        *_sent(body),
    ))  # fmt: skip


_WHO: Final[Mapping[str, Any]] = {
    "user": {"name": "$IAM_USER", "password": "$IAM_PASSWORD", "domain": {"name": "$IAM_DOMAIN"}}
}


def _sent(body: str) -> list[str]:
    if len(body.encode()) <= MOST_BYTES_OF_AN_ARGUMENT:
        return [f"  -d {_quoted(body)}"]
    return ["  --data-binary @- <<'ORDER'", body, "ORDER"]


def _quoted(text: str) -> str:
    """For a shell, in single quotes."""
    return "'" + text.replace("'", "'\"'\"'") + "'"
