"""How long what was paid for lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from pools.endpoint.terms import ENDLESS, KEPT, Subscription, Turn, later
from pools.wire.enums import ResourceStatus

BOUGHT = datetime(2026, 1, 31, 12, tzinfo=UTC)
FIRST_END = datetime(2026, 2, 28, 12, tzinfo=UTC)
SECOND_END = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def bought(*, renews: bool = False, turns: tuple[Turn, ...] = (), left_at: datetime | None = None) -> Subscription:
    return Subscription(BOUGHT, 1, renews, turns, left_at)


def on(at: datetime) -> Turn:
    return Turn(at, on=True)


def off(at: datetime) -> Turn:
    return Turn(at, on=False)


def back(at: datetime) -> Turn:
    return Turn(at, on=False, refunds=True)


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    start = datetime(2028, 1, 31, tzinfo=UTC)
    assert [later(start, months) for months in (1, 12)] == [
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2029, 1, 31, tzinfo=UTC),
    ]


def test_terms_end_on_the_day_they_began_and_forget_no_day() -> None:
    terms = bought(renews=True).terms(datetime(2026, 5, 1, tzinfo=UTC))
    assert [(term.number, term.ends_at.day) for term in terms] == [(0, 28), (1, 31), (2, 30), (3, 31)]


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (-0.1, ResourceStatus.IN_USE),
        (0, ResourceStatus.EXPIRED),
        (6.9, ResourceStatus.EXPIRED),
        (7, ResourceStatus.FROZEN),
        (21.9, ResourceStatus.FROZEN),
        (22, ResourceStatus.CLOSED),
    ],
)
def test_what_nobody_renews_expires_then_freezes_then_goes(days: float, status: ResourceStatus) -> None:
    assert bought().status(FIRST_END + days * DAY) == status
    assert bought().last_end == FIRST_END
    assert timedelta(days=22) == KEPT


def test_what_renews_is_charged_a_week_before_the_end() -> None:
    one = bought(renews=True)
    assert one.ends_at(FIRST_END - 7.1 * DAY) == FIRST_END
    assert one.ends_at(FIRST_END - 7 * DAY) == SECOND_END
    assert one.terms(FIRST_END)[1].charged_at == FIRST_END - 7 * DAY


def test_what_renews_never_ends() -> None:
    assert bought(renews=True).last_end is None
    assert bought(renews=True).status(FIRST_END + 300 * DAY) == ResourceStatus.IN_USE


@pytest.mark.parametrize(
    ("turns", "end"),
    [
        ((on(BOUGHT + DAY),), None),
        ((on(FIRST_END - DAY),), None),
        ((on(FIRST_END - DAY), off(FIRST_END - DAY / 2)), SECOND_END),
        ((on(BOUGHT + DAY), off(BOUGHT + 2 * DAY)), FIRST_END),
        ((on(BOUGHT + DAY), off(FIRST_END - DAY)), SECOND_END),
        ((on(BOUGHT + DAY), back(FIRST_END - DAY)), FIRST_END),
        ((on(BOUGHT + DAY), back(FIRST_END - 2 * DAY), on(FIRST_END - DAY)), None),
        ((off(SECOND_END - 8 * DAY),), FIRST_END),
    ],
)
def test_switching_counts_until_the_end_of_the_term(turns: tuple[Turn, ...], end: datetime | None) -> None:
    assert bought(turns=turns).last_end == end


def test_switched_on_in_the_last_week_it_is_charged_then() -> None:
    one = bought(turns=(on(FIRST_END - DAY),))
    assert one.terms(FIRST_END)[1].charged_at == FIRST_END - DAY


def test_a_renewal_that_was_given_back_was_charged_all_the_same() -> None:
    one = bought(renews=True, turns=(back(FIRST_END - 2 * DAY), on(FIRST_END - DAY)))
    assert [(term.number, term.given_back) for term in one.charged(FIRST_END)] == [(0, False), (1, True), (1, False)]
    assert [term.number for term in one.terms(FIRST_END)] == [0, 1]


def test_what_was_given_back_is_renewed_no_more() -> None:
    one = bought(renews=True, left_at=BOUGHT + DAY)
    assert one.status(BOUGHT + DAY) == ResourceStatus.CLOSED
    assert len(one.terms(FIRST_END + 90 * DAY)) == 1


def test_years_are_twelve_months_and_time_ends_somewhere() -> None:
    assert Subscription(BOUGHT, 12).last_end == datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert Subscription(BOUGHT, 36, renews=True).ends_at(ENDLESS).year > 9000
