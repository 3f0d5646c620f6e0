"""Addresses of the dashboard, of pools and of orders."""

from django.urls import path

from console.dashboard import (
    acting,
    adopting,
    auditing,
    code,
    exporting,
    feed,
    nodes,
    orders,
    pools,
    refitting,
    resizing,
    saved,
    views,
)
from console.dashboard.tabs import TABS

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("parts/", views.parts, name="dashboard-parts"),
    path("beside/", views.aside, name="dashboard-beside"),
    path("rows.csv", exporting.as_csv, name="dashboard-csv"),
    path("rows.json", exporting.as_json, name="dashboard-json"),
    path("rows/read/", acting.read_rows, name="rows-read"),
    path("rows/adopt/", adopting.adopt, name="rows-adopt"),
    path("views/", saved.saved_views, name="saved-views"),
    path("views/<int:pk>/remove/", saved.remove, name="saved-view-remove"),
    path("changes", feed.changes, name="changes"),
    path("pools/<int:pk>/", pools.pool, name="pool"),
    *(
        path(f"pools/<int:pk>/{tab.address}/", pools.pool, {"tab": tab.address}, name=f"pool-{tab.address}")
        for tab in TABS
        if tab.address
    ),
    path("pools/<int:pk>/read/", pools.read, name="pool-read"),
    path("pools/<int:pk>/meant/", pools.mean, name="pool-mean"),
    path("pools/<int:pk>/delete/", pools.delete, name="pool-delete"),
    path("pools/<int:pk>/resize/", resizing.resize, name="pool-resize"),
    path("resizes/<int:pk>/take-back/", resizing.take_back, name="resize-take-back"),
    path("resizes/<int:pk>/remind/", resizing.remind, name="resize-remind"),
    path("pools/<int:pk>/nodes/act/", nodes.act, name="pool-nodes-act"),
    path("interventions/<int:pk>/take-back/", nodes.take_back, name="intervention-take-back"),
    path("pools/<int:pk>/refit/", refitting.refit, name="pool-refit"),
    path("pools/<int:pk>/retry/", refitting.retry, name="pool-retry"),
    path("refits/<int:pk>/take-back/", refitting.take_back, name="refit-take-back"),
    path("pools/<int:pk>/as/<slug:form>/", code.pool, name="pool-as"),
    path("pools/<int:pk>/audit/as/<slug:form>/", auditing.as_file, name="pool-audit-as"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/as/<slug:form>/", code.order, name="order-as"),
    path("orders/<int:pk>/withdraw/", orders.withdraw, name="order-withdraw"),
    path("orders/<int:pk>/look/", orders.look, name="order-look"),
    path("orders/<int:pk>/remind/", orders.remind, name="order-remind"),
    path("orders/<int:pk>/say/", orders.say, name="order-say"),
    path("orders/<int:pk>/resolve/", orders.resolve, name="order-resolve"),
]
