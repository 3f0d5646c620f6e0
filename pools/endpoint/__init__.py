"""The guest house: an embedded, wire-compatible ModelArts endpoint with tables of its own.

It shares only the language (`pools.wire`) with the rest of the product and is reached over HTTP alone.
"""
