"""The floors' one table."""

from django.db import models


class Row(models.Model):
    """A name and a document, as plain as it gets."""

    name = models.CharField(max_length=64)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.name
