"""The language: the API's tables as pydantic models, one per shape, and its prose rules as checks.

No framework besides pydantic is known here. `reading` reads documents, `limits` judges them, the shapes hold them.
"""
