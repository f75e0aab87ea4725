"""Passwords (密码): given, made anew, changed by their owner; never recorded, never shown again.

A new password ends every other log-in: tokens are taken back here, the sessions of pages are bound
to the old password's hash and end at their next click.
"""

import secrets
from typing import Final, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from cases.grid.operations import Trail, plain
from cases.people.dated import noted, wrong
from cases.people.models import Officer
from cases.people.operations.tokens import revoke_all
from cases.rulebook.operations import one_writer

LONGEST: Final = 200
# Letters and digits nobody mistakes for one another over the phone: 12 of 31, some 59 bits.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def give_password(
    officer: Officer, password: str, *, must_change: bool = True, **trail: Unpack[Trail]
) -> None:
    """Set a password (设置密码); the change is recorded, the password is not."""
    one_writer()
    Officer.objects.select_for_update().get(pk=officer.pk)
    before = plain(officer, "password")
    officer.set_password(password)
    officer.must_change_password = must_change
    officer.save(update_fields=["password", "must_change_password"])
    revoke_all(officer, trail["at"])
    noted(officer, officer.username, "password", before, **trail)


def reset_password(officer: Officer, **trail: Unpack[Trail]) -> str:
    """Make a password anew (重置密码): shown once, to be changed at the next log-in."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    password = "-".join((letters[:4], letters[4:8], letters[8:]))
    give_password(officer, password, must_change=True, **trail)
    return password


def change_password(officer: Officer, new: str, **trail: Unpack[Trail]) -> None:
    """A person's own new password (修改密码), once the old one was asked for at the door."""
    if len(new) > LONGEST:
        raise wrong("new", f"新密码最多 {LONGEST} 个字符。")
    if officer.check_password(new):
        raise wrong("new", "新密码不能与原密码相同，请另设一个。")
    try:
        validate_password(new, officer)
    except ValidationError as weak:
        raise wrong("new", "".join(weak.messages)) from weak
    give_password(officer, new, must_change=False, **trail)
