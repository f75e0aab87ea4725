"""Mail (邮件): grouped, held at night, tried again, dead in the end; and nothing sealed in it."""

import smtplib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core import mail

from cases.docket.models import Case, Outbox, Stake
from cases.law.moves import Role
from cases.notice.models import Notice, Preference
from cases.notice.operations import sending
from cases.notice.operations.deriving import derive
from cases.notice.operations.sending import NO_ADDRESS, send
from cases.notice.queries.hours import digest_at, free_at
from cases.oversight.operations.chasing import chase
from cases.people.models import Officer
from cases.people.queries import TOWN_TIME
from cases.rulebook.queries import book
from tests.notice.mailserver import mail_server
from tests.notice.telling import addressed, mail_on
from tests.together import together
from tests.town import NOW, XIASHU, Cast
from tests.walk import SECRETS, file, walk
from tests.whistle.way import blown, dispatched_already

HOURS = yaml.safe_load((Path(__file__).parent / "hours.yaml").read_text(encoding="utf-8"))
SOON = NOW + timedelta(minutes=3)
NIGHT = NOW.replace(hour=22)  # of a Friday
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=TOWN_TIME)


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    mail_on(settings)


def states() -> list[tuple[str, int, str]]:
    rows = Notice.objects.filter(channel="mail").order_by("id")
    return list(rows.values_list("state", "attempts", "last_error"))


@pytest.mark.parametrize("row", HOURS, ids=[f"{r['at']} {r['why']}" for r in HOURS])
def test_quiet_hours(town: Cast, row: dict[str, str]) -> None:
    at, free = (datetime.fromisoformat(row[k]).replace(tzinfo=TOWN_TIME) for k in ("at", "free"))
    assert free_at(book(), XIASHU, at) == free


def test_the_digest_goes_as_the_offices_open(town: Cast) -> None:
    opens = MONDAY.replace(hour=8, minute=30)
    assert digest_at(book(), XIASHU, NOW) == opens
    assert digest_at(book(), XIASHU, MONDAY) == opens
    assert digest_at(book(), XIASHU, opens + timedelta(minutes=1)).day == 24


def test_what_waits_for_one_person_goes_as_one_mail(town: Cast) -> None:
    addressed(town, Role.DESK)
    cases = [file(town, **SECRETS) for _ in range(3)]
    derive(NOW)
    assert send(NOW).mails == 0  # it gathers for a moment
    done = send(SOON)
    assert (done.mails, done.notices, done.failed) == (1, 3, 0)
    (letter,) = mail.outbox
    assert letter.to == ["desk@example.cn"]
    assert letter.subject == "下蜀镇基层治理：3 件事项需要您看"
    for case in cases:
        assert f"上报事件 {case.number}" in letter.body
        assert f"https://town.example.cn/reports/{case.number}/#move-accept" in letter.body
    assert "请办理“受理”，最迟 2026年11月23日 周一 24:00" in letter.body
    assert states() == [("sent", 1, "")] * 3
    assert send(SOON).mails == 0


def test_no_name_no_title_no_place_leaves_by_mail(town: Cast) -> None:
    addressed(town, Role.DESK, Role.VILLAGE, Role.GRID_WORKER)
    walk(town, file(town, **SECRETS), "handle")
    derive(NOW)
    send(SOON)
    text = "".join(f"{letter.subject}{letter.body}" for letter in mail.outbox)
    assert len(mail.outbox) == 3
    assert not [word for word in SECRETS.values() if word in text]
    assert not [o.name for o in Officer.objects.all() if o.name in text]


def test_at_night_it_waits_for_the_morning_and_the_app_does_not(town: Cast) -> None:
    addressed(town, Role.DESK)
    file(town)
    derive(NIGHT)
    row = Notice.objects.get(channel="mail")
    assert (row.state, row.hold_until) == ("held", MONDAY)
    assert Notice.objects.get(channel="app").sent_at == NIGHT
    assert send(MONDAY - timedelta(minutes=1)).mails == 0
    assert send(MONDAY).mails == 1


