"""Every address of the product. The embedded endpoint answers at the root, as the cloud does."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from console.health import healthz, readyz, readyz_pages
from console.metrics import metrics

handler403 = "console.entrance.refused"
handler404 = "console.entrance.not_found"
handler500 = "console.entrance.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("console.entrance")),
    path("", include("console.dashboard.urls")),
    path("orders/", include("console.wizard.urls")),
    path("approvals/", include("console.approvals.urls")),
    path("teams/", include("console.teams.urls")),
    path("projects/", include("console.projects.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("readyz/pages", readyz_pages, name="readyz-pages"),
    path("metrics", metrics, name="metrics"),
]
if settings.ENDPOINT_ENABLED:
    # First: pages are asked for by people, these by programs.
    urlpatterns.append(path("sandbox/", include("pools.endpoint.pages.urls")))
    urlpatterns[:0] = [path("", include("pools.endpoint.urls")), path("", include("pools.endpoint.describing.urls"))]
