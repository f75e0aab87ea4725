"""Units, officers, posts, deputies, certificates, identities, tokens (组织与人员).

Whatever changes who may do what is a dated row with its recorded change beside it. Nobody's seat is
deleted: a post ends, and who held it on a day stays answerable. Changes are made one after another
(the rulebook's own lock, taken before any row), so of two made at once the second sees the first.
"""

from cases.people.operations.identities import (
    normalised,
    remember_identities,
    remember_identity,
)
from cases.people.operations.officers import (
    change_officer,
    end_certificate,
    enter_certificate,
    enter_officer,
    restart_officer,
    stop_officer,
)
from cases.people.operations.passwords import change_password, give_password, reset_password
from cases.people.operations.posts import (
    appoint_deputy,
    end_deputy,
    end_post,
    give_post,
    retitle_post,
)
from cases.people.operations.tokens import TOKEN_LIFETIME, issue_token, revoke_all, revoke_token
from cases.people.operations.units import change_unit, close_unit, open_unit

__all__ = [
    "TOKEN_LIFETIME",
    "appoint_deputy",
    "change_officer",
    "change_password",
    "change_unit",
    "close_unit",
    "end_certificate",
    "end_deputy",
    "end_post",
    "enter_certificate",
    "enter_officer",
    "give_password",
    "give_post",
    "issue_token",
    "normalised",
    "open_unit",
    "remember_identities",
    "remember_identity",
    "reset_password",
    "restart_officer",
    "retitle_post",
    "revoke_all",
    "revoke_token",
    "stop_officer",
]
