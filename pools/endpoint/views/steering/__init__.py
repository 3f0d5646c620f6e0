"""Calls that steer a project, below /_sandbox/. They are signed as every other call, and hit by no fault rule."""
