"""Officers (人员): accounts entered, changed, stopped; passwords made anew; certificates."""

from dataclasses import dataclass
from datetime import date, datetime

from cases.entrance.staff.doing.checks import by_today, named, paper_of
from cases.entrance.staff.scope import not_oneself, officers_kept, trail_of
from cases.law.moves import Refused
from cases.people import operations as people
from cases.people.models import Certificate, Officer
from cases.people.queries import Actor, town_day


@dataclass(frozen=True)
class NewPassword:
    """A password made anew, to be shown once."""

    officer: Officer
    password: str


def enter_officer(
    actor: Actor,
    _row: None,
    at: datetime,
    *,
    username: str,
    person: str,
    phone: str = "",
    email: str = "",
    paper: str = "",
) -> Officer:
    """Enter a person with an account."""
    trail = trail_of(actor, at, paper_of(paper))
    return people.enter_officer(username, person, phone=phone, email=email, **trail)


def change_officer(
    actor: Actor, officer: Officer, at: datetime, *, on: date, paper: str = "", **values: str
) -> Officer:
    """Change a person's name, phone or address."""
    by_today(on, at)
    if "person" in values:
        values["name"] = values.pop("person")
        if values["name"] != officer.name and values.get("pinyin") == officer.pinyin:
            values.pop("pinyin")
    return people.change_officer(officer, values, on, **trail_of(actor, at, paper_of(paper)))


def stop_officer(
    actor: Actor, officer: Officer, at: datetime, *, on: date, paper: str = ""
) -> Officer:
    """Stop an account."""
    not_oneself(actor, officer)
    by_today(on, at)
    return people.stop_officer(officer, on, **trail_of(actor, at, paper_of(paper)))


def restart_officer(
    actor: Actor, officer: Officer, at: datetime, *, on: date, paper: str = ""
) -> Officer:
    """Start an account again."""
    by_today(on, at)
    return people.restart_officer(officer, on, **trail_of(actor, at, paper_of(paper)))


def reset_password(
    actor: Actor, officer: Officer, at: datetime, *, paper: str = ""
) -> NewPassword:
    """Make a password anew; the old log-ins end."""
    not_oneself(actor, officer)
    if not officer.is_active:
        raise Refused(f"{officer.name} 的账号已停用，请先启用再重置密码。")
    made = people.reset_password(officer, **trail_of(actor, at, paper_of(paper)))
    return NewPassword(officer, made)


def enter_certificate(
    actor: Actor,
    _row: None,
    at: datetime,
    *,
    officer: str,
    certificate: str,
    number: str,
    valid_from: date,
    valid_to: date | None = None,
    paper: str = "",
) -> Certificate:
    """Enter a certificate of a person."""
    holder = named(officers_kept(actor, town_day(at)), officer)
    trail = trail_of(actor, at, paper_of(paper))
    return people.enter_certificate(holder, certificate, number, valid_from, valid_to, **trail)


def end_certificate(
    actor: Actor, row: Certificate, at: datetime, *, ends_on: date, paper: str = ""
) -> Certificate:
    """End a certificate."""
    return people.end_certificate(row, ends_on, **trail_of(actor, at, paper_of(paper)))
