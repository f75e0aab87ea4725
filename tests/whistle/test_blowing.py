"""Blowing by page and by API (吹哨页面与接口): one form, drafts, approvals, a report's whistle."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cases.docket.models import Case, Event
from cases.docket.queries.verify import verify_record
from cases.law.moves import Role
from cases.whistle.models import Whistle
from cases.whistle.queries.drafts import proposal_of, written
from tests.ledger import unchanged
from tests.town import COUNTY, XIASHU, Cast
from tests.whistle.way import PLAIN, blown

NEW = "/whistles/new/"
HOSTILE = ["😀" * 40, "<script>alert(1)</script>", "=cmd()|'/C calc'!A0", "‮反写", "a" * 100]


def form(town: Cast, role: Role = Role.DESK, **more: Any) -> dict[str, Any]:
    told = {"key": str(uuid4()), "post": town.posts[role].pk} | PLAIN
    return told | {"category": "0405", "village": town.village.code} | more


def opened(answer: Any) -> Case:
    assert answer.status_code == 303, answer.content.decode()[:3000]
    bits = answer["Location"].strip("/").split("/")
    named = {"pk": bits[-1]} if "drafts" in bits else {"number": bits[1]}
    return Case.objects.get(kind="whistle", **named)


def units(town: Cast) -> dict[str, Any]:
    able = [town.units[f"{COUNTY}-environment"].pk, town.units[f"{XIASHU}-centre"].pk]
    return {"lead": town.department.pk, "assisting": able[:1], "copied": able[1:]}


def test_one_form_blows_a_whistle_with_all_it_proposes(town: Cast, page: Any) -> None:
    more = units(town) | {"meet_at": "2026-11-25T09:00", "meet_place": "桥下", "lng": "119.175"}
    desk = page(Role.DESK)
    case = opened(desk.post(NEW, form(town, lat="32.165", datum="wgs84", **more)))
    drawn = Whistle.objects.get(case=case)
    assert (case.state, case.variant, case.category) == ("AWAITING_APPROVAL", "W3", "0405")
    assert (case.village.code if case.village else "") == town.village.code
    assert (case.lng, case.lat) == (119.175, 32.165)
    assert (drawn.lead_id, drawn.assisting, drawn.copied) == tuple(units(town).values())
    assert drawn.meet_at is not None
    assert drawn.meet_at.isoformat() == "2026-11-25T01:00:00+00:00"
    assert verify_record().broken == []


def test_a_form_sent_twice_blows_once(town: Cast, page: Any) -> None:
    told, desk = form(town), page(Role.DESK)
    first, second = desk.post(NEW, told), desk.post(NEW, told)
    assert first["Location"] == second["Location"]
    assert Case.objects.filter(kind="whistle").count() == 1


def test_an_emergency_goes_out_at_once_from_the_duty_seat(town: Cast, page: Any) -> None:
    case = opened(page(Role.DUTY).post(NEW, form(town, Role.DUTY, type="W1")))
    assert (case.state, case.urgent) == ("BLOWN", True)


@pytest.mark.parametrize(
    ("role", "wanted", "button"),
    [
        (Role.DESK, ["W1", "W2", "W3", "W4", "W5", "W6"], "送去报批"),
        (Role.DUTY, ["W1", "W2"], "吹哨"),
        (Role.LEADER, ["W1", "W2", "W3", "W4", "W6"], "吹哨"),
        (Role.HEAD_OF_ORGAN, ["W1", "W2", "W3", "W4", "W6"], "吹哨"),
    ],
)
def test_each_seat_is_offered_the_types_that_are_its_own(
    town: Cast, page: Any, role: Role, wanted: list[str], button: str
) -> None:
    context = page(role).get(NEW).context
    assert [card.code for card in context["types"]] == wanted
    work = {card.code: card.button for card in context["types"]}
    assert work.get("W3", "吹哨") == button


def test_a_type_that_is_not_the_seats_is_refused_and_nothing_is_written(
    town: Cast, page: Any
) -> None:
    with unchanged():
        answer = page(Role.DUTY).post(NEW, form(town, Role.DUTY, type="W3"))
    assert answer.status_code == 400
    assert "请从所列选项中选择" in answer.content.decode()


def test_a_seat_with_no_type_of_its_own_is_told_whose_they_are(town: Cast, page: Any) -> None:
    text = page(Role.DEPT_LEAD).get(NEW).content.decode()
    assert "没有可以吹的哨" in text
    assert "尚未启用" in text


@pytest.mark.parametrize("missing", ["type", "title", "ask"])
def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(
    town: Cast, page: Any, missing: str
) -> None:
    told = form(town, description="桥下积水两天", **units(town)) | {missing: ""}
    with unchanged():
        answer = page(Role.DESK).post(NEW, told)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {missing}
    assert "桥下积水两天" in text
    assert f'value="{town.department.pk}" selected' in text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_words(town: Cast, page: Any, words: str) -> None:
    desk = page(Role.DESK)
    case = opened(desk.post(NEW, form(town, title=words, ask=words)))
    text = desk.get(f"/whistles/{case.number}/").content.decode()
    assert "<script>alert" not in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "长" * 20_000},
        {"ask": "长" * 20_000},
        {"lead": "999999999"},
        {"lead": "x"},
        {"assisting": ["0"]},
        {"village": "321183109201"},
        {"category": "9999"},
        {"meet_at": "9999-99-99"},
        {"lng": "nan", "lat": "1"},
        {"happened_at": "2099-01-01T00:00"},
        {"earlier": "321183102-W-2026-999999"},
        {"earlier": "a\0b"},
        {"key": "x"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    town: Cast, page: Any, wrong: dict[str, Any]
) -> None:
    with unchanged():
        answer = page(Role.DESK).post(NEW, form(town) | wrong)
    assert answer.status_code == 400


def test_a_department_named_twice_or_forty_of_them_is_refused_at_the_dispatch_only(
    town: Cast, page: Any
) -> None:
    twice = {"lead": town.department.pk, "assisting": [town.department.pk]}
    case = opened(page(Role.LEADER).post(NEW, form(town, Role.LEADER, **twice)))
    assert case.state == "BLOWN"
    text = page(Role.DESK).get(f"/whistles/{case.number}/").content.decode()
    assert "确认派哨" in text


def test_looking_fills_in_what_is_proposed_and_sends_nothing(town: Cast, page: Any) -> None:
    desk = page(Role.DESK)
    with unchanged():
        looked = desk.post(NEW, form(town, look="1", title="桥下积水"))
        filled = desk.post(NEW, form(town, fill="1"))
        again = desk.post(NEW, form(town, again="321183102-W-2026-000001"))
    assert (looked.status_code, filled.status_code) == (200, 200)
    assert "桥下积水" in looked.content.decode()
    assert again.context["form"]["earlier"].value() == "321183102-W-2026-000001"


def test_the_preview_is_a_fragment_and_a_page(town: Cast, page: Any) -> None:
    desk = page(Role.DESK)
    part = desk.get("/whistles/preview/?category=0907", headers={"HX-Request": "true"})
    whole = desk.get("/whistles/preview/?category=%00&lead=x&assisting=-1&division=99")
    assert (part.status_code, whole.status_code) == (200, 200)
    assert "<html" not in part.content.decode()
    assert "会叫谁" in whole.content.decode()


def kept(town: Cast, page: Any, role: Role = Role.DESK, **more: Any) -> tuple[Case, Client]:
    desk = page(role)
    return opened(desk.post(NEW, form(town, role, keep="1", **more))), desk


def test_a_draft_is_kept_changed_and_sent_in_one_step(town: Cast, page: Any) -> None:
    case, desk = kept(town, page, **units(town))
    url = f"/whistles/drafts/{case.pk}/"
    assert (case.state, case.number) == ("DRAFT", None)
    shown = desk.get(url)
    assert shown.context["form"]["lead"].value() == town.department.pk
    assert url in desk.get(NEW).content.decode()
    told = form(town, title="改过的标题", version=1, send="1") | {"lead": ""}
    sent = opened(desk.post(url, told))
    assert (sent.pk, sent.state) == (case.pk, "AWAITING_APPROVAL")
    assert written(sent)["title"] == "改过的标题"
    assert Whistle.objects.get(case=case).lead_id is None
    verbs = Event.objects.filter(case=case).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["draft", "revise", "submit"]
    assert desk.get(url)["Location"] == f"/whistles/{sent.number}/"
    assert opened(desk.post(url, told)) == sent  # the same form once more
    assert verify_record().broken == []


def test_a_draft_sent_with_something_wrong_stays_as_it_was(town: Cast, page: Any) -> None:
    case, desk = kept(town, page)
    url = f"/whistles/drafts/{case.pk}/"
    told = form(town, version=1, send="1", earlier="321183102-W-2026-999999")
    stale = form(town, version=9, send="1")
    with unchanged():
        wrong, late = desk.post(url, told), desk.post(url, stale)
    assert (wrong.status_code, late.status_code) == (400, 409)


def test_a_draft_is_discarded_once_and_shows_so(town: Cast, page: Any) -> None:
    case, desk = kept(town, page)
    url = f"/whistles/drafts/{case.pk}/"
    told = {"discard": "1", "version": 1, "key": str(uuid4()), "post": town.posts[Role.DESK].pk}
    assert desk.post(url, told).status_code == 303
    case.refresh_from_db()
    assert case.state == "DISCARDED"
    assert "已作废" in desk.get(url).content.decode()
    with unchanged():
        assert desk.post(url, told | {"key": str(uuid4()), "version": 2}).status_code == 409
        assert desk.post(url, form(town, version=2, send="1")).status_code == 409


def test_a_draft_is_nobodys_but_its_writers(town: Cast, page: Any, api: Any) -> None:
    case, _ = kept(town, page)
    for role in (Role.LEADER, Role.DUTY, Role.SUPERVISOR):
        assert page(role).get(f"/whistles/drafts/{case.pk}/").status_code == 404
        assert api(role).get(f"/api/v1/whistles/drafts/{case.pk}/").status_code == 404
    for pk in (0, 2**63, 10**18):
        assert page(Role.DESK).get(f"/whistles/drafts/{pk}/").status_code == 404


def test_an_enterprise_has_its_own_short_form(town: Cast, page: Any) -> None:
    firm = page(Role.ENTERPRISE)
    shown = firm.get(NEW)
    names = set(shown.context["form"].fields)
    assert not names & {"lead", "assisting", "copied", "earlier", "urgent", "inspection"}
    assert "请不要在标题、请求和描述里写出企业名称" in shown.content.decode()
    told = form(town, Role.ENTERPRISE, type="W5", hides="on", **units(town))
    case = opened(firm.post(NEW, told))
    assert (case.state, case.veiled) == ("BLOWN", True)
    assert Whistle.objects.get(case=case).lead_id is None


def test_an_enterprise_cannot_blow_another_type(town: Cast, page: Any) -> None:
    with unchanged():
        answer = page(Role.ENTERPRISE).post(NEW, form(town, Role.ENTERPRISE, type="W1"))
    assert answer.status_code == 400


def test_the_desk_dispatches_from_what_the_draft_proposed(town: Cast, page: Any) -> None:
    case = blown(town, type="W2", category="0405", **units(town), meet_place="桥下")
    shown = page(Role.DESK).get(f"/whistles/{case.number}/")
    dispatch = next(m for m in shown.context["file"].moves if m.verb == "dispatch").form
    assert dispatch["lead"].value() == town.department.pk
    assert dispatch["assisting"].value() == units(town)["assisting"]
    assert dispatch["meet_place"].value() == "桥下"
    assert shown.context["preview"].category == "0405"
    assert proposal_of(case)["meet_place"] == "桥下"
    assert "preview" not in page(Role.LEADER).get(f"/whistles/{case.number}/").context
