"""Where to speak to and with what credentials: a plain value, so that this package needs no model and no setting."""

from dataclasses import dataclass, field

READ_TIMEOUT = 30.0


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One ModelArts project abroad. `repr` hides both keys.

    `read_timeout` is in seconds; a whole call, from the first packet to the last byte, ends within twice that.
    """

    modelarts_url: str
    project_id: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    iam_url: str = ""
    bss_url: str = ""
    domain_id: str = ""
    region: str = ""
    read_timeout: float = READ_TIMEOUT
