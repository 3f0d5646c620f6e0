"""What the embedded endpoint and our client do as the cloud does, claim by claim, and the test that shows each.

The claims stand in `behaviours/*.toml`, one line each, below the operation they are of:

    [CreatePool]
    auto-pay = { does = "`auto.pay` pays the order at once, and the pool is created.", source = "SDK; Terraform" }

`differs` says how we depart from the original, `unsure` what no source tells, `lacks` why it is not done. A test shows
one claim or several by a mark, on itself or on single cases of its parameters; it names them as plain strings:

    @pytest.mark.shows("CreatePool.auto-pay")

`python -m tests.parity` writes docs/parity.md, and `tests/house/test_parity.py` holds it to the truth: it fails for a
claim that no test shows, a mark that names no claim, an operation without claims, and a page that is out of date.
"""