def test_an_emergency_waits_for_nothing_and_cannot_be_switched_off(town: Cast) -> None:
    addressed(town, Role.DEPT_OFFICER)
    Preference.objects.create(officer=town.officer(Role.DEPT_OFFICER), mail=False)
    case = blown(town, Role.DUTY, type="W1")
    dispatched_already(town, case)
    derive(NIGHT)
    assert send(NIGHT).mails == 1
    assert mail.outbox[0].subject.startswith("【紧急】")


def test_violence_waits_for_nothing_either(town: Cast) -> None:
    addressed(town, Role.DESK)
    file(town, category="0902")
    derive(NIGHT)
    assert send(NIGHT).mails == 1


def test_a_quiet_rung_is_held_a_loud_one_is_not(town: Cast) -> None:
    addressed(town, Role.DESK)
    case = file(town)
    derive(NOW)
    Notice.objects.all().delete()
    chase(NOW + timedelta(days=30))
    derive(NIGHT)
    assert {row.state for row in Notice.objects.filter(channel="mail", case=case)} == {"held"}


def test_switched_off_is_off_and_the_digest_is_one_mail_a_morning(town: Cast) -> None:
    addressed(town, Role.DESK, Role.VILLAGE)
    Preference.objects.create(officer=town.officer(Role.DESK), digest=True)
    Preference.objects.create(officer=town.officer(Role.VILLAGE), mail=False)
    for _ in range(3):
        walk(town, file(town), "assign")
    derive(NOW)
    assert not Notice.objects.filter(channel="mail", role="village").exists()
    assert send(SOON).mails == 0
    assert send(MONDAY.replace(hour=8, minute=30)).mails == 1
    assert len(mail.outbox) == 1


def test_without_an_address_it_is_dead_and_says_why(town: Cast) -> None:
    file(town)
    derive(NOW)
    assert send(SOON).failed == 1
    assert states() == [("dead", 1, NO_ADDRESS)]
    assert mail.outbox == []


def test_without_a_mail_server_there_is_no_mail_to_be_sent(town: Cast, settings: Any) -> None:
    settings.MAIL_ON = False
    file(town)
    derive(NOW)
    assert list(Notice.objects.values_list("channel", flat=True)) == ["app"]


def test_who_lost_sight_reads_number_and_kind_only(town: Cast) -> None:
    addressed(town, Role.VILLAGE)
    case = walk(town, file(town), "assign")
    derive(NOW)
    Stake.objects.filter(case=case, unit=town.village).delete()
    send(SOON)
    (letter,) = mail.outbox
    assert str(case.number) in letter.body
    assert "现在已不由您办理" in letter.body
    assert "签收" not in letter.body


def test_of_a_case_that_became_confidential_nothing_is_sent(town: Cast) -> None:
    addressed(town, Role.VILLAGE)
    case = walk(town, file(town), "assign")
    derive(NOW)
    Case.objects.filter(pk=case.pk).update(confidential=True)
    Stake.objects.filter(case=case, unit=town.village).delete()
    send(SOON)
    assert mail.outbox == []
    assert Notice.objects.get(channel="mail", role="village").last_error == sending.WITHHELD


