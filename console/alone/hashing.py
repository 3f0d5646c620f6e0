"""Passwords of an endpoint that runs alone."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    """Django's own, with few rounds: what it guards is random and short-lived."""

    algorithm = "pbkdf2_sha256_quick"
    iterations = 1000
