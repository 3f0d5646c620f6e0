"""Lena of the team Vision, who may order in one project, and what she needs to write orders down."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from console.wizard import starting
from pools.models import Project, Team, User
from tests import builders
from tests.console.wizard.catalog import mirror


@dataclass
class Vision:
    team: Team
    project: Project
    lena: User


@pytest.fixture
def vision(db: None) -> Vision:
    team = builders.team(name="Vision")
    project = builders.project(teams=(team,), name="Sandbox")
    mirror(project)
    return Vision(team, project, builders.person(username="lena", member_of=team))


@pytest.fixture
def lena(vision: Vision, client: Client) -> Client:
    client.force_login(vision.lena)
    return client


MakeDraft = Callable[..., Draft]


@pytest.fixture
def draft_of(vision: Vision) -> MakeDraft:
    """Write a draft down for a document: `draft_of(order())`; of nothing, a blank one."""

    def make(document: dict[str, Any] | None = None, **fields: Any) -> Draft:
        beginning = starting.pasted(json.dumps(document)) if document else starting.blank()
        draft = starting.draft_from(beginning, team=vision.team, project=vision.project, by=vision.lena)
        if fields:
            Draft.objects.filter(pk=draft.pk).update(**fields)
            draft.refresh_from_db()
        return draft

    return make


def url(draft: Draft, step: str) -> str:
    return reverse("wizard", kwargs={"draft": draft.pk, "step": step})


def text_of(response: Any) -> str:
    return str(response.content.decode())
