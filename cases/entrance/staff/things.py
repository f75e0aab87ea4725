"""What the administrator keeps (管理对象): units, officers, posts, deputies, certificates, duties.

Each has a list, a way to be made, and acts on one row; pages and interface serve the same ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from cases.entrance.staff import scope
from cases.entrance.staff.acts import Act, acts
from cases.entrance.staff.doing import officers, posts, units
from cases.people.models import Certificate, Deputy, GridDuty, Officer, Post, Unit
from cases.people.queries import Actor


@dataclass(frozen=True)
class Thing:
    """One kind of row: its address, its name, how it is made, what is done with one of them."""

    path: str
    label: str
    make: Act
    acts: Mapping[str, Act]
    kept: Callable[[Actor, date], QuerySet[Any]]
    url: Callable[[Any], str]


def _officers(actor: Actor, today: date) -> QuerySet[Officer]:
    return scope.officers_kept(actor, today)


def _posts(actor: Actor, _today: date) -> QuerySet[Post]:
    return scope.posts_kept(actor).select_related("officer", "unit")


def _deputies(actor: Actor, _today: date) -> QuerySet[Deputy]:
    return scope.deputies_kept(actor).select_related("officer", "post__officer", "post__unit")


def _certificates(actor: Actor, today: date) -> QuerySet[Certificate]:
    return scope.certificates_kept(actor, today).select_related("officer")


def _duties(actor: Actor, _today: date) -> QuerySet[GridDuty]:
    rows = scope.duties_kept(actor).select_related("officer", "grid")
    return rows.defer("grid__boundary")


def _units(actor: Actor, _today: date) -> QuerySet[Unit]:
    return scope.units_kept(actor)


_CHANGED: Final = "修改自登记之日起生效，改前改后的内容都记入修改记录。"
UNITS: Final = Thing(
    "units",
    "单位",
    Act(
        "open",
        "设立单位",
        (
            *("name", "short_name?", "kind", "parent?", "code", "division?"),
            *("valid_from", "phone?", "vertical?", "note?", "paper?"),
        ),
        units.open_unit,
        "已设立。",
        "primary",
    ),
    acts(
        Act(
            "change",
            "修改单位",
            ("name?", "short_name?", "phone?", "note?", "on", "paper?"),
            units.change_unit,
            "已修改。",
            about=_CHANGED,
            blanks=True,
        ),
        Act(
            "hand_over",
            "移交在办件",
            ("to_unit", "paper?"),
            units.hand_over_unit,
            "已移交。",
            about="该单位在办的全部事项连同未到期的期限一并移交，期限不变。",
        ),
        Act(
            "close",
            "撤销单位",
            ("on", "paper?"),
            units.close_unit,
            "已撤销。",
            "danger",
            "撤销前，岗位须已结束，下级单位须已撤销，在办件须已移交。",
        ),
    ),
    _units,
    lambda row: f"/staff/units/{row.pk}/",
)
OFFICERS: Final = Thing(
    "officers",
    "人员",
    Act(
        "enter",
        "录入人员",
        ("username", "person", "phone?", "email?", "paper?"),
        officers.enter_officer,
        "已录入。请接着任岗，并重置密码后把初始密码交给本人。",
        "primary",
    ),
    acts(
        Act(
            "change",
            "修改人员",
            ("person?", "pinyin?", "phone?", "email?", "on", "paper?"),
            officers.change_officer,
            "已修改。",
            about=_CHANGED,
            blanks=True,
        ),
        Act(
            "reset_password",
            "重置密码",
            ("paper?",),
            officers.reset_password,
            "密码已重置。",
            about="原密码、已登录的页面和全部接口令牌立即失效；新密码只显示一次，下次登录须修改。",
        ),
        Act(
            "stop",
            "停用账号",
            ("on", "paper?"),
            officers.stop_officer,
            "已停用。其在办件请在岗位页面移交。",
            "danger",
            "停用后立即不能登录，岗位仍在；不再任职的，请结束岗位。",
        ),
        Act("restart", "启用账号", ("on", "paper?"), officers.restart_officer, "已启用。"),
    ),
    _officers,
    lambda row: f"/staff/officers/{row.pk}/",
)
POSTS: Final = Thing(
    "posts",
    "岗位",
    Act(
        "give",
        "任岗",
        ("officer", "role", "unit", "title?", "valid_from", "valid_to?", "paper?"),
        posts.give_post,
        "已任岗。",
        "primary",
    ),
    acts(
        Act(
            "end",
            "结束岗位",
            ("ends_on", "successor?", "paper?"),
            posts.end_post,
            "岗位已结束。",
            "danger",
            "结束日期当日岗位即失效，其代理（AB岗）和令牌同时失效；到期时在办件一次移交。",
        ),
        Act(
            "hand_over",
            "移交在办件",
            ("successor?", "paper?"),
            posts.hand_over_post,
            "已移交。",
            about="只移交在办件，岗位不变；期限不变。",
        ),
        Act("change", "修改职务", ("title", "on", "paper?"), posts.retitle_post, "已修改。"),
    ),
    _posts,
    lambda row: f"/staff/posts/{row.pk}/",
)
DEPUTIES: Final = Thing(
    "deputies",
    "代理（AB岗）",
    Act(
        "appoint",
        "指定代理",
        ("held_post", "officer", "valid_from", "valid_to", "paper?"),
        posts.appoint_deputy,
        "已指定代理。",
        "primary",
    ),
    acts(
        Act("end", "结束代理", ("ends_on", "paper?"), posts.end_deputy, "代理已结束。", "danger")
    ),
    _deputies,
    lambda row: f"/staff/posts/{row.post_id}/",
)
CERTIFICATES: Final = Thing(
    "certificates",
    "证件",
    Act(
        "enter",
        "登记证件",
        ("officer", "certificate", "number", "valid_from", "valid_to?", "paper?"),
        officers.enter_certificate,
        "已登记。",
        "primary",
    ),
    acts(
        Act(
            "end",
            "证件失效",
            ("ends_on", "paper?"),
            officers.end_certificate,
            "已登记失效。",
            "danger",
        )
    ),
    _certificates,
    lambda row: f"/staff/officers/{row.officer_id}/",
)
DUTIES: Final = Thing(
    "duties",
    "网格包干",
    Act(
        "assign",
        "安排包干",
        ("grid", "officer", "duty", "valid_from", "valid_to?", "paper?"),
        posts.assign_grid,
        "已安排。",
        "primary",
    ),
    acts(
        Act("end", "结束包干", ("ends_on", "paper?"), posts.release_grid, "包干已结束。", "danger")
    ),
    _duties,
    lambda row: f"/staff/duties/?q={row.grid.code}",
)
THINGS: Final = (UNITS, OFFICERS, POSTS, DEPUTIES, CERTIFICATES, DUTIES)
