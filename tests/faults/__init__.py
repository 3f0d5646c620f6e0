"""Faults that really happen: processes are killed, servers die, answers are lost, while orders are placed."""
