"""What one document says about a pool, in our words and no longer than our columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pools.wire.digest import digest
from pools.wire.enums import DriverState, ScopeState
from pools.wire.extras import Annotation, Label
from pools.wire.gist import Gist
from pools.wire.pool import Pool, PoolStatus
from pools.wire.reading import hear_pool

SCOPES_AT_REST = frozenset({ScopeState.ENABLED, ScopeState.ENABLE_FAILED, ScopeState.DISABLED})
DRIVERS_ON_THE_WAY = frozenset({DriverState.CREATING, DriverState.UPGRADING})


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A pool as one document shows it: `phase` empty where none was said, `created` None where none could be read."""

    pool_id: str
    name: str
    workspace_id: str
    created: datetime | None
    phase: str
    message: str
    moving: bool
    work_order: str
    billing_order: str
    gist: Gist
    document: dict[str, Any]
    fingerprint: str

    @classmethod
    def of(cls, document: dict[str, Any]) -> Sight:
        return cls.of_pool(hear_pool(document), document)

    @classmethod
    def of_pool(cls, pool: Pool, document: dict[str, Any]) -> Sight:
        """As `of`, where the document was heard already."""
        metadata = pool.metadata
        labels = metadata.labels if metadata else None
        annotations = metadata.annotations if metadata else None
        pool_id = _text(metadata.name if metadata else None, 128)
        return cls(
            pool_id=pool_id,
            name=_text(labels.name if labels else None, 64) or pool_id[:64],
            workspace_id=_text(labels.workspace_id if labels else None, 64) or "0",
            created=moment(metadata.creation_timestamp if metadata else None),
            phase=_text(pool.status.phase if pool.status else None, 64),
            message=_text(pool.status.message if pool.status else None, 10_000),
            moving=pool.status is not None and _is_moving(pool.status),
            work_order=_text(labels.extra(Label.ORDER_NAME) if labels else None, 128),
            billing_order=_text(annotations.extra(Annotation.ORDER_ID) if annotations else None, 64),
            gist=Gist.of(pool),
            document=document,
            fingerprint=digest(document),
        )


def moment(text: object) -> datetime | None:
    """A timestamp of the API as an aware datetime; None for what is no timestamp."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)


def _text(value: object, longest: int) -> str:
    return str(value)[:longest] if isinstance(value, str) else ""


def _is_moving(status: PoolStatus) -> bool:
    """Whether something of the pool is on its way that its phase does not tell."""
    resources = status.resources
    if resources and (resources.creating or resources.deleting):
        return True
    if any(scope.state not in SCOPES_AT_REST for scope in status.scope or [] if scope.state):
        return True
    return any(state in DRIVERS_ON_THE_WAY for state in _driver_states(status))


def _driver_states(status: PoolStatus) -> Iterator[str | None]:
    for driver in (status.driver.gpu, status.driver.npu) if status.driver else ():
        if driver:
            yield driver.state
