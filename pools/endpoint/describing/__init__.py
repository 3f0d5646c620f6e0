"""The description of everything the endpoint serves (OpenAPI 3.1), and the pages to browse it.

A new view is described in three steps: its methods are named in `operations`; what they take and answer stands under
that name in a module of `calls`, in shapes of `pools.wire`; `python -m tests.endpoint.keep_examples` calls it and keeps
what it heard as the example.
"""
