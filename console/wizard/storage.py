"""The wizard's memory is a Draft row: read when the wizard starts, written at most once per request."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from formtools.wizard.storage.base import BaseStorage

from console.models import Draft
from console.wizard.assembly import Kept, Steps, Typed, one
from pools.models import User


class Overtaken(Exception):
    """Another window saved the draft since this one read it."""


class DraftRequest(HttpRequest):
    """A request whose draft was found among those its user may see."""

    draft: Draft
    user: User


def steps_of(draft: Draft) -> Steps:
    steps: Steps = draft.data.get(BaseStorage.step_data_key, {})
    return steps


def kept_of(draft: Draft) -> Kept:
    kept: Kept = draft.data.get(BaseStorage.extra_data_key, {}).get("kept", {})
    return kept


def data_of(steps: Steps, kept: Kept) -> dict[str, Any]:
    """What a Draft holds, for steps laid out from a document: steps nobody typed into count as not started."""
    typed = {step: values for step, values in steps.items() if values}
    return {
        BaseStorage.step_key: None,
        BaseStorage.step_data_key: typed,
        BaseStorage.step_files_key: {},
        BaseStorage.extra_data_key: {"kept": kept},
    }


class DraftStorage(BaseStorage):  # type: ignore[misc]  # formtools has no types
    """formtools' storage over `request.draft`. Only typing is written: looking at a step changes no row."""

    def __init__(self, prefix: str, request: DraftRequest, file_storage: object = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.draft, self.by = request.draft, request.user
        self.init_data()
        self.data |= deepcopy(self.draft.data)
        self.also: dict[str, Any] = {}
        self._changed = False

    @property
    def steps(self) -> Steps:
        steps: Steps = self.data[self.step_data_key]
        return steps

    @property
    def kept(self) -> Kept:
        kept: Kept = self.extra_data.setdefault("kept", {})
        return kept

    def set_step_data(self, step: str, cleaned_data: Typed) -> None:
        """Remember what was typed at `step`, valid or not."""
        super().set_step_data(step, cleaned_data)
        self._changed = True

    def update_response(self, response: HttpResponseBase) -> None:
        """Save, once, if anything was typed. Raises `Overtaken` when another window was faster."""
        super().update_response(response)
        if not self._changed:
            return
        self._changed = False
        order = self.draft.order()
        # Only a refused or withdrawn order lets its draft be edited: what is typed now is its next revision.
        revision = {"revision": self.draft.revision + 1} if order else {}
        also = {"name": one(self.steps.get("labels", {}), "name")[:64], **revision, **self.also}
        if not self.draft.save_typed(self.data, over=self.draft.version, by=self.by, **also):
            raise Overtaken
