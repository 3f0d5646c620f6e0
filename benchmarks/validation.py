"""Judging a creation, every rule included, beside `json.loads` of the same body.

python -m benchmarks.validation
"""

import json

from benchmarks.support.documents import BODIES, PROJECT, named
from benchmarks.support.timing import alternating
from pools.endpoint import catalog
from pools.wire.flavors import ResourceFlavor
from pools.wire.limits import Catalog, Drivers, FlavorFacts, NetworkFacts, judge
from pools.wire.reading import hear, parse_json

FACTS = Catalog(
    flavors={one.name: FlavorFacts.from_flavor(hear(ResourceFlavor, one.document())) for one in catalog.FLAVORS},
    networks={f"network-21e1-{PROJECT}": NetworkFacts(f"network-21e1-{PROJECT}", "Active", "0", "192.168.128.0/17")},
    workspaces=frozenset({"0"}),
    drivers=Drivers(gpu=frozenset({"470.57.02"})),
)


def main() -> None:
    print("| body | json.loads, µs | endpoint's rules | all rules and advice | with our own parsing |")
    print("| --- | --- | --- | --- | --- |")
    for name, document in BODIES.items():
        raw = named(document, "pool-ae01")
        parsed = json.loads(raw)
        verdict = judge(parsed, catalog=FACTS)
        assert verdict.is_acceptable, verdict.breaches
        seen = alternating(
            {
                "floor": lambda raw=raw: json.loads(raw),
                "breaches": lambda parsed=parsed: judge(parsed, catalog=FACTS, only_breaches=True),
                "all": lambda parsed=parsed: judge(parsed, catalog=FACTS),
                "whole": lambda raw=raw: judge(parse_json(raw), catalog=FACTS, only_breaches=True),
            }
        )
        ratios = [f"{seen[key] / seen['floor']:.1f} x" for key in ("breaches", "all", "whole")]
        print(f"| {name}, {len(raw)} bytes | {seen['floor']:.1f} | {' | '.join(ratios)} |")


if __name__ == "__main__":
    main()
