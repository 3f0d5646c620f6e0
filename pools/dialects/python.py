"""An order as a program for the official SDK, which runs as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pools.dialects.comments import Say, one_line
from pools.dialects.destination import Destination
from pools.wire.words import words

# More levels than that are no literal any more that every Python reads.
MOST_LEVELS: Final = 30
_WIDTH: Final = 100
# JSON writes characters beyond by two codes, which Python does not put together.
_IN_PLANE: Final = re.compile("[\u0000-\uffff]*")

NEEDS: Final = words("Needs the official SDK: pip install huaweicloudsdkmodelarts")
KEYS: Final = words("Credentials come from the environment: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK.")
WHOLE: Final = words(
    "The order as a plain object: the classes of the SDK have no name for some keys, and would leave them out."
)
HEADER: Final = words(
    "With this header the cloud opens an order that somebody approves; the SDK has no argument for it."
)

_PROGRAM: Final = """\
# {needs}
# {keys}
{imports}

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkmodelarts.v1 import CreatePoolRequest, ModelArtsClient

# {whole}
ORDER = {order}

client = (
    ModelArtsClient.new_builder()
    .with_credentials(
        BasicCredentials(
            os.environ["HUAWEICLOUD_SDK_AK"],
            os.environ["HUAWEICLOUD_SDK_SK"],
            os.environ.get("HUAWEICLOUD_SDK_PROJECT_ID", {project}),
        )
    )
    .with_endpoint(os.environ.get("MODELARTS_ENDPOINT", {endpoint}))
    .build()
)
call = client.create_pool_invoker(CreatePoolRequest(body=ORDER))
# {header}
call.add_header("request-type", "console")
print(call.invoke())
"""


def say(document: Mapping[str, Any], destination: Destination, say: Say = str) -> str:
    """The program; `say` finds the words of its comments in the reader's language."""
    is_deep = _levels(document) > MOST_LEVELS
    text = json.dumps(document, ensure_ascii=False)
    return _PROGRAM.format(
        needs=one_line(say(NEEDS)),
        keys=one_line(say(KEYS)),
        whole=one_line(say(WHOLE)),
        header=one_line(say(HEADER)),
        imports="import json\nimport os" if is_deep else "import os",
        order=f"json.loads({text!r})" if is_deep else literal(document),
        project=quoted(destination.project_id),
        endpoint=quoted(destination.modelarts_url),
    )


def literal(value: Any, indent: int = 0) -> str:
    """A JSON value as Python writes it, over several lines where one is too short; what is invisible as its code."""
    if isinstance(value, str):
        return quoted(value)
    if not isinstance(value, dict | list):
        return repr(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner, outer = "    " * (indent + 1), "    " * indent
    if isinstance(value, dict):
        parts = [f"{quoted(key)}: {literal(part, indent + 1)}" for key, part in value.items()]
    else:
        parts = [literal(part, indent + 1) for part in value]
    on_one = f"{opening}{', '.join(parts)}{closing}"
    if "\n" not in on_one and len(on_one) + len(outer) <= _WIDTH:
        return on_one
    return "\n".join((opening, *(f"{inner}{part}," for part in parts), f"{outer}{closing}"))


def quoted(text: str) -> str:
    """A text between double quotes. JSON's escapes are Python's too; what cannot be seen is written by its code."""
    return json.dumps(text, ensure_ascii=not text.isprintable()) if _IN_PLANE.fullmatch(text) else repr(text)


def _levels(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_levels, inner), default=0) if isinstance(value, dict | list) else 0
