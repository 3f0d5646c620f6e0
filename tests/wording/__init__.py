"""The words of other languages: read out of the source, kept in catalogs, and judged."""
