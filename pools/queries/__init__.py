"""What pages read. Every query starts from what the person may see, and costs as much for many rows as for one."""

from pools.queries.catalog import catalog_ages, catalog_of, is_catalog_being_read, newest_catalog_reading
from pools.queries.connections import connected_projects, project_page
from pools.queries.desk import decided_orders, deciders_of, desk_count, waiting_orders
from pools.queries.details import order_page, pool_page
from pools.queries.feed import Changes, changes, cursor_from_now
from pools.queries.frame import project_freshness, teams_of
from pools.queries.needs import Need, NeedKind, needs_me
from pools.queries.overview import FAILED, GROUPS, ROWS_A_PAGE, Filters, dashboard, phase_counts
from pools.queries.rows import Row, rows_named

__all__ = [
    "FAILED",
    "GROUPS",
    "ROWS_A_PAGE",
    "Changes",
    "Filters",
    "Need",
    "NeedKind",
    "Row",
    "catalog_ages",
    "catalog_of",
    "changes",
    "connected_projects",
    "cursor_from_now",
    "dashboard",
    "decided_orders",
    "deciders_of",
    "desk_count",
    "is_catalog_being_read",
    "needs_me",
    "newest_catalog_reading",
    "order_page",
    "phase_counts",
    "pool_page",
    "project_freshness",
    "project_page",
    "rows_named",
    "teams_of",
    "waiting_orders",
]
