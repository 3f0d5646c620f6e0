"""Steering one hosted project: its clock and pace, what is hosted, calls that go wrong, calls that are remembered.

None of it is the cloud's; all of it is one project's, kept in the database, and never touches another's.
"""
