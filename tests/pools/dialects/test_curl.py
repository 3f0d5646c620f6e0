from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from pools.dialects import curl, hearing, saying
from pools.dialects.saying import Form
from pools.dialects.unreadable import Problem, Unreadable
from tests.console.wizard.catalog import order
from tests.pools.dialects.orders import HERE, provided

BODY = json.dumps(order())
URL = "https://modelarts.example.test/v2/p1/pools"


def heard(command: str) -> Any:
    return hearing.hear(command).document


def problem_of(command: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        hearing.hear(command)
    return caught.value


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(provided())
def test_a_command_that_was_written_is_read_back_as_the_identical_order(document: dict[str, Any]) -> None:
    command = saying.render(document, HERE, Form.CURL).text
    found = hearing.hear(command)
    assert found.document == document
    assert (found.form, found.dropped, found.left_out) == ("curl", (), ())


def test_an_order_too_large_for_an_argument_travels_as_a_here_document() -> None:
    document = order(odd="x" * curl.MOST_BYTES_OF_AN_ARGUMENT)
    command = saying.render(document, HERE, Form.CURL).text
    assert "<<'ORDER'" in command
    assert heard(command) == document


def test_a_real_shell_gives_curl_exactly_what_was_meant() -> None:
    document = order(odd='it\'s $HOME `id` \\ "q" $(id) \u202e é\n')
    command = saying.render(document, HERE, Form.CURL).text
    shell = f'curl() {{ for given in "$@"; do printf "%s\\0" "$given"; done; }}\n{command}'
    told = subprocess.run(["bash", "-c", shell], capture_output=True, check=True, timeout=20).stdout.decode()
    assert json.loads(told.split("\0")[-2]) == document
    assert f"{HERE.modelarts_url}/v2/p1/pools" in told.split("\0")


@pytest.mark.parametrize(
    "command",
    [
        f"curl {URL} -d '{BODY}'",
        f"curl -X POST {URL} --data-raw '{BODY}'",
        f"curl -XPOST -sSd '{BODY}' {URL}",
        f"curl --request=POST --data='{BODY}' --url {URL}",
        f"curl --json '{BODY}' {URL}",
        f"$ sudo /usr/bin/curl \\\n -H 'a: b' \\\r\n -H \"c: d\" \\\n --data-binary '{BODY}' {URL} | jq . >x 2>&1",
        f"curl {URL} -d @- <<'EOF'\n{BODY}\nEOF\n",
        f"curl {URL} -d @- <<-EOF\n\t{BODY}\n\tEOF\n",
        f"curl {URL} --json @- <<< '{BODY}'",
        "curl " + URL + " -d " + '"' + BODY.replace('"', '\\"') + '"',
        f"curl {URL} -d $'" + BODY.replace("pool-blue", "\\x70ool\\055blue") + "'",
        f"# makes it\ncurl -o /dev/null https://x.test/v3/auth/tokens -d '{{}}'; curl {URL} -d '{BODY}'",
        f"TOKEN=$(curl -d '{{}}' https://x.test/v3/auth/tokens | sed 's/)//')\ncurl \"$HOST/v2/p1/pools\" -d '{BODY}'",
        f"```sh\ncurl {URL} -d '{BODY}'\n```",
    ],
)
def test_a_command_is_understood_however_it_is_written(command: str) -> None:
    assert heard(command) == order()


def test_a_sign_that_escapes_on_windows_only_means_itself_in_an_order() -> None:
    document = order(odd="a^")
    assert heard(saying.render(document, HERE, Form.CURL).text) == document


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (f"curl {URL}", Problem.NO_DATA),
        (f"curl {URL} -d", Problem.NO_DATA),
        (f"curl {URL} -d @order.json", Problem.FILE),
        (f"curl {URL} --data-binary @- < order.json", Problem.FILE),
        (f"curl {URL} --data-urlencode 'a=b'", Problem.ENCODED),
        (f"curl {URL} -F file=@order.json", Problem.ENCODED),
        (f"curl {URL} -d '{{\"kind\":' -d '\"Pool\"}}'", Problem.JOINED),
        (f'curl {URL} -d "{{\\"kind\\": \\"$KIND\\"}}"', Problem.VARIABLE),
        (f"curl {URL} -d $ORDER", Problem.VARIABLE),
        (f"curl {URL} -d `cat order.json`", Problem.VARIABLE),
        (f'curl {URL} -d "{{"kind": "Pool"}}"', Problem.UNSHELLED),
        (f"curl {URL} -d '{{'", Problem.ENDS),
        (f"curl {URL} -d '{{}}", Problem.UNCLOSED),
        (f'curl {URL} -d "{{}}', Problem.UNCLOSED),
        (f"curl {URL} -d $(cat", Problem.UNCLOSED),
        (f"curl {URL} -d $'\\xff'", Problem.CHARACTER),
        (f"curl {URL} -d @- <<EOF\n{{}}", Problem.UNCLOSED),
        (f"curl {URL} -d {'$(' * 50}", Problem.UNCLOSED),
        (f'curl ^\n {URL} -d "{{^"kind^": 1}}"', Problem.WINDOWS),
        (f'curl {URL} -d "{{^"kind^": 1}}"', Problem.WINDOWS),
        (f"Invoke-WebRequest {URL} -Body '{{}}'", Problem.WINDOWS),
        (f"curl -X PATCH {URL} -d '{{}}'", Problem.OTHER_CALL),
        ("curl https://x.test/v1/p1/networks -d '{}'", Problem.OTHER_CALL),
        (f"curl {URL} -d '{{}}'; curl {URL} -d '{{}}'", Problem.SEVERAL),
    ],
)
def test_a_command_without_an_order_in_it_is_told_why(command: str, problem: Problem) -> None:
    assert problem_of(command).problem is problem


def test_a_mistake_in_the_data_is_counted_from_where_the_data_begins() -> None:
    trouble = problem_of(f"curl {URL} \\\n -d '{{\n\"a\" 1}}'")
    assert (trouble.in_data, trouble.line, trouble.problem) == (True, 2, Problem.COLON)


@pytest.mark.parametrize(
    ("carried", "named"),
    [
        ("-H 'X-Auth-Token: planted'", "X-Auth-Token"),
        ('-H "authorization: SDK-HMAC-SHA256 Access=planted, Signature=planted"', "authorization"),
        ("--header='X-Security-Token: planted'", "X-Security-Token"),
        ("-HCookie:planted", "Cookie"),
        ("-u lena:planted", "--user"),
        ("-sulena:planted", "--user"),
        ("--cookie session=planted", "--cookie"),
        ("--oauth2-bearer planted", "--oauth2-bearer"),
    ],
)
def test_credentials_are_dropped_and_only_their_name_is_told(carried: str, named: str) -> None:
    found = hearing.hear(f"curl {carried} {URL} -d '{BODY}'")
    assert found.dropped == (named,)
    assert "planted" not in repr(found)


def test_a_token_that_only_a_shell_knows_is_no_credential() -> None:
    assert hearing.hear(f"curl -H \"X-Auth-Token: $TOKEN\" {URL} -d '{BODY}'").dropped == ()


@pytest.mark.parametrize(
    "junk", ["\x0c", "\u00a0", "\x00", "'" * 3, "\\" * 5, "<" * 9, "$", "${", ")(", "\ud800", "<<", "#"]
)
def test_no_text_is_read_for_ever_or_breaks_the_reader(junk: str) -> None:
    with pytest.raises(Unreadable):
        hearing.hear(f"curl {junk * 3000} {URL}")