def test_a_server_that_is_down_costs_nobody_an_attempt(town: Cast, settings: Any) -> None:
    addressed(town, Role.DESK)
    for _ in range(3):
        file(town)
    derive(NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    done = send(SOON)
    assert (done.mails, done.failed, done.down) == (0, 0, "ConnectionRefusedError")
    assert states() == [("waiting", 0, "")] * 3


def test_a_refused_address_is_dead_at_once_and_stops_nobody_else(
    town: Cast, settings: Any
) -> None:
    addressed(town, Role.DESK)
    file(town)
    derive(NOW)
    with mail_server(settings, says={"RCPT": "550 no such user"}) as server:
        assert send(SOON).failed == 1
    assert server.letters == []
    assert states() == [("dead", 1, "邮箱被对方服务器拒收（550）")]


def test_a_passing_refusal_is_tried_again_later_and_later_and_then_dead(
    town: Cast, settings: Any
) -> None:
    addressed(town, Role.DESK)
    file(town)
    derive(NOW)
    at, waits = SOON, []
    with mail_server(settings, says={"RCPT": "451 greylisted"}):
        for _ in range(5):
            send(at)
            row = Notice.objects.get(channel="mail")
            assert row.state == "failed"
            assert row.next_try_at is not None
            waits.append((row.next_try_at - at).total_seconds())
            assert send(row.next_try_at - timedelta(seconds=1)).failed == 0
            at = row.next_try_at
        send(at)
    assert waits == [60, 300, 1800, 7200, 21600]
    assert states() == [("dead", 6, "邮箱被对方服务器拒收（451）")]


@pytest.mark.parametrize("stage", ["MAIL", "DATA"])
def test_a_server_that_hangs_up_on_everybody_costs_one_person_one_try(
    town: Cast, settings: Any, stage: str
) -> None:
    addressed(town, Role.DESK, Role.VILLAGE, Role.GRID_WORKER)
    walk(town, file(town), "handle")
    derive(NOW)
    with mail_server(settings, hangs_up=stage) as server:
        assert send(SOON).down == "SMTPServerDisconnected"
    assert sorted({(state, tries) for state, tries, _ in states()}) == [
        ("failed", 1),
        ("waiting", 0),
    ]
    assert server.connections == 3  # the run, and once after each
    with mail_server(settings) as server:
        assert send(SOON + timedelta(minutes=1)).mails == 3


def test_one_mail_the_server_hangs_up_over_stops_nobody_elses_and_dies(
    town: Cast, settings: Any
) -> None:
    addressed(town, Role.DESK, Role.VILLAGE)
    walk(town, file(town), "assign")
    derive(NOW)
    with mail_server(settings, shuns="desk@example.cn") as server:
        done = send(SOON)
        assert (done.mails, done.failed, done.down) == (1, 1, "")
        assert [to for to, _ in server.letters] == ["village@example.cn"]
        for hour in range(1, 16):
            send(SOON + timedelta(hours=hour))
    row = Notice.objects.get(channel="mail", role="desk")
    assert (row.state, row.attempts) == ("dead", 6)
    assert row.last_error == "邮件发不出去：邮件服务器中断连接（SMTPServerDisconnected）"


def test_a_refused_sender_is_ours_to_mend(town: Cast, settings: Any) -> None:
    addressed(town, Role.DESK)
    file(town)
    derive(NOW)
    with mail_server(settings, says={"MAIL": "553 not you"}):
        assert send(SOON).down == "SMTPSenderRefused 553"
    assert states() == [("waiting", 0, "")]


def test_killed_in_the_middle_it_is_sent_once_more_and_never_doubled(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(town, Role.DESK)
    file(town)
    derive(NOW)

    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", killed)
        with pytest.raises(Killed):
            send(SOON)
    assert states() == [("failed", 1, "")]
    assert send(SOON).mails == 0  # the one who is gone still has it to itself
    assert send(SOON + sending.LEASE).mails == 1
    assert Notice.objects.filter(channel="mail").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(town: Cast) -> None:
    addressed(town, Role.DESK, Role.VILLAGE, Role.GRID_WORKER)
    for _ in range(4):
        walk(town, file(town), "handle")
    derive(NOW)
    found = together(*[lambda: send(SOON) for _ in range(4)])
    assert [one for one in found if isinstance(one, Exception)] == []
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        "desk@example.cn",
        "grid_worker@example.cn",
        "village@example.cn",
    ]
    assert {state for state, _, _ in states()} == {"sent"}


def test_what_was_derived_twice_is_mailed_once(town: Cast) -> None:
    addressed(town, Role.DESK)
    file(town)
    derive(NOW)
    send(SOON)
    Outbox.objects.update(taken_at=None)
    derive(SOON)
    send(SOON + timedelta(minutes=5))
    assert len(mail.outbox) == 1


def test_every_refusal_of_a_mail_server_is_an_os_error() -> None:
    # `sending` asks for the narrower ones first and relies on it.
    assert issubclass(smtplib.SMTPException, OSError)
