"""What pages read. Every query starts from what the person may see, and costs as much for many rows as for one."""

from pools.queries.catalog import (
    catalog_ages,
    catalog_of,
    is_catalog_being_read,
    newest_catalog_reading,
    unanswered_orders,
)
from pools.queries.connections import connected_projects, project_page
from pools.queries.desk import decided_orders, deciders_for, deciders_of, desk_count, waiting_orders
from pools.queries.details import order_page, pool_page
from pools.queries.feed import Changes, ask_again_after, changes, cursor_from_now
from pools.queries.frame import PoolQuota, pool_quotas, project_freshness, teams_of
from pools.queries.needs import Need, NeedKind, Needs, needs_me
from pools.queries.overview import (
    FAILED,
    GONE,
    GROUPS,
    NEWEST,
    OVERDUE,
    ROWS_A_PAGE,
    SORTS,
    Counts,
    Filters,
    NodeCount,
    counted,
    dashboard,
    phase_counts,
    total,
    whole,
)
from pools.queries.paging import Found
from pools.queries.rows import Row, rows_named

__all__ = [
    "FAILED",
    "GONE",
    "GROUPS",
    "NEWEST",
    "OVERDUE",
    "ROWS_A_PAGE",
    "SORTS",
    "Changes",
    "Counts",
    "Filters",
    "Found",
    "Need",
    "NeedKind",
    "Needs",
    "NodeCount",
    "PoolQuota",
    "Row",
    "ask_again_after",
    "catalog_ages",
    "catalog_of",
    "changes",
    "connected_projects",
    "counted",
    "cursor_from_now",
    "dashboard",
    "decided_orders",
    "deciders_for",
    "deciders_of",
    "desk_count",
    "is_catalog_being_read",
    "needs_me",
    "newest_catalog_reading",
    "order_page",
    "phase_counts",
    "pool_page",
    "pool_quotas",
    "project_freshness",
    "project_page",
    "rows_named",
    "teams_of",
    "total",
    "unanswered_orders",
    "waiting_orders",
    "whole",
]
