"""Health (运行状态): down only when nobody can work, degraded when somebody must look."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from cases.docket import vault
from cases.docket.models import Deadline, WorkItem
from cases.entrance.health import CHORES_HEARTBEAT, HEARTBEAT, Health, examine, said
from cases.entrance.health.words import PARTS, rows
from cases.law.moves import Role
from cases.oversight.operations.chasing import chase
from tests.town import NOW, Cast
from tests.walk import file

WELL = datetime(2026, 6, 1, 10, 0, tzinfo=NOW.tzinfo)
CHORES_LOST = "chores: no heartbeat"


@pytest.fixture(autouse=True)
def chores_alive(own_cache: None) -> None:
    """The worker of the chores was heard of just now, whenever a test looks."""
    cache.set(CHORES_HEARTBEAT, datetime(2027, 2, 1, tzinfo=NOW.tzinfo).isoformat())


def test_the_process_answers_without_log_in(db: None) -> None:
    assert Client().get("/healthz/live").json() == {"status": "ok"}


def test_all_well(town: Cast) -> None:
    cache.set(HEARTBEAT, (WELL - timedelta(seconds=119)).isoformat())

    notes = [f"{one}: not configured" for one in ("scanner", "mail", "webhook")]
    well = {"status": "ok", "degraded": [], "down": [], "notes": notes}
    assert examine(WELL).as_dict() == well


def test_a_silent_worker_degrades(town: Cast) -> None:
    assert examine(WELL).degraded == ["worker: no heartbeat"]
    cache.set(HEARTBEAT, (WELL - timedelta(seconds=121)).isoformat())
    assert examine(WELL).degraded == ["worker: last heartbeat 121 s ago"]
    cache.set(HEARTBEAT, "nonsense")
    assert examine(WELL).degraded == ["worker: no heartbeat"]


def test_a_calendar_that_ends_within_sixty_days_degrades(town: Cast) -> None:
    ends = {
        datetime(2026, 11, 1, 23, 0, tzinfo=NOW.tzinfo): [],
        datetime(2026, 11, 2, 1, 0, tzinfo=NOW.tzinfo): ["calendar: no notice for 2027"],
        datetime(2027, 1, 1, 1, 0, tzinfo=NOW.tzinfo): ["calendar: no notice for 2027"],
    }
    for now, expected in ends.items():
        cache.set(HEARTBEAT, now.isoformat())
        assert examine(now).degraded == expected


def test_work_items_that_wait_degrade(town: Cast) -> None:
    cache.set(HEARTBEAT, WELL.isoformat())
    told: dict[str, Any] = {"kind": "bad_row", "division": "321183102", "since": NOW}
    WorkItem.objects.create(key="a", words="第 2 行", **told)
    WorkItem.objects.create(key="b", words="第 3 行", **told)
    WorkItem.objects.create(key="c", words="第 4 行", done_at=NOW, **told)

    found = examine(WELL)

    assert (found.degraded, found.down) == (["work items: 2"], [])


def test_a_backup_that_was_missed_degrades(town: Cast, settings: Any) -> None:
    cache.set(HEARTBEAT, WELL.isoformat())
    stamp = settings.STATE / "backup.json"
    told = {
        '{"made_at": "2026-05-30T10:00:00+08:00"}': [],
        '{"made_at": "2026-05-30T01:59:59+00:00"}': ["backup: last made 2 days ago"],
        '{"made_at": "2026-05-01T10:00:00+08:00"}': ["backup: last made 31 days ago"],
        '{"made_at": "2026-05-01T10:00:00"}': ["backup: its stamp cannot be read"],
        '{"made': ["backup: its stamp cannot be read"],
    }
    for text, expected in told.items():
        stamp.write_text(text)
        assert examine(WELL).degraded == expected
    stamp.unlink()
    assert examine(WELL).degraded == []


def test_what_is_degraded_still_answers_200(town: Cast) -> None:
    answer = Client().get("/healthz/ready")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["down"] == []


def test_without_a_broker_it_is_down(town: Cast, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = Client().get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["down"] == ["broker: no answer"]


def test_unapplied_migrations_are_down(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("a", False)])

    assert examine(timezone.now()).down == ["migrations: 1 not applied"]


def test_a_dead_database_is_down_and_names_no_secret(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"dbname": "x", "host": "127.0.0.1", "port": "1", "password": "secret"}
    monkeypatch.setattr(connections["default"], "get_connection_params", lambda: nowhere)

    found = examine(WELL)

    assert found.down == ["database: no answer"]
    assert "secret" not in str(found.as_dict())


def test_a_silent_worker_of_the_chores_degrades_after_half_an_hour(town: Cast) -> None:
    cache.set(HEARTBEAT, WELL.isoformat())
    for minutes, expected in ((30, []), (31, ["chores: last heartbeat 1860 s ago"])):
        cache.set(CHORES_HEARTBEAT, (WELL - timedelta(minutes=minutes)).isoformat())
        assert examine(WELL).degraded == expected
    cache.delete(CHORES_HEARTBEAT)
    assert examine(WELL).degraded == [CHORES_LOST]


def test_a_rung_that_waits_more_than_five_minutes_says_the_chase_has_stopped(town: Cast) -> None:
    file(town)
    deadline = Deadline.objects.get()
    rung = deadline.next_rung_at
    assert rung is not None
    for minutes, expected in ((4, []), (5, ["chasing: oldest rung waits 5 min"])):
        now = rung + timedelta(minutes=minutes)
        cache.set(HEARTBEAT, now.isoformat())
        assert [n for n in examine(now).degraded if n.startswith("chasing")] == expected
    late = rung + timedelta(minutes=12)
    assert shown(examine(late))["chasing"] == (
        "停了",
        "催办停了：最早一级在 12 分钟前就该发出，还没有发。",
    )
    chase(late)
    assert shown(examine(late))["chasing"] == ("正常", "")


def shown(found: Health) -> dict[str, tuple[str, str]]:
    return {row.code: (row.word, "".join(row.sentences)) for row in rows(found)}


def test_every_row_says_what_is_wrong_when_it_is_broken(
    town: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(examine(WELL))["worker"] == ("停了", "没有收到它的报到，可能没有启动。")
    cache.set(HEARTBEAT, (WELL - timedelta(minutes=7)).isoformat())
    assert shown(examine(WELL))["worker"] == ("停了", "最近一次报到在 7 分钟前。")
    cache.set(CHORES_HEARTBEAT, (WELL - timedelta(hours=2)).isoformat())
    assert shown(examine(WELL))["chores"] == ("停了", "最近一次报到在 120 分钟前。")
    assert shown(examine(WELL))["backup"] == ("注意", "还没有做过备份。")
    (settings.STATE / "backup.json").write_text('{"made_at": "2026-05-01T10:00:00+08:00"}')
    assert shown(examine(WELL))["backup"] == ("注意", "最近一次备份在 31 天前。")
    told: dict[str, Any] = {"kind": "bad_row", "division": "321183102", "since": NOW}
    WorkItem.objects.create(key="a", words="第 2 行", **told)
    assert shown(examine(WELL))["work items"][1] == "有 1 件系统办不了、要人处理的事。"
    next_year = datetime(2026, 11, 20, 10, 0, tzinfo=NOW.tzinfo)
    assert "2027 年的放假安排还没有录入" in shown(examine(next_year))["calendar"][1]
    assert shown(examine(WELL))["scanner"][0] == "未启用"
    settings.CLAMD = "tcp://127.0.0.1:1"
    assert shown(examine(WELL))["scanner"] == (
        "停了",
        "病毒扫描没有应答，附件暂时都传不上来。",
    )
    monkeypatch.setattr(vault, "writable", lambda: False)
    assert shown(examine(WELL))["files"][0] == "停了"
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    found = shown(examine(WELL))
    assert (found["broker"], "worker" in found) == (("停了", "队列没有应答。"), False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("a", False)])
    assert shown(examine(WELL))["migrations"][0] == "停了"
    nowhere = {"dbname": "x", "host": "127.0.0.1", "port": "1", "password": "secret"}
    monkeypatch.setattr(connections["default"], "get_connection_params", lambda: nowhere)
    found = shown(examine(WELL))
    assert (found["database"], "chasing" in found) == (("停了", "数据库没有应答。"), False)


def test_what_other_chapters_found_is_said_in_words() -> None:
    troubles = ["mail: 3 dead letters", "mail: oldest waits 20 min", "webhook: no secret"]
    assert [one.sentence for one in said("mail", troubles)] == [
        "有 3 条多次发送没有送达。",
        "最早的一条已等了 20 分钟。",
    ]
    assert said("webhook", troubles)[0].sentence == "没有设置签名密钥，暂不推送。"
    assert said("notices", ["notices: something new"])[0].sentence == "不正常。"
    health = Health()
    health.look("mail", said("mail", troubles))
    health.look("notices", [])
    assert (health.degraded, shown(health)["notices"]) == (troubles[:2], ("正常", ""))
    assert {part.to_do[-1] for part in PARTS.values()} == {"。"}


def test_the_page_tells_a_clerk_what_to_do_and_names_no_case(
    town: Cast, page: Any, django_assert_max_num_queries: Any
) -> None:
    case = file(town, title="路灯不亮")
    Deadline.objects.update(next_rung_at=timezone.now() - timedelta(minutes=9))
    for role in (Role.DESK, Role.SUPERVISOR, Role.DUTY, Role.SYSADMIN, Role.GRID_WORKER):
        browser = page(role)
        browser.get("/health/")
        with django_assert_max_num_queries(14):
            text = browser.get("/health/").content.decode()
        assert "催办停了：最早一级在 9 分钟前就该发出" in text
        assert "./deploy/manage chase" in text
        assert 'href="/health/"' in browser.get("/").content.decode()
        assert str(case) not in text
        assert "路灯" not in text
    assert page(Role.ENTERPRISE).get("/health/").status_code == 403


def test_a_page_left_open_does_not_keep_a_log_in_alive(town: Cast, page: Any) -> None:
    browser = page(Role.DESK)
    browser.get("/health/")
    session = browser.session
    long_since = int(timezone.now().timestamp()) - 1800
    session["seen"] = long_since
    session.save()
    browser.get("/health/", headers={"HX-Request": "true", "X-By-Itself": "1"})
    assert browser.session["seen"] == long_since
    browser.get("/health/")
    assert browser.session["seen"] > long_since
