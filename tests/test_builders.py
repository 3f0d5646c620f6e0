"""The builders make rows that the rest of the product would recognise."""

import pytest

from pools.models import Order, Pool
from tests import builders

pytestmark = pytest.mark.django_db


def test_a_waiting_order_stands_on_the_desk_of_an_admin_who_did_not_place_it() -> None:
    team = builders.team()
    orderer, admin = builders.person(admin_of=team), builders.person(admin_of=team)
    order = builders.waiting_order(team=team, placed_by=orderer)
    assert list(Order.objects.decidable_by(admin).waiting()) == [order]
    assert not Order.objects.decidable_by(orderer).waiting().exists()


def test_a_stranger_sees_nothing_of_what_the_builders_make() -> None:
    team = builders.team()
    member, stranger = builders.person(member_of=team), builders.person()
    pool = builders.pool(team=team)
    assert list(Pool.objects.visible_to(member)) == [pool]
    assert not Pool.objects.visible_to(stranger).exists()
