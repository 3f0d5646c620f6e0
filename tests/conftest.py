"""Fixtures for every test. What a folder needs for itself stands in that folder's conftest."""
