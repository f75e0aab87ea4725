"""Officers (人员): entered, changed, stopped and started again, with their certificates."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Unpack

from django.db import transaction

from cases.grid.operations import Trail, pinyin_of, plain
from cases.law.moves import Refused
from cases.people.dated import changed, end, in_order, line, not_twice, noted, wrong
from cases.people.models import Certificate, CertificateKind, Officer
from cases.people.operations.tokens import revoke_all
from cases.rulebook.operations import one_writer

LINES: Final = {
    "name": ("姓名", 60),
    "pinyin": ("拼音", 200),
    "phone": ("电话", 40),
    "email": ("邮箱", 254),
}
_USERNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{1,59}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE: Final = re.compile(r"[0-9+*#()（）\- 转]{3,40}")


@transaction.atomic
def enter_officer(
    username: str,
    name: str,
    *,
    phone: str = "",
    email: str = "",
    demonstration: bool = False,
    **trail: Unpack[Trail],
) -> Officer:
    """Enter a person (录入人员) with an account that cannot log in until a password is given."""
    one_writer()
    username = checked_username(username)
    if Officer.objects.filter(username__iexact=username).exists():
        raise wrong("username", f"用户名 {username} 已被使用，请换一个。")
    told = checked_lines({"name": name, "phone": phone, "email": email})
    officer = Officer(
        username=username,
        pinyin=pinyin_of(told["name"]),
        demonstration=demonstration,
        **told,
    )
    officer.set_unusable_password()
    officer.save()
    noted(officer, username, "enter", None, **trail)
    return officer


@transaction.atomic
def change_officer(
    officer: Officer,
    values: Mapping[str, str | bool],
    on: date | None = None,
    **trail: Unpack[Trail],
) -> Officer:
    """Change name, pinyin, phone, email or `is_active` (停用/启用) of a person."""
    one_writer()
    for field in set(values) - {*LINES, "is_active"}:
        raise wrong(field, f"“{field}”不能在这里修改。")
    officer = Officer.objects.select_for_update().get(pk=officer.pk)
    before = plain(officer, "password")
    told = checked_lines({k: str(v) for k, v in values.items() if k in LINES})
    names = changed(officer, told | {k: v for k, v in values.items() if k not in LINES})
    if "name" in names and "pinyin" not in values:
        officer.pinyin = pinyin_of(officer.name)
        names.append("pinyin")
    officer.save(update_fields=names)
    noted(officer, officer.username, "change", before, on=on, **trail)
    return officer


@transaction.atomic
def stop_officer(officer: Officer, on: date, **trail: Unpack[Trail]) -> Officer:
    """Stop an account (停用账号): its log-ins end at the next click, its tokens at once."""
    one_writer()
    if not Officer.objects.get(pk=officer.pk).is_active:
        raise Refused(f"{officer.name} 的账号已经停用，不必重复停用。")
    stopped = change_officer(officer, {"is_active": False}, on, **trail)
    revoke_all(stopped, trail["at"])
    return stopped


@transaction.atomic
def restart_officer(officer: Officer, on: date, **trail: Unpack[Trail]) -> Officer:
    """Start a stopped account again (启用账号); its old password still holds."""
    one_writer()
    if Officer.objects.get(pk=officer.pk).is_active:
        raise Refused(f"{officer.name} 的账号正在使用，不必启用。")
    return change_officer(officer, {"is_active": True}, on, **trail)


@transaction.atomic
def enter_certificate(
    officer: Officer,
    kind: str,
    number: str,
    valid_from: date,
    valid_to: date | None = None,
    **trail: Unpack[Trail],
) -> Certificate:
    """Enter a certificate (证件) with its number and the days it is valid."""
    one_writer()
    if kind not in CertificateKind.values:
        raise wrong("certificate", "请从所列证件种类中选择。")
    number = line("number", "证号", 60, number, must=True)
    in_order(valid_from, valid_to)
    same = Certificate.objects.filter(kind=kind, number=number)
    not_twice(same, valid_from, valid_to, f"证号 {number} 在这些日期已登记，请核对。")
    certificate = Certificate.objects.create(
        officer=officer, kind=kind, number=number, valid_from=valid_from, valid_to=valid_to
    )
    noted(certificate, str(certificate.pk), "enter", None, **trail)
    return certificate


def end_certificate(certificate: Certificate, on: date, **trail: Unpack[Trail]) -> Certificate:
    """End a certificate (证件失效)."""
    return end(certificate, on, **trail)


def checked_username(username: str) -> str:
    """A user name as it is stored; Refused when it could not be typed at the log-in."""
    username = line("username", "用户名", 60, username, must=True)
    if not _USERNAME.fullmatch(username):
        words = "用户名只能用字母、数字和 . _ - @，2 至 60 个，以字母或数字开头。"
        raise wrong("username", words)
    return username


def checked_lines(values: Mapping[str, str]) -> dict[str, str]:
    """A person's lines, cleaned; Refused for a phone or an address that cannot be one."""
    told = {f: line(f, *LINES[f], value, must=f == "name") for f, value in values.items()}
    if told.get("phone") and not _PHONE.fullmatch(told["phone"]):
        raise wrong("phone", "电话只能填数字、+、-、括号和“转”，请核对。")
    if told.get("email") and not _EMAIL.fullmatch(told["email"]):
        raise wrong("email", "邮箱格式不对，应如 name@example.gov.cn。")
    return told
