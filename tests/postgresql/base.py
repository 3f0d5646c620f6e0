"""The backend that `tests.settings` puts in place of Django's own."""

from __future__ import annotations

from typing import Any

from django.core.management.color import Style
from django.db.backends.postgresql import base, operations
from typing_extensions import override


class DatabaseOperations(operations.DatabaseOperations):
    @override
    def sql_flush(
        self, style: Style, tables: Any, *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Delete the few rows that a test leaves: to truncate a hundred tables takes longer than most tests do."""
        if reset_sequences:
            return super().sql_flush(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
        deleting = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
        # All of them go, so nobody need ask whether another row still points there.
        return [
            "SET LOCAL session_replication_role = replica",
            *deleting,
            "SET LOCAL session_replication_role = DEFAULT",
        ]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
