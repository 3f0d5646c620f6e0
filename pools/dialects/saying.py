"""An order in every form at once: what pages show under "View as", and what is downloaded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pools.dialects import curl, python, terraform
from pools.dialects.comments import Say
from pools.dialects.destination import Destination


class Form(StrEnum):
    """A form in which an order is written, by the word that addresses carry."""

    JSON = "json"
    CURL = "curl"
    TERRAFORM = "terraform"
    PYTHON = "python"


TITLES: Final = {Form.JSON: "JSON", Form.CURL: "curl", Form.TERRAFORM: "Terraform", Form.PYTHON: "Python"}
_ENDINGS: Final = {Form.JSON: "json", Form.CURL: "sh", Form.TERRAFORM: "tf", Form.PYTHON: "py"}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True)
class Rendering:
    """An order in one form, whole."""

    form: Form
    title: str
    text: str
    file_name: str


def render(
    document: Mapping[str, Any], destination: Destination, form: Form, *, body: str = "", say: Say = str
) -> Rendering:
    """The order in one form; `body` is its exact text, where there is one, and `say` finds the words of comments.

    A password for nodes is in none of the forms.
    """
    order = _without_password(document)
    exact = body if body and order is document else json.dumps(order, indent=2, ensure_ascii=False)
    match form:
        case Form.JSON:
            text = exact
        case Form.CURL:
            text = curl.say(exact, destination)
        case Form.TERRAFORM:
            text = terraform.say(order, destination, say)
        case Form.PYTHON:
            text = python.say(order, destination, say)
    return Rendering(form, TITLES[form], text, f"{_file_name(order)}.{_ENDINGS[form]}")


def _without_password(document: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = document.get("spec")
    login = spec.get("userLogin") if isinstance(spec, dict) else None
    if not isinstance(login, dict) or "password" not in login:
        return document
    order: dict[str, Any] = deepcopy(dict(document))
    del order["spec"]["userLogin"]["password"]
    return order


def _file_name(order: Mapping[str, Any]) -> str:
    metadata = order.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    name = labels.get("os.modelarts/name") if isinstance(labels, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else "pool"
