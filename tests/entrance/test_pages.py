"""The pages' dress: strict policy, no inline script or style, errors in plain Chinese."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cases.entrance.queries import place_name
from cases.law.moves import Role
from cases.people.models import Unit
from tests.town import COUNTY, NOW, XIASHU, Cast

TEMPLATES = sorted((Path(settings.BASE_DIR) / "cases" / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_carries_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_page_comes_with_the_strict_policy(town: Cast, page: Callable[..., Client]) -> None:
    client = page(Role.DESK)
    for path in ("/", "/cases/", "/post/", "/reports/new/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_only_the_api_page_may_write_styles(db: None) -> None:
    policy = Client().get("/api/docs/")["Content-Security-Policy"]

    assert re.search(r"style-src [^;]*'unsafe-inline'", policy)
    assert not re.search(r"script-src [^;]*unsafe", policy)


def test_the_api_describes_itself(db: None) -> None:
    told = Client().get("/api/schema/?format=json").json()

    assert told["openapi"].startswith("3.1")
    assert {"/api/v1/tokens/", "/api/v1/me/", "/api/v1/grids/locate/"} <= set(told["paths"])
    assert {"token", "session"} <= set(told["components"]["securitySchemes"])


def test_what_is_not_there_is_said_in_chinese(town: Cast, page: Callable[..., Client]) -> None:
    answer = page(Role.DESK).get("/reports/321183102-R-2026-999999/")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()
    assert Client().get("/nowhere/").status_code == 404


def test_htmx_is_told_to_write_no_styles_and_run_no_text(
    town: Cast, page: Callable[..., Client]
) -> None:
    shown = page(Role.DESK).get("/").content.decode()

    assert '"includeIndicatorStyles": false' in shown
    assert '"allowEval": false' in shown


def test_the_footer_shows_what_was_entered(
    town: Cast, page: Callable[..., Client], settings: object
) -> None:
    client = page(Role.DESK)
    assert "主办单位" not in client.get("/").content.decode()
    settings.FOOTER = {"host": "示范县人民政府"}  # type: ignore[attr-defined]
    assert "示范县人民政府" in client.get("/").content.decode()


def test_a_place_is_called_by_its_own_name(town: Cast) -> None:
    Unit.objects.filter(code=f"{COUNTY}-environment").update(path="/0/")
    Unit.objects.filter(code=f"{XIASHU}-desk").update(path="/0/")

    assert [place_name(code) for code in (XIASHU, COUNTY, "3211", "99")] == [
        "下蜀镇",
        "示范县",
        "示范设区市",
        "",
    ]


def test_the_home_page_says_how_its_lists_are_ordered(
    town: Cast, page: Callable[..., Client], filed: Callable[..., object]
) -> None:
    for _ in range(10):
        filed(NOW)

    shown = page(Role.GRID_WORKER).get("/").content.decode()

    assert "只列最新的 10 件" in shown
    assert "最急" not in shown
    assert "没有退回的事项" not in shown
    assert "只列最急的 10 件" in page(Role.DESK).get("/").content.decode()
