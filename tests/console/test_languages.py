"""Pages in the reader's language: chosen by the person, by this browser, or by what the browser asks for."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from console.templatetags.console import phase_meaning
from pools.models import Membership, Order, User
from pools.wire.enums import Phase
from tests.builders import person, team
from tests.console.scenes import Scene

pytestmark = pytest.mark.django_db

ASKS_FOR_CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}


@pytest.fixture
def mia(client: Client) -> User:
    user = person(username="mia", member_of=team())
    client.force_login(user)
    return user


def _page(client: Client, name: str, **headers: str) -> str:
    return client.get(reverse(name), headers=headers).content.decode()


def test_the_door_speaks_as_the_browser_asks(client: Client) -> None:
    page = _page(client, "sign-in", **ASKS_FOR_CHINESE)
    assert '<html lang="zh-hans"' in page
    assert "登录" in page


@pytest.mark.parametrize("asked", ["tlh", "", "zh" * 5000, "*;q=x", "ru,de;q=0.4"])
def test_whoever_asks_for_what_we_do_not_speak_is_spoken_to_in_english(client: Client, asked: str) -> None:
    assert '<html lang="en"' in _page(client, "sign-in", **{"Accept-Language": asked})


def test_the_switch_at_the_door_counts_more_than_the_browser_and_is_kept(client: Client) -> None:
    answer = client.post(reverse("language"), {"language": "en", "next": "/sign-in/?next=/teams/"})
    assert answer.headers["Location"] == "/sign-in/?next=/teams/"
    assert answer.cookies["language"]["max-age"] == 365 * 24 * 3600
    assert '<html lang="en"' in _page(client, "sign-in", **ASKS_FOR_CHINESE)


@pytest.mark.parametrize("language", ["", "tlh", "zh_Hans", "\x00"])
def test_the_switch_takes_no_language_that_is_not_offered(client: Client, language: str) -> None:
    answer = client.post(reverse("language"), {"language": language})
    assert answer.status_code == 400
    assert "language" not in answer.cookies


def test_the_switch_leads_to_no_other_site(client: Client) -> None:
    answer = client.post(reverse("language"), {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_caches_are_told_what_the_language_depends_on(client: Client) -> None:
    varies = client.get(reverse("sign-in")).headers["Vary"]
    assert {"accept-language", "cookie"} <= {word.strip().lower() for word in varies.split(",")}


def test_what_a_person_chose_counts_most(client: Client, mia: User) -> None:
    client.post(reverse("language"), {"language": "en"})
    User.objects.filter(pk=mia.pk).update(language="zh-hans")
    page = _page(client, "dashboard")
    assert '<html lang="zh-hans"' in page
    assert "资源池" in page


def test_the_choice_is_remembered_for_the_door(client: Client, mia: User) -> None:
    chosen = {"language": "zh-hans", "time_zone": "", "density": "compact", "theme": "dark"}
    client.post(reverse("preferences"), chosen)
    client.logout()
    client.cookies["language"] = "zh-hans"
    assert '<html lang="zh-hans"' in _page(client, "sign-in")


def test_taking_the_choice_back_leaves_it_to_the_browser(client: Client, mia: User) -> None:
    client.cookies["language"] = "zh-hans"
    client.post(reverse("preferences"), {"language": "", "time_zone": "", "density": "compact", "theme": "dark"})
    assert '<html lang="en"' in _page(client, "preferences")


def test_one_persons_language_is_not_the_next_ones(client: Client, mia: User) -> None:
    User.objects.filter(pk=mia.pk).update(language="zh-hans")
    client.get(reverse("dashboard"))
    assert '<html lang="en"' in _page(Client(), "sign-in")


def test_dates_are_written_as_the_language_writes_them(client: Client, mia: User) -> None:
    User.objects.filter(pk=mia.pk).update(language="zh-hans")
    Membership.objects.filter(user=mia).update(since=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    page = client.get(reverse("team", args=[mia.teams.get().slug])).content.decode()
    assert "2026年3月1日" in page


def test_time_zones_are_found_by_both_names(client: Client, mia: User) -> None:
    User.objects.filter(pk=mia.pk).update(language="zh-hans")
    assert ">Asia/Shanghai 上海<" in _page(client, "preferences")


def test_the_wire_stays_english(client: Client, mia: User) -> None:
    """Also in a thread that has just shown somebody a Chinese page."""
    User.objects.filter(pk=mia.pk).update(language="zh-hans")
    client.get(reverse("dashboard"))
    answer = client.get("/v2/p/pools", headers={"X-Language": "zh-cn", **ASKS_FOR_CHINESE})
    assert answer.json()["error_msg"].isascii()


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("No answer within 30 s.", "30秒内没有应答。"),
        ("The connection was refused.", "连接被拒绝。"),
        ("IAM gave no token: The connection was refused.", "IAM没有签发令牌：连接被拒绝。"),
        ("quota of the tenant is exhausted", "quota of the tenant is exhausted"),
        ("", ""),
    ],
)
def test_what_broke_on_the_line_is_translated_and_the_clouds_own_words_are_not(heard: str, said: str) -> None:
    with translation.override("zh-hans"):
        assert Order(failure_message=heard).trouble == said


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", ["Running", "运行中"]), ("en", ["Running"])])
def test_the_clouds_word_stands_beside_what_it_means(
    client: Client, scene: Scene, language: str, shown: list[str]
) -> None:
    pool = scene.pool(Phase.RUNNING)
    User.objects.filter(pk=scene.member.pk).update(language=language)
    client.force_login(scene.member)
    page = client.get(reverse("pool", args=[pool.pk])).content.decode()
    assert re.findall(r'class="status__(?:word|meaning)">(Running|运行中)<', page) == shown


def test_a_word_of_the_clouds_that_nobody_knows_stands_alone() -> None:
    with translation.override("zh-hans"):
        assert phase_meaning("Unheard-of") == ""
