"""Django's PostgreSQL, emptied between tests in a way that suits tests."""
