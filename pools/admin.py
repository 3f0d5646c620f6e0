"""The Django admin, for superusers: people and teams can be mended here; projects and what was ordered can be read.

Being let in here gives no right in the product: nobody approves, withdraws or deletes by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from pools.models import (
    Adoption,
    CatalogPart,
    Comment,
    Decision,
    Deletion,
    Founding,
    Intervention,
    Membership,
    Order,
    PhaseChange,
    Pool,
    Probe,
    Project,
    Reading,
    Refit,
    Resize,
    Team,
    User,
    Watch,
)
from pools.models.projects import SEALED

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _UserAdmin = UserAdmin
    _ModelAdmin = admin.ModelAdmin
    _TabularInline = admin.TabularInline


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff and getattr(request.user, "is_superuser", False))


class SuperusersOnly(_ModelAdmin):
    """The product's own permissions are asked about a thing; the admin asks about kinds, so it has its own answer."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)


class ReadOnly(SuperusersOnly):
    """What the journey of an order wrote. A hand in it would make the record lie."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class MembershipInline(_TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _is_superuser(request)


@admin.register(User)
class People(SuperusersOnly, _UserAdmin):
    list_display = ["username", "email", "is_active", "is_staff", "is_superuser", "last_login"]


@admin.register(Team)
class Teams(SuperusersOnly):
    list_display = ["name", "slug", "four_eyes", "orders_may_pay_themselves"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(Project)
class Projects(ReadOnly):
    """Staff connect and change projects in the console, where addresses are judged and credentials go in only."""

    list_display = ["name", "project_id", "modelarts_url", "heard_at", "failing_since", "disconnected_at"]
    exclude = SEALED

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*SEALED)


@admin.register(Order)
class Orders(ReadOnly):
    list_display = ["pk", "pool_name", "project", "team", "placed_by", "placed_at", "state", "needs_person"]
    list_filter = ["state", "needs_person", "project"]
    list_select_related = ["project", "team", "placed_by"]
    search_fields = ["pool_name", "work_order", "billing_order"]


@admin.register(Decision)
class Decisions(ReadOnly):
    list_display = ["pk", "order", "verdict", "by", "at", "state", "needs_person"]
    list_filter = ["verdict", "state"]
    list_select_related = ["order", "by"]


@admin.register(Comment)
class Comments(ReadOnly):
    list_display = ["pk", "order", "by", "at"]
    list_select_related = ["order", "by"]


@admin.register(Deletion)
class Deletions(ReadOnly):
    list_display = ["pk", "pool", "by", "at", "state", "needs_person"]
    list_filter = ["state"]
    list_select_related = ["pool", "by"]


@admin.register(Resize)
class Resizes(ReadOnly):
    list_display = ["pk", "pool", "by", "at", "grows", "approved_by", "state", "needs_person"]
    list_filter = ["state", "grows"]
    list_select_related = ["pool", "by", "approved_by"]


@admin.register(Intervention)
class Interventions(ReadOnly):
    list_display = ["pk", "pool", "deed", "by", "at", "state", "needs_person"]
    list_filter = ["state", "deed"]
    list_select_related = ["pool", "by"]


@admin.register(Refit)
class Refits(ReadOnly):
    list_display = ["pk", "pool", "by", "at", "retried", "state", "needs_person"]
    list_filter = ["state", "retried"]
    list_select_related = ["pool", "by"]


@admin.register(Founding)
class Foundings(ReadOnly):
    list_display = ["pk", "name", "project", "team", "by", "at", "state", "needs_person"]
    list_filter = ["state"]
    list_select_related = ["project", "team", "by"]


@admin.register(Pool)
class Pools(ReadOnly):
    list_display = ["name", "pool_id", "project", "team", "phase", "phase_since", "observed_at", "gone_at"]
    list_filter = ["phase", "project"]
    list_select_related = ["project", "team"]
    search_fields = ["name", "pool_id"]


@admin.register(PhaseChange)
class PhaseChanges(ReadOnly):
    list_display = ["pool", "was", "became", "heard_at"]
    list_select_related = ["pool"]


@admin.register(Adoption)
class Adoptions(ReadOnly):
    list_display = ["pk", "pool", "team", "by", "at"]
    list_select_related = ["pool", "team", "by"]


@admin.register(CatalogPart)
class CatalogParts(ReadOnly):
    list_display = ["project", "kind", "read_at", "failed_at"]
    list_select_related = ["project"]


@admin.register(Reading)
class Readings(ReadOnly):
    list_display = ["pk", "project", "pool", "asked_by", "asked_at", "state"]
    list_select_related = ["project", "pool", "asked_by"]


@admin.register(Probe)
class Probes(ReadOnly):
    list_display = ["pk", "project", "asked_by", "asked_at", "state"]
    list_select_related = ["project", "asked_by"]


@admin.register(Watch)
class Watches(ReadOnly):
    list_display = ["pk", "pool_name", "project", "team", "by", "since", "state", "ending", "order"]
    list_filter = ["state", "ending"]
    list_select_related = ["project", "team", "by", "order"]
