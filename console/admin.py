"""What the face adds to the Django admin: a superuser lets somebody try to sign in again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import guarding
from pools.models import User


@admin.action(description=gettext_lazy("Let them try to sign in again at once"), permissions=["change"])
def let_in(_admin: object, request: HttpRequest, people: QuerySet[User]) -> None:
    ended = sum(guarding.unlock(name) for name in people.values_list("username", flat=True))
    messages.success(request, _("%(n)s counts of wrong passwords were ended.") % {"n": ended})


admin.site.get_model_admin(User).actions = [let_in]
