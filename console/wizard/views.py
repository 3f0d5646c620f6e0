"""The pages of an order being written. Placing is a POST of its own; no page of the wizard orders anything."""
# ruff: noqa: ARG002 - the signatures are formtools'

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from formtools.wizard.views import NamedUrlWizardView

from console.models import Draft
from console.wizard import (
    asking,
    conflicts,
    docketing,
    fixing,
    interrupted,
    networking,
    review,
    rows,
    saving,
    splitting,
    steps,
)
from console.wizard.beside import beside, tell
from console.wizard.checks import Examination, examine
from console.wizard.finding import is_mendable, visible_draft
from console.wizard.forms import StepForm, WorkloadForm
from console.wizard.interrupted import Interrupted
from console.wizard.networking import NetworkForm
from console.wizard.offers import Offers
from console.wizard.situation import Situation
from console.wizard.storage import MOST_OF_A_WINDOW, DraftRequest, DraftStorage, Overtaken, is_overtaken
from pools import ordering, queries

READ = "read:"  # the button that has the catalog read, and keeps what was typed
SPLIT = "split:"


class OrderWizard(NamedUrlWizardView):  # type: ignore[misc]  # formtools has no types
    """One step per address. Every POST is remembered, valid or not; the steps may be visited in any order."""

    storage_name = "console.wizard.storage.DraftStorage"
    template_name = "wizard/step.html"
    storage: DraftStorage
    request: DraftRequest
    draft: Draft

    def dispatch(self, request: DraftRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.draft = request.draft = visible_draft(request, kwargs["draft"])
        self.is_quiet = saving.is_quiet(request)
        self.last = self.draft.order()
        if self.last and not is_mendable(self.last):
            return saving.placed(self.last) if self.is_quiet else redirect("order", pk=self.last.pk)
        if kwargs["step"] not in self.form_list:
            return redirect(steps.step_url(self.draft, str(next(iter(self.form_list)))))
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except Overtaken:
            return self.overtaken(visible_draft(request, self.draft.pk), kwargs["step"])
        return response

    def overtaken(self, draft: Draft, step: str) -> HttpResponseBase:
        """409: another window saved the draft meanwhile."""
        if self.is_network_wanted(step) and networking.is_asked_twice(rows.typed_in(step, self.request.POST), draft):
            return self.at_networks(step)
        if self.is_quiet:
            return saving.overtaken(draft, by=self.request.user)
        return conflicts.changed_elsewhere(self.request, draft, step)

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The draft's id: two drafts in two windows must never share a memory."""
        return f"draft-{kwargs['draft']}"

    def get_form_prefix(self, step: str | None = None, form: object = None) -> str | None:
        """None: names are remembered per step already."""
        return None

    def get_step_url(self, step: str) -> str:
        return steps.step_url(self.draft, step)

    @property
    def is_on_the_way_back(self) -> bool:
        """Whether the person came from Review to change one thing, and wants to return there."""
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return asked.get("back") == steps.REVIEW

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {"situation": self.situation()}

    def situation(self) -> Situation:
        if not hasattr(self, "_offers"):
            self._offers = Offers.of(self.draft.project)
        store = self.storage
        return Situation(self.draft, self.request.user, store.steps, store.kept, self._offers, store.begun)

    def get(self, request: DraftRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.storage.current_step = kwargs["step"]
        if kwargs["step"] == steps.REVIEW:
            return review.page(request, self.examination())
        if "saved" in request.GET:
            interrupted.forget(request)
        if waiting := interrupted.kept_for(request, self.draft, kwargs["step"]):
            return self.shown(self.get_form(data=MultiValueDict(waiting.typed)), told=False, waiting=waiting)
        form = self.get_form(data=self.storage.current_step_data)
        return self.shown(form, told=self.is_told(kwargs["step"]))

    def is_told(self, step: str) -> bool:
        """Whether the problems of a step are told: once it was left, or came with a document."""
        return step in self.storage.steps and step not in self.storage.begun

    def post(self, request: DraftRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        step = self.storage.current_step = kwargs["step"]
        if step == steps.REVIEW:
            return redirect(self.get_step_url(step))
        if is_overtaken(self.draft, request.POST, by=request.user):
            return self.overtaken(self.draft, step)
        landing = self.remember(step)
        if self.is_quiet:
            self.storage.save()
            return saving.saved(self.typed_form(step), self.examination(), told=self.is_told(step))
        if interrupted.kept_for(request, self.draft, step):
            interrupted.forget(request)
        if request.POST.get("act") == READ:
            ordering.ask_reading(self.draft.project, by=request.user)
            landing = f"#{asking.ANCHOR}"
        if act := self.act_wanted(step):
            return act(step)
        if landing is not None:
            return HttpResponseRedirect(f"{self.get_step_url(step)}{self.way_back}{landing}")
        return self.go_on(step, request.POST.get("wizard_goto_step", ""))

    def act_wanted(self, step: str) -> Callable[[str], HttpResponseBase] | None:
        """What is done with what was typed, besides keeping it."""
        if self.is_network_wanted(step):
            return self.make_network
        return self.split if self.request.POST.get("act") == SPLIT else None

    def is_network_wanted(self, step: str) -> bool:
        return step == WorkloadForm.step and self.request.POST.get("act") == networking.MAKE

    def make_network(self, step: str) -> HttpResponseBase:
        """Have a network made and choose it; what else was typed is kept, whatever comes of it."""
        form = networking.NetworkForm(self.request.POST)
        asked = networking.ask(form, self.situation(), by=self.request.user)
        if asked is None:
            return self.shown(self.typed_form(step), told=False, network=form, status=422)
        networking.choose(asked, self.storage.steps[step])
        return self.at_networks(step)

    def split(self, _step: str) -> HttpResponseBase:
        """Keep what was typed, and have another draft have the rest of the nodes."""
        self.storage.save()
        return splitting.told(self.request, self.draft, splitting.split(self.draft, by=self.request.user))

    def at_networks(self, step: str) -> HttpResponseBase:
        return redirect(f"{self.get_step_url(step)}{self.way_back}#id_network")

    @property
    def way_back(self) -> str:
        return f"?back={steps.REVIEW}" if self.is_on_the_way_back else ""

    def typed_form(self, step: str) -> StepForm:
        form: StepForm = self.get_form(data=MultiValueDict(self.storage.steps[step]))
        return form

    def go_on(self, step: str, goto: str) -> HttpResponseBase:
        """Anywhere the person asks for, at once; to the next step once this one is free of problems."""
        if goto == "leave":
            return redirect("order-new")
        if goto in self.form_list:
            return redirect(self.get_step_url(goto))
        # What is sold out passes by itself, and can be watched: it keeps nobody at a step.
        if any(not problem.passes for problem in self.examination().blocking_at(step)):
            return self.shown(self.typed_form(step), told=True, refused=True)
        return redirect(self.get_step_url(steps.REVIEW if self.is_on_the_way_back else self.get_next_step(step)))

    def remember(self, step: str) -> str | None:
        """Put what was typed into the draft. Returns where to land if a row was added or removed, else None."""
        post, was = self.request.POST, self.storage.steps.get(step, {})
        chosen = rows.flavor_ids(self.storage.steps)
        sent = rows.typed_in(step, post)
        typed = rows.keep_unshown(step, sent, was, chosen)
        rows.unfold(step, typed, was, chosen, shown=sent)
        networking.leave_behind(typed, self.situation())
        anchor = rows.act(step, post["act"], typed, self.storage.steps, self.storage.kept) if "act" in post else None
        self.note_who_types(step, was_typed_at=bool(was))
        self.storage.set_step_data(step, typed)
        if added := [row for row in rows.flavor_ids(self.storage.steps) if step == "flavors" and row not in chosen]:
            docketing.tag(added, self.storage.steps, team=self.draft.team)
        owner = self.situation().owners.get(post.get("owner", "")) if step == "labels" else None
        if owner:
            self.storage.also |= {"team_id": owner[0].pk, "project_id": owner[1].pk}
            self.draft.team, self.draft.project = owner
        return None if anchor is None else f"#{anchor}" if anchor else ""

    def note_who_types(self, step: str, *, was_typed_at: bool) -> None:
        """Which window saves, and whether the step is only being begun: then nothing in it is red yet."""
        begun = self.storage.begun
        if not self.is_quiet and step in begun:
            begun.remove(step)
        elif self.is_quiet and not was_typed_at and step not in begun:
            begun.append(step)
        self.keep_what_was_said(step)
        self.storage.extra_data["window"] = self.request.POST.get("window", "")[:MOST_OF_A_WINDOW]

    def keep_what_was_said(self, step: str) -> None:
        """What the cloud said of the order before stays beside its field until its step is saved; what somebody wants
        otherwise is theirs to say it is done.
        """
        said, extra = fixing.said_about(self.draft, self.last), self.storage.extra_data
        if said is None or (said.place.step == step and not self.is_quiet and not said.by):
            extra.pop("said", None)
        else:
            extra["said"] = said.as_data

    def examination(self) -> Examination:
        step = self.storage.current_step
        return examine(self.situation(), networks=step in {WorkloadForm.step, steps.REVIEW})

    def shown(
        self,
        form: StepForm,
        *,
        told: bool,
        refused: bool = False,
        waiting: Interrupted | None = None,
        network: NetworkForm | None = None,
        status: int = 200,
    ) -> HttpResponseBase:
        """The step's page; `told`: with its problems beside their fields; `refused`: and the focus on the summary.

        `waiting`: with what was typed when the session had ended, to be saved over the version it was typed over;
        `network`: with the network that was asked for in vain.
        """
        self.storage.save()  # or the page would go over a version that is history by the time it is seen
        examination = self.examination()
        if told:
            tell(form, examination.at(form.step))
        else:
            form.full_clean()
        said = fixing.said_about(self.draft, self.last)
        if said and said.place.step == form.step and said.place.field in form.fields:
            form.notes.setdefault(said.place.field, []).append(_("The cloud said: %(words)s") % {"words": said.text})
        context = self.get_context_data(form=form, examination=examination, told=told, refused=refused)
        context["said"] = said if said and said.is_about(form.step) else None
        context |= {"waiting": waiting, "version": waiting.version if waiting else self.draft.version}
        context |= self.around_networks(form, network)
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def around_networks(self, form: StepForm, network: NetworkForm | None) -> dict[str, Any]:
        if form.step != WorkloadForm.step:
            return {}
        situation = form.situation
        return {"network": network or NetworkForm.of(situation, form.typed), **networking.beside(situation)}

    def get_context_data(self, form: StepForm, **kwargs: Any) -> dict[str, Any]:
        title, lead = steps.TITLES[form.step]
        return beside(form, kwargs["examination"], told=kwargs["told"]) | {
            "title": title,
            "lead": lead,
            "previous": self.get_prev_step(form.step),
            "next": self.get_next_step(form.step),
            "is_reading": queries.is_catalog_being_read(self.draft.project),
            "template": f"wizard/_{form.step}.html",
            "refused": kwargs["refused"],
            "is_on_the_way_back": self.is_on_the_way_back,
        }

    def done(self, form_list: object, **kwargs: Any) -> HttpResponseBase:
        """Never reached: formtools would call it on a GET, and nothing is ever ordered by a GET."""
        return redirect(self.get_step_url(steps.REVIEW))


_signed_in = OrderWizard.as_view(form_list=steps.FORMS, url_name="wizard")


@login_not_required
def wizard(request: HttpRequest, draft: UUID, step: str) -> HttpResponseBase:
    """The wizard, for those who are signed in; what anybody else posts waits until they are."""
    if request.user.is_authenticated:
        try:
            response: HttpResponseBase = _signed_in(request, draft=draft, step=step)
        except Http404:
            # Somebody else came, or the draft is gone: nobody waits for it any more.
            interrupted.forget(request)
            raise
        return response
    if request.method == "POST":
        interrupted.keep(request, draft, step)
    return redirect_to_login(request.get_full_path())
