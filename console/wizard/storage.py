"""The wizard's memory is a Draft row: read when the wizard starts, written at most once per request."""

from __future__ import annotations

from contextlib import nullcontext
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, QueryDict
from formtools.wizard.storage.base import BaseStorage

from console.models import MENDABLE, Draft
from console.wizard.assembly import Kept, Steps, Typed, gather, one
from console.wizard.docketing import docket_of
from pools import watching
from pools.models import User, Watch
from pools.states import OrderState

MOST_OF_A_WINDOW = 40  # characters of the name that a page gives itself


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


def begun_of(draft: Draft) -> list[str]:
    """Steps that somebody began to type at and never left: what is wrong there is not told yet."""
    begun: list[str] = draft.data.get(BaseStorage.extra_data_key, {}).get("begun", [])
    return begun


def said_to(draft: Draft) -> dict[str, Any] | None:
    """What the cloud said of the order that the draft mends: `text`, and the `step` and `field` that it is about."""
    said: dict[str, Any] | None = draft.data.get(BaseStorage.extra_data_key, {}).get("said")
    return said


def is_overtaken(draft: Draft, post: QueryDict, *, by: User) -> bool:
    """Whether another window saved the draft after the page that posts was made.

    A window whose last save was the newest one is not overtaken, although it never heard the answer to that save.
    """
    if post.get("version") == str(draft.version):
        return False
    window = post.get("window", "")[:MOST_OF_A_WINDOW]
    its_own = draft.data.get(BaseStorage.extra_data_key, {}).get("window", "")
    return not window or window != its_own or draft.saved_by_id != by.pk


def data_of(steps: Steps, kept: Kept, said: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a Draft holds, for steps laid out from a document: steps nobody typed into count as not started."""
    typed = {step: values for step, values in steps.items() if values}
    return {
        BaseStorage.step_key: None,
        BaseStorage.step_data_key: typed,
        BaseStorage.step_files_key: {},
        BaseStorage.extra_data_key: {"kept": kept, **({"said": said} if said else {})},
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

    @property
    def begun(self) -> list[str]:
        begun: list[str] = self.extra_data.setdefault("begun", [])
        return begun

    def set_step_data(self, step: str, cleaned_data: Typed) -> None:
        """Remember what was typed at `step`, valid or not."""
        super().set_step_data(step, cleaned_data)
        self._changed = True

    def update_response(self, response: HttpResponseBase) -> None:
        """Save, once, if anything was typed. Raises `Overtaken` when another window was faster."""
        super().update_response(response)
        self.save()

    def save(self) -> None:
        """Write what was typed since the last save, if anything. Raises `Overtaken`."""
        if not self._changed:
            return
        self._changed = False
        with transaction.atomic() if self.draft.is_watched else nullcontext():
            if self.draft.is_watched and self._says_otherwise():
                self.draft.was_let_go = watching.let_go(self.draft.pk, by=self.by, because=Watch.Ending.EDITED)
                del self.draft.watch
            self._write()

    def _write(self) -> None:
        order = self.draft.order()
        if order and OrderState(order.state) not in MENDABLE:
            raise Overtaken  # it was placed a moment ago, by hand or by its watch
        # Only a refused or withdrawn order lets its draft be edited: what is typed now is its next revision.
        revision = {"revision": self.draft.revision + 1} if order else {}
        also = {"name": one(self.steps.get("labels", {}), "name")[:64], **revision, **self.also}
        if not self.draft.save_typed(self.data, over=self.draft.version, by=self.by, **also):
            raise Overtaken

    def _says_otherwise(self) -> bool:
        """Whether the order is another one by what was typed: a step that is only saved again changes nothing."""
        was, became = (steps_of(self.draft), kept_of(self.draft)), (self.steps, self.kept)
        is_other = gather(*was).document != gather(*became).document
        return is_other or docket_of(was[0]) != docket_of(became[0]) or self._changes_hands()

    def _changes_hands(self) -> bool:
        known = Draft.objects.filter(pk=self.draft.pk).values_list("team_id", "project_id").first()
        return bool(self.also) and (self.also.get("team_id"), self.also.get("project_id")) != known
