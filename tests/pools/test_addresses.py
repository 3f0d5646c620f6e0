"""Where a project may be: hostile spellings of forbidden places, as typed and as resolved."""

import pytest

from pools.addresses import Forbidden, Policy, Reason

PUBLIC = Policy()
LAB = Policy.of(["10.20.0.0/16", "127.0.0.0/8"])


@pytest.mark.shows("ClientAddresses.public")
@pytest.mark.parametrize(
    "url",
    [
        "https://modelarts.cn-north-4.myhuaweicloud.com",
        "https://modelarts.cn-north-4.myhuaweicloud.com/",
        "https://modelarts.example.org:8443",
        "https://93.184.216.34",
        "https://[2606:2800:220:1:248:1893:25c8:1946]:443",
        "https://xn--bcher-kva.example",
    ],
)
def test_public_addresses_over_tls_may_be_used(url: str) -> None:
    PUBLIC.judge(url)


@pytest.mark.shows("ClientAddresses.public")
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://modelarts.example.org", Reason.SCHEME),
        ("ftp://modelarts.example.org", Reason.SCHEME),
        ("file:///etc/passwd", Reason.FORM),
        ("https://", Reason.FORM),
        ("modelarts.example.org", Reason.FORM),
        ("https://user:word@modelarts.example.org", Reason.FORM),
        ("https://modelarts.example.org@169.254.169.254", Reason.FORM),
        ("https://modelarts.example.org\\@169.254.169.254", Reason.FORM),
        ("https://modelarts.example.org/v2", Reason.FORM),
        ("https://modelarts.example.org?x=1", Reason.FORM),
        ("https://modelarts.example.org#x", Reason.FORM),
        ("https://modelarts.example.org.", Reason.FORM),
        ("https://169.254.169.254.", Reason.FORM),
        ("https://localhost.", Reason.FORM),
        ("https://modelarts.example.org:0", Reason.FORM),
        ("https://modelarts.example.org:70000", Reason.FORM),
        ("https://modelarts.example.org:", Reason.FORM),
        ("https://modelarts.example.org:4x", Reason.FORM),
        ("https://mode larts.example.org", Reason.FORM),
        ("https://modelarts.example.org\t", Reason.FORM),
        ("https://modelarts.example.org\r\nHost: x", Reason.FORM),
        ("https://%31%32%37.0.0.1", Reason.FORM),
        ("https://１２７.0.0.1", Reason.FORM),
        ("https://127。0。0。1", Reason.FORM),
        ("https://[fe80::1%25eth0]", Reason.FORM),
        ("https://[::1", Reason.FORM),
        ("https://" + "a" * 300, Reason.FORM),
        ("https://2130706433", Reason.NUMBER),
        ("https://2852039166", Reason.NUMBER),
        ("https://0x7f000001", Reason.NUMBER),
        ("https://0x7f.1", Reason.NUMBER),
        ("https://0177.0.0.1", Reason.NUMBER),
        ("https://127.1", Reason.NUMBER),
        ("https://evil.example.0x7f", Reason.NUMBER),
        ("https://127.0.0.1", Reason.LOCAL),
        ("https://127.8.9.10:6379", Reason.LOCAL),
        ("http://127.0.0.1:8000", Reason.LOCAL),
        ("https://localhost", Reason.LOCAL),
        ("https://LOCALHOST:8000", Reason.LOCAL),
        ("https://anything.localhost", Reason.LOCAL),
        ("https://[::1]", Reason.LOCAL),
        ("https://[::ffff:127.0.0.1]", Reason.LOCAL),
        ("https://[::ffff:7f00:1]", Reason.LOCAL),
        ("https://[::127.0.0.1]", Reason.LOCAL),
        ("https://[64:ff9b::7f00:1]", Reason.LOCAL),
        ("https://[2002:7f00:1::]", Reason.LOCAL),
        ("https://10.0.0.1", Reason.PRIVATE),
        ("https://172.16.0.1", Reason.PRIVATE),
        ("https://192.168.1.1", Reason.PRIVATE),
        ("https://100.64.0.1", Reason.PRIVATE),
        ("https://198.18.0.1", Reason.PRIVATE),
        ("https://240.0.0.1", Reason.PRIVATE),
        ("https://[fd00::1]", Reason.PRIVATE),
        ("https://[::ffff:10.0.0.1]", Reason.PRIVATE),
        ("https://[64:ff9b:1::1]", Reason.PRIVATE),
        ("https://[2001:0:1::1]", Reason.PRIVATE),
        ("https://169.254.169.254", Reason.NEVER),
        ("https://169.254.0.1", Reason.NEVER),
        ("https://[::ffff:169.254.169.254]", Reason.NEVER),
        ("https://[2002:a9fe:a9fe::]", Reason.NEVER),
        ("https://[64:ff9b::a9fe:a9fe]", Reason.NEVER),
        ("https://[fe80::1]", Reason.NEVER),
        ("https://[fd00:ec2::254]", Reason.NEVER),
        ("https://100.100.100.200", Reason.NEVER),
        ("https://168.63.129.16", Reason.NEVER),
        ("https://0.0.0.0", Reason.NEVER),
        ("https://0.1.2.3", Reason.NEVER),
        ("https://[::]", Reason.NEVER),
        ("https://224.0.0.1", Reason.NEVER),
        ("https://255.255.255.255", Reason.NEVER),
    ],
)
def test_everything_else_is_refused_with_its_reason(url: str, reason: Reason) -> None:
    with pytest.raises(Forbidden) as told:
        PUBLIC.judge(url)

    assert told.value.reason is reason


@pytest.mark.parametrize("url", ["https://10.20.3.4", "http://127.0.0.1:8000", "http://localhost:8000"])
def test_the_operator_may_allow_a_network(url: str) -> None:
    LAB.judge(url)


@pytest.mark.parametrize("url", ["https://10.21.0.1", "http://10.20.3.4", "https://[::1]"])
def test_a_network_allowed_opens_no_other_and_needs_tls(url: str) -> None:
    with pytest.raises(Forbidden):
        LAB.judge(url)


@pytest.mark.shows("ClientAddresses.metadata")
@pytest.mark.parametrize("url", ["https://169.254.169.254", "https://0.0.0.0", "https://[fe80::1]"])
def test_no_setting_allows_metadata_and_link_local_addresses(url: str) -> None:
    with pytest.raises(Forbidden):
        Policy.of(["0.0.0.0/0", "::/0"]).judge(url)


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_what_a_name_leads_to_is_judged_alike(ip: str) -> None:
    with pytest.raises(Forbidden):
        PUBLIC.judge_ip(ip, encrypted=True)


def test_a_public_address_without_tls_is_refused_at_use_too() -> None:
    with pytest.raises(Forbidden):
        PUBLIC.judge_ip("93.184.216.34", encrypted=False)


def test_an_address_that_the_operator_chose_is_not_judged() -> None:
    Policy(open=True).judge("http://demo:8000")


def test_a_reason_tells_nothing_of_the_address_behind_a_name() -> None:
    with pytest.raises(Forbidden) as told:
        PUBLIC.judge_ip("10.1.2.3", encrypted=True)

    assert "10.1.2.3" not in str(told.value)
