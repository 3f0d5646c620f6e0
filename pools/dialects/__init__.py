"""The forms in which people keep an order and hand it on: JSON, a curl command, Terraform, Python.

Each module speaks or reads one of them; the order is the same document in all. What a form cannot say it says in a
comment, and what a text held that is no part of an order is named to whoever pasted it: nothing is dropped in silence.
Nobody here judges an order; `pools.wire.limits` does.
"""
