"""The column of documents keeps what it is given, whoever reads and writes it."""

import json
from typing import Any

import pytest
from django.db import connection, models

from pools.endpoint.models import EndpointProject, Tenancy
from pools.endpoint.models.documents import DocumentField

DOCUMENTS = [
    {},
    [],
    "",
    0,
    False,
    {"os.modelarts/name": "Größe ☃ 𝔘", "n": [1, -0.5, 1e10, 2**80, None, True], "": {"a": {"b": []}}},
    {"quote": '"\\\n\t/</script>'},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_comes_back_as_it_was(home: EndpointProject, document: Any) -> None:
    Tenancy.objects.create(project=home, config=document)
    assert Tenancy.objects.get().config == document


def test_what_was_written_before_by_other_hands_is_read(home: EndpointProject) -> None:
    row = Tenancy.objects.create(project=home)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE endpoint_tenancy SET config = %s WHERE id = %s", ['{"gr\\u00f6\\u00dfe" :  1.50}', row.pk]
        )
    assert Tenancy.objects.get().config == {"größe": 1.5}


def test_rows_are_found_by_what_stands_in_a_document(home: EndpointProject) -> None:
    Tenancy.objects.create(project=home, config={"a": {"b": "größe"}})
    assert Tenancy.objects.filter(config__a__b="größe").values_list("config__a", flat=True).get() == {"b": "größe"}


def test_half_a_character_is_written_as_django_writes_it() -> None:
    field = DocumentField()
    half = {"half": "\ud83d"}
    assert json.loads(json.dumps(half, cls=field.encoder)) == json.loads(json.dumps(half)) == half


def test_to_migrations_it_is_djangos_own_column() -> None:
    assert DocumentField(default=list).deconstruct() == models.JSONField(default=list).deconstruct()
