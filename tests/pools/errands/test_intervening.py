"""What is done to single nodes, exactly once: over a real connection that answers, fails and lies."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from pools import approving, carrying, intervening, ordering, speaking, submitting, tracking
from pools.deeds import Deed
from pools.endpoint import nodekeeping, nodemarking
from pools.endpoint.models import HostedPool, NodeJob
from pools.gleaning import NodeFact
from pools.models import Attention, Detail, Intervention, Membership, Pool, Trouble
from pools.states import ErrandState
from pools.wire.enums import Phase
from tests import builders, faulty
from tests.pools.errands.conftest import PROJECT_ID, READ_TIMEOUT, Abroad, attend_until_settled, fresh
from tests.pools.errands.test_resizing import looked_at_until

pytestmark = pytest.mark.django_db(transaction=True)

CALLS = {deed: ("POST", f"/nodes/batch-{'reboot' if deed is Deed.RESTART else deed}") for deed in Deed}
FLAVOR = "modelarts.vm.cpu.8ud"
LOST = [
    (Deed.LOCK, faulty.drop_answer),
    (Deed.RESTART, faulty.drop_answer),
    (Deed.RESTART, faulty.done_but(500)),
    (Deed.DELETE, faulty.delay_answer(3 * READ_TIMEOUT)),
]


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    settings.DECISION_UNDO_SECONDS = 0


@pytest.fixture
def pool(abroad: Abroad) -> Pool:
    """A pool of three nodes, which are known here."""
    body = builders.payload(
        name="pool-one",
        network={"name": f"network-21e1-{PROJECT_ID}"},
        resources=[{"flavor": FLAVOR, "count": 3, "maxCount": 3, "azs": [{"az": "cn-north-4a", "count": 3}]}],
    )
    order = abroad.order(body=body)
    with override_settings(UPSTREAM_READ_TIMEOUT=30):
        submitting.submit(order)
    Pool.objects.filter(order=order).update(phase="Waiting")
    carrying.carry_out(approving.approve(fresh(order), by=abroad.admin))
    return read(looked_at_until(Phase.RUNNING))


def read(pool: Pool) -> Pool:
    """With its details as they are abroad by now."""
    tracking.detailing.read_details(pool, speaking.client_for(pool.project_id))
    return Pool.objects.get()


def known(pool: Pool) -> dict[str, NodeFact]:
    return {node.name: node for node in NodeFact.read(pool.details.get(kind=Detail.Kind.NODES).document)}


def asked(pool: Pool, deed: Deed, *, nodes: int = 1) -> Intervention:
    """Asked for by whoever ordered the pool, about its first nodes."""
    assert pool.order
    chosen = sorted(known(pool))[:nodes]
    seen = intervening.choose(pool, deed, chosen).seen
    return intervening.ask(pool, deed, by=pool.order.placed_by, names=chosen, seen=seen, typed_name=pool.name)


def locked(name: str) -> None:
    """Somebody locks it abroad."""
    nodemarking.lock(HostedPool.objects.get(), [name], locked=True)


def abroad_now(pool: Pool) -> dict[str, NodeFact]:
    return known(read(pool))


@pytest.mark.parametrize("deed", Deed)
def test_it_is_done_abroad_and_told_at_once(abroad: Abroad, pool: Pool, deed: Deed) -> None:
    [name, *_] = sorted(known(pool))
    if deed is Deed.UNLOCK:
        locked(name)
    intervention = asked(read(pool), deed)

    carrying.carry_out(intervention)

    assert (fresh(intervention).state, fresh(intervention).due_at) == (ErrandState.DONE, None)
    assert Attention.objects.due().get().pool == pool
    node, jobs = abroad_now(pool).get(name), NodeJob.objects.filter(kind="reboot-node")
    told = {
        Deed.LOCK: node and node.locked,
        Deed.UNLOCK: node and not node.locked,
        Deed.RESTART: [job.ident for job in jobs] == [fresh(intervention).job],
        Deed.DELETE: node is None or node.phase == "Deleting",
    }
    assert told[deed]


@pytest.mark.shows("ClientWatching.nodes-once")
@pytest.mark.parametrize(("deed", "fault"), LOST)
def test_what_was_done_and_not_heard_is_found_out_and_done_once(
    abroad: Abroad, pool: Pool, fault: faulty.Fault, deed: Deed
) -> None:
    intervention = asked(pool, deed)
    abroad.proxy.next(*CALLS[deed], fault)

    carrying.carry_out(intervention)
    assert fresh(intervention).state == ErrandState.IN_DOUBT

    attend_until_settled(intervention)
    assert fresh(intervention).state == ErrandState.DONE
    assert (abroad.proxy.calls(*CALLS[deed]), NodeJob.objects.count()) == (1, int(deed is Deed.RESTART))


def test_a_deletion_that_never_arrived_is_sent_again(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.DELETE)
    abroad.proxy.next(*CALLS[Deed.DELETE], faulty.drop_request)

    carrying.carry_out(intervention)
    carrying.settle_errand(fresh(intervention))
    # Not as long as it may be on its way.
    assert fresh(intervention).state == ErrandState.IN_DOUBT

    attend_until_settled(intervention)
    assert (fresh(intervention).state, abroad.proxy.calls(*CALLS[Deed.DELETE])) == (ErrandState.DONE, 2)


def test_a_restart_that_nobody_can_tell_of_is_not_sent_again(abroad: Abroad, pool: Pool) -> None:
    nodekeeping.work(HostedPool.objects.get(), sorted(known(pool)), kind=NodeJob.Kind.REBOOT)
    intervention = asked(pool, Deed.RESTART)
    abroad.proxy.next(*CALLS[Deed.RESTART], faulty.drop_request)

    carrying.carry_out(intervention)
    attend_until_settled(intervention)

    assert (fresh(intervention).state, fresh(intervention).failure_code) == (ErrandState.FAILED, Trouble.NOT_TOLD)
    assert abroad.proxy.calls(*CALLS[Deed.RESTART]) == 1


def test_what_was_noted_for_a_restart_that_was_turned_away_proves_nothing_about_the_next(
    abroad: Abroad, pool: Pool
) -> None:
    intervention = asked(pool, Deed.RESTART)
    abroad.proxy.next(*CALLS[Deed.RESTART], faulty.answer(429))
    carrying.carry_out(intervention)
    assert (fresh(intervention).state, fresh(intervention).jobs_before) == (ErrandState.RECORDED, None)


def test_a_restart_may_be_on_its_way_from_when_the_jobs_were_read(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.RESTART)
    abroad.proxy.next("GET", "/jobs", faulty.delay_answer(0.6 * READ_TIMEOUT))
    abroad.proxy.next(*CALLS[Deed.RESTART], faulty.drop_answer)
    began = timezone.now()
    carrying.carry_out(intervention)
    sent = fresh(intervention).last_sent_at
    assert sent
    assert (sent - began).total_seconds() >= 0.6 * READ_TIMEOUT


@pytest.mark.parametrize("was_done", [True, False])
def test_a_worker_that_died_leaves_a_restart_done_once(abroad: Abroad, pool: Pool, *, was_done: bool) -> None:
    intervention = asked(pool, Deed.RESTART)
    intervention.claim(ErrandState.SENDING, until=timezone.now())
    if was_done:
        carrying.kinds.tell(fresh(intervention), speaking.client_for(abroad.project.pk))
        Intervention.objects.update(lease_until=timezone.now(), job="")

    submitting.attend(fresh(intervention))
    assert fresh(intervention).failure_code == Trouble.DIED

    attend_until_settled(intervention)
    assert (fresh(intervention).state, abroad.proxy.calls(*CALLS[Deed.RESTART])) == (ErrandState.DONE, 1)


def test_a_node_that_was_locked_since_is_not_deleted(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.DELETE)
    locked(intervention.nodes[0].name)

    carrying.carry_out(intervention)

    assert (fresh(intervention).state, fresh(intervention).failure_code) == (ErrandState.FAILED, Trouble.OTHER_NODES)
    assert abroad.proxy.calls(*CALLS[Deed.DELETE]) == 0


def test_of_nodes_of_which_one_is_gone_none_is_restarted(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.RESTART, nodes=2)
    nodekeeping.delete(HostedPool.objects.get(), [intervention.nodes[0].name])

    carrying.carry_out(intervention)

    assert fresh(intervention).failure_code == Trouble.OTHER_NODES
    assert abroad.proxy.calls(*CALLS[Deed.RESTART]) == 0


def test_the_last_node_stays_whoever_took_the_others(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.DELETE, nodes=2)
    [kept] = set(known(pool)) - {node.name for node in intervention.nodes}
    nodekeeping.delete(HostedPool.objects.get(), [kept])

    carrying.carry_out(intervention)

    assert fresh(intervention).failure_code == Trouble.OTHER_NODES
    assert abroad.proxy.calls(*CALLS[Deed.DELETE]) == 0


def test_a_refusal_is_told_in_the_words_of_the_cloud(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.DELETE)
    abroad.proxy.next(*CALLS[Deed.DELETE], faulty.answer(400, "ModelArts.50004000", "not this one"))

    carrying.carry_out(intervention)

    assert (fresh(intervention).state, fresh(intervention).trouble) == (ErrandState.FAILED, "not this one")


def test_a_lock_that_is_not_told_of_every_node_is_looked_after(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.LOCK)
    abroad.proxy.next(
        *CALLS[Deed.LOCK], faulty.say({"nodes": [{"name": intervention.nodes[0].name, "status": "failed"}]})
    )

    carrying.carry_out(intervention)
    assert fresh(intervention).state == ErrandState.IN_DOUBT

    attend_until_settled(intervention)
    assert (fresh(intervention).state, abroad.proxy.calls(*CALLS[Deed.LOCK])) == (ErrandState.DONE, 2)


def test_somebody_who_left_does_nothing_any_more(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.RESTART)
    Membership.objects.filter(user=intervention.by).delete()

    carrying.carry_out(intervention)

    assert fresh(intervention).failure_code == Trouble.NOT_YOURS
    assert abroad.proxy.calls(*CALLS[Deed.RESTART]) == 0


def test_the_deletion_of_the_whole_pool_wins(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.DELETE)
    ordering.delete(pool, by=intervention.by, typed_name=pool.name)

    carrying.carry_out(intervention)

    assert fresh(intervention).failure_code == Trouble.DELETED
    assert abroad.proxy.calls(*CALLS[Deed.DELETE]) == 0


def test_a_pool_that_lost_nodes_here_is_as_it_was_ordered(abroad: Abroad, pool: Pool) -> None:
    carrying.carry_out(asked(pool, Deed.DELETE))

    tracking.weighing.weigh(looked_at_until(Phase.RUNNING))

    assert (Pool.objects.get().nodes_wanted, Pool.objects.get().drift) == (2, "")


def test_a_restart_is_followed_until_the_cloud_says_what_came_of_it(abroad: Abroad, pool: Pool) -> None:
    intervention = asked(pool, Deed.RESTART)
    carrying.carry_out(intervention)

    for _ in range(30):
        for attention in Attention.objects.due():
            tracking.detail(attention)
        if fresh(intervention).job_is_over:
            break
        assert Attention.objects.filter(due_at__isnull=False).exists()
        Attention.objects.update(due_at=timezone.now())
        time.sleep(0.1)

    assert (fresh(intervention).state, fresh(intervention).job_phase) == (ErrandState.DONE, "Success")
    assert not Attention.objects.filter(due_at__isnull=False).exists()
