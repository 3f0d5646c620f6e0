"""Every operation, by the section it stands in."""

from pools.endpoint.describing.call import Call, Section
from pools.endpoint.describing.calls import (
    billing,
    events,
    identity,
    networks,
    nodepools,
    nodes,
    offers,
    orders,
    pools,
    sandbox,
    tags,
    workloads,
    workspaces,
)

SECTIONS: tuple[Section, ...] = (
    pools.SECTION,
    nodes.SECTION,
    nodepools.SECTION,
    networks.SECTION,
    orders.SECTION,
    billing.SECTION,
    events.SECTION,
    tags.SECTION,
    offers.SECTION,
    workloads.SECTION,
    workspaces.SECTION,
    identity.SECTION,
    sandbox.SECTION,
)

CALLS: dict[str, Call] = {name: call for section in SECTIONS for name, call in section.calls.items()}
SECTION_OF: dict[str, Section] = {name: section for section in SECTIONS for name in section.calls}
