"""The contract, held against the embedded endpoint always and against a real account where one is given.

The same tests run against both, by our own client and by the official one; each test's id names the party it ran
against, `[embedded]` or `[real]`, and the last lines of a run count them. docs/endpoint.md names the variables that
give a real account. It is only read, unless `--create-in` and a budget say otherwise.
"""
