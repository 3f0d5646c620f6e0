"""Where to speak to and with what credentials: a plain value, so that this package needs no model and no setting."""

from dataclasses import dataclass, field

from pools.addresses import Policy

READ_TIMEOUT = 30.0


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One ModelArts project abroad. `repr` hides all credentials.

    Calls are signed with the key pair (and `security_token` where the keys are temporary ones), or, where `iam_user` is
    set, bear a token that the user's password is exchanged for; `iam_domain` is then the name of the account.
    `read_timeout` is in seconds; a whole call, from the first packet to the last byte, ends within twice that.
    `requests_per_second` is what all calls of one account from this process keep to; 0 means no limit.
    """

    modelarts_url: str
    project_id: str
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    iam_domain: str = ""
    iam_user: str = field(default="", repr=False)
    iam_password: str = field(default="", repr=False)
    iam_url: str = ""
    bss_url: str = ""
    domain_id: str = ""
    region: str = ""
    read_timeout: float = READ_TIMEOUT
    requests_per_second: float = 0.0
    policy: Policy = field(default_factory=Policy)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no text of ours may hold, the longest first: one may be part of another."""
        known = (self.secret_key, self.iam_password, self.security_token, self.access_key)
        return tuple(sorted(filter(None, known), key=len, reverse=True))
