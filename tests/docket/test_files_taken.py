"""Files with a move (随附件): taken once by whoever sent them, sealed under the case's key."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from cases.docket import vault
from cases.docket.models import Attachment, Case, Upload
from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.docket.queries.files import files_of
from cases.docket.queries.verify import verify_record
from cases.docket.seal import open_key
from cases.docket.slip import Slip
from cases.docket.sniffing.limits import A_MOVE, WAITING
from cases.intake import operations as report
from cases.law.moves import Refused, Role, Why
from tests.conftest import send
from tests.docket.makers import PDF, SVG, film, jpeg, webm
from tests.docket.sending import blobs, noted, sent
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import PLAIN, file

Api = Callable[..., APIClient]
LATER = NOW + timedelta(hours=1)


def test_a_move_takes_its_files_in_their_order_under_the_cases_key(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = file(town)
    ids = [
        sent(town, name="门前.JPG"),
        sent(town, name="说明.pdf", content=PDF),
        sent(town, name="现场.mp4", content=film()),
    ]
    before = blobs()
    with django_capture_on_commit_callbacks(execute=True):
        event = noted(town, case, ids[1], ids[0], ids[2])
    rows: list[Attachment] = list(Attachment.objects.order_by("id"))
    assert [row.kind for row in rows] == ["document", "photo", "video"]
    assert json.loads(event.text)["files"] == [row.digest for row in rows]
    assert {(row.seq, row.added_by_id, row.protected) for row in rows} == {
        (event.seq, town.officer(Role.DESK).pk, False)
    }
    assert [row.seconds for row in rows] == [0, 0, 7]
    assert not Upload.objects.exists()
    assert blobs() & before == set()
    assert blobs() == {n for row in rows for n in (row.digest, row.thumb) if n}
    case.refresh_from_db()
    key = open_key(case.wrapped_key, case.key_id)
    assert key is not None
    assert vault.read(rows[0].digest, key) == PDF
    shown = files_of(town.actor(Role.DESK), case)
    assert [view.name for view in shown] == ["说明.pdf", "门前.jpg", "现场.mp4"]
    assert verify_record().broken == []


def test_nothing_of_a_file_lies_open_on_the_disk(town: Cast) -> None:
    sent(town, name="绝密名单.pdf", content=PDF)
    noted(town, file(town), sent(town, name="举报人.pdf", content=PDF))
    for path in Path(settings.STATE).rglob("*"):
        if path.is_dir():
            assert path.stat().st_mode & 0o077 == 0 or "files" not in str(path)
            continue
        content = path.read_bytes()
        assert b"%PDF" not in content
        assert "名单".encode() not in content
        assert path.stat().st_mode & 0o777 == 0o600
    names = [*Upload.objects.values_list("name"), *Attachment.objects.values_list("name")]
    assert len(names) == 2
    for (name,) in names:
        assert "名单".encode() not in bytes(name)
        assert "举报".encode() not in bytes(name)


def test_a_report_is_filed_with_its_photos(town: Cast, api: Api) -> None:
    ids = [str(sent(town, Role.GRID_WORKER)) for _ in range(A_MOVE)]
    answer = send(api(Role.GRID_WORKER), "/api/v1/reports/", PLAIN | {"files": ids})
    assert answer.status_code == 201, answer.content.decode()
    case = Case.objects.get(number=answer.json()["number"])
    assert case.attachments.count() == 9
    assert {row.seq for row in case.attachments.all()} == {1}
    assert verify_record().broken == []


def test_forty_photos_are_refused_and_nothing_is_written(town: Cast, api: Api) -> None:
    case = file(town)
    ids = [sent(town) for _ in range(40)]
    with unchanged():
        with pytest.raises(Refused) as refusal:
            noted(town, case, *ids)
        path = f"/api/v1/reports/{case.number}/note/"
        body = {"words": "见附件", "files": [str(i) for i in ids]}
        answer = send(api(Role.DESK), path, body, 1)
    assert refusal.value.fields == {"files": "一次最多附 9 个文件，现有 40 个，请分次提交。"}
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["files"])


def test_what_is_unknown_or_anothers_or_taken_is_refused(town: Cast, api: Api) -> None:
    case = file(town)
    theirs, mine, gone = sent(town, Role.VILLAGE), sent(town), sent(town)
    noted(town, case, gone)
    lost = sent(town)
    vault.delete(Upload.objects.get(pk=lost).digest)
    with unchanged():
        for wrong in (uuid4(), theirs, gone, lost):
            with pytest.raises(Refused) as refusal:
                noted(town, case, mine, wrong)
            assert refusal.value.why is Why.FACTS
            assert "重新添加" in refusal.value.fields["files"]
    path = f"/api/v1/reports/{case.number}/note/"
    with unchanged():
        hostile: list[Any] = [["x"], "x", [None], [str(theirs)], [[]], {"a": 1}, None]
        for files in hostile:
            answer = send(api(Role.DESK), path, {"words": "见附件", "files": files}, 1)
            assert (answer.status_code, list(answer.json()["fields"])) == (400, ["files"]), files
    assert noted(town, case, mine, mine).seq == 3
    assert case.attachments.count() == 2


def test_a_refused_move_leaves_its_files_for_the_next_try(town: Cast) -> None:
    case, mine = file(town), sent(town)
    for _ in range(2):
        with unchanged(), pytest.raises(Refused):
            report.accept(
                case, by=town.actor(Role.DESK), at=NOW, slip=Slip(files=(mine,), version=7)
            )
    report.accept(case, by=town.actor(Role.DESK), at=NOW, slip=Slip(files=(mine,), version=1))
    assert case.attachments.count() == 1


def test_a_replay_answers_the_same_and_takes_nothing_twice(town: Cast, api: Api) -> None:
    case, mine = file(town), sent(town)
    desk, key = api(Role.DESK), str(uuid4())
    path, body = f"/api/v1/reports/{case.number}/accept/", {"files": [str(mine)]}
    headers = {"Idempotency-Key": key, "If-Match": '"1"'}
    first = desk.post(path, body, format="json", headers=headers)
    assert first.status_code == 200, first.content.decode()
    with unchanged():
        again = desk.post(path, body, format="json", headers=headers)
        other = desk.post(path, {"files": [str(uuid4())]}, format="json", headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert other.status_code == 409


def test_a_file_of_a_confidential_case_is_protected(town: Cast) -> None:
    case = file(town)
    Case.objects.filter(pk=case.pk).update(confidential=True)
    noted(town, Case.objects.get(pk=case.pk), sent(town))
    assert Attachment.objects.get().protected is True


def test_what_was_sent_is_anothers_secret_until_it_is_thrown_away(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    mine = sent(town)
    with unchanged():
        assert remove_upload(mine, by=town.actor(Role.VILLAGE)) is False
        assert remove_upload(uuid4(), by=town.actor(Role.DESK)) is False
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_upload(mine, by=town.actor(Role.DESK)) is True
    assert blobs() == set()


def test_an_officer_has_so_many_files_waiting_and_no_more(town: Cast) -> None:
    sent(town)
    row = Upload.objects.get()
    for _ in range(WAITING - 1):
        row.pk = uuid4()
        row.save(force_insert=True)
    with unchanged(), pytest.raises(Refused, match="请先提交或移除"):
        sent(town)
    assert sent(town, Role.VILLAGE)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN])
def test_who_keeps_the_house_sends_no_files(town: Cast, role: Role) -> None:
    with unchanged(), pytest.raises(Refused) as refusal:
        sent(town, role)
    assert refusal.value.why is Why.ROLE


NAMES = {
    "../../etc/passwd.jpg": "passwd.jpg",
    "C:\\桌面\\门前.PNG": "门前.jpg",
    "a\u202egpj.exe.jpg": "agpj.exe.jpg",
    "<script>alert(1)</script>.jpg": "script>.jpg",
    "=cmd().jpg": "=cmd().jpg",
    "😀" * 300 + ".jpg": "😀" * 116 + ".jpg",
    "\0\n.jpg": "照片.jpg",
    "": "照片.jpg",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_without_what_nobody_sees(town: Cast, name: str) -> None:
    case = file(town)
    noted(town, case, sent(town, name=name))
    (view,) = files_of(town.actor(Role.DESK), Case.objects.get(pk=case.pk))
    assert view.name == NAMES[name]


def test_a_refused_file_writes_nothing(town: Cast) -> None:
    with unchanged():
        for name, content in (("a.svg", SVG), ("a.jpg", PDF), ("a.jpg", jpeg()[:300])):
            with pytest.raises(Refused) as refusal:
                sent(town, name=name, content=content)
            assert list(refusal.value.fields) == ["files"]
    assert blobs() == set()


def test_seconds_are_what_the_file_says_or_the_phone(town: Cast) -> None:
    desk = town.actor(Role.DESK)
    for claimed, wanted in ((12, 12), (500, 60), (-3, 0), (0, 0)):
        row = receive_upload("a.webm", BytesIO(webm()), by=desk, at=NOW, seconds=claimed)
        assert (row.kind, row.seconds) == ("voice", wanted)
    assert receive_upload("a.mp4", film(), by=desk, at=NOW, seconds=50).seconds == 7
