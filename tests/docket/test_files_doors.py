"""Files at the doors (附件的门): sent by page and interface, read only through the case, and
unable to harm who opens them.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from cases.docket import vault
from cases.docket.models import AccessLog, Attachment, Case, Upload
from cases.docket.operations import erase
from cases.docket.operations.uploads import receive_upload
from cases.docket.slip import Slip
from cases.docket.transfer import LARGEST_REQUEST
from cases.intake import operations as report
from cases.law.moves import Role
from tests.docket.makers import HEIC, PDF, SVG, film, jpeg, ogg
from tests.ledger import unchanged
from tests.seats import everybody
from tests.town import NOW, Cast
from tests.walk import PLAIN, file, walk

Api = Callable[..., APIClient]
Pages = Callable[..., Client]
FILM = film(seconds=9)


def given(content: bytes, name: str, declared: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=declared or "application/octet-stream")


def added(town: Cast, case: Case, content: bytes, name: str) -> Attachment:
    """A file added to a case by the desk's note."""
    desk = town.actor(Role.DESK)
    kept = receive_upload(name, content, by=desk, at=NOW)
    report.note(case, by=desk, at=NOW, slip=Slip(files=(kept.pk,)), words="见附件")
    return Attachment.objects.latest("id")


def test_a_page_sends_a_file_and_shows_its_thumbnail(town: Cast, page: Pages) -> None:
    browser = page(Role.GRID_WORKER)
    answer = browser.post("/uploads/", {"file": given(jpeg(), "门前.jpg", "image/jpeg")})
    assert answer.status_code == 201
    told = answer.json()
    row = Upload.objects.get()
    assert told == {
        "id": str(row.pk),
        "name": "门前.jpg",
        "kind": "photo",
        "size": f"{row.size} 字节",
        "thumb_url": f"/uploads/{row.pk}/thumb/",
    }
    small = browser.get(told["thumb_url"])
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(small.content)).size == (40, 30)
    for other in (page(Role.DESK), page(Role.LEADER)):
        assert other.get(told["thumb_url"]).status_code == 404
        with unchanged():
            assert other.post(f"/uploads/{row.pk}/remove/").status_code == 404
    assert browser.post(f"/uploads/{row.pk}/remove/").status_code == 204
    assert not Upload.objects.exists()
    assert browser.get(told["thumb_url"]).status_code == 404


def test_the_interface_sends_a_file(town: Cast, api: Api) -> None:
    worker = api(Role.GRID_WORKER)
    answer = worker.post("/api/v1/uploads/", {"file": given(HEIC, "IMG_1.HEIC")})
    assert answer.status_code == 201, answer.content.decode()
    row = Upload.objects.get()
    assert answer.json() == {
        "id": str(row.pk),
        "kind": "photo",
        "name": "IMG_1.jpg",
        "size": row.size,
    }
    assert worker.get(f"/api/v1/uploads/{row.pk}/thumb/").status_code == 200
    assert api(Role.DESK).get(f"/api/v1/uploads/{row.pk}/thumb/").status_code == 404
    with unchanged():
        assert api(Role.DESK).post(f"/api/v1/uploads/{row.pk}/remove/").status_code == 404
    assert worker.post(f"/api/v1/uploads/{row.pk}/remove/").status_code == 204
    voice = {"file": given(b"\x1aE\xdf\xa3webm" + b"A_OPUS" * 9, "录音.webm"), "seconds": "12"}
    assert worker.post("/api/v1/uploads/", voice).status_code == 201
    assert Upload.objects.get().seconds == 12


BAD = {
    "0 bytes": (b"", "a.jpg", "空文件"),
    "a PDF named .jpg": (PDF, "a.jpg", "内容是PDF 文档"),
    "SVG with a script": (SVG, "a.svg", "SVG"),
    "a photo cut off": (jpeg(300, 300)[:-400], "a.jpg", "照片不完整"),
    "too large": (jpeg() + bytes(20 << 20), "a.jpg", "20 MB"),
    "larger than anything": (jpeg() + bytes(51 << 20), "a.jpg", "50 MB"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_a_problem_at_both_doors(
    town: Cast, api: Api, page: Pages, case: str
) -> None:
    content, name, words = BAD[case]
    with unchanged():
        for browser, path in ((api(Role.DESK), "/api/v1/uploads/"), (page(Role.DESK), "/uploads/")):
            answer = browser.post(path, {"file": given(content, name)})
            assert answer.status_code == 400, path
            assert answer["Content-Type"] == "application/problem+json"
            assert words in answer.json()["detail"]
            assert words in answer.json()["fields"]["files"]


def _doors(api: Any, page: Any) -> list[tuple[Any, str]]:
    return [(api, "/api/v1/uploads/"), (page, "/uploads/")]


def test_a_body_that_is_no_upload_is_a_problem(town: Cast, api: Api, page: Pages) -> None:
    desk, browser = api(Role.DESK), page(Role.DESK)
    with unchanged():
        assert browser.post("/uploads/", {}).status_code == 400
        assert browser.post("/uploads/", {"file": "text"}).status_code == 400
        assert desk.post("/api/v1/uploads/", {}).status_code == 400
        assert desk.post("/api/v1/uploads/", {}, format="json").status_code == 415
        answer = desk.post("/api/v1/uploads/", {"file": given(jpeg(), "a.jpg"), "x": "1"})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["x"])
        answer = desk.post("/api/v1/uploads/", {"file": given(jpeg(), "a.jpg"), "seconds": "-1"})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["seconds"])
        for door, path in _doors(desk, browser):
            kind = "multipart/form-data; boundary=x"
            assert door.generic("POST", path, "--x\r\nnonsense", kind).status_code == 400


def test_a_body_larger_than_any_form_is_413_unread(town: Cast, api: Api, page: Pages) -> None:
    told: dict[str, Any] = {"content_type": "multipart/form-data; boundary=x"}
    told["CONTENT_LENGTH"] = str(LARGEST_REQUEST + 1)
    with unchanged():
        for door, path in _doors(api(Role.DESK), page(Role.DESK)):
            answer = door.generic("POST", path, "--x", **told)
            assert answer.status_code == 413
            problem = answer["Content-Type"] == "application/problem+json"
            assert problem == path.startswith("/api/")


def test_of_nobodys_file_nothing_is_held(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(
        "cases.docket.transfer.FilesInMemory.receive_data_chunk", lambda *_: held.append(1)
    )
    doors: dict[str, tuple[Any, int]] = {
        "/uploads/": (Client(), 302),
        "/login/": (Client(), 400),
        "/api/v1/uploads/": (APIClient(), 401),
    }
    with unchanged():
        for path, (door, status) in doors.items():
            answer = door.post(path, {"file": given(jpeg(), "a.jpg")})
            assert answer.status_code == status, path
    assert held == []


def test_a_page_without_its_secret_sends_nothing(town: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(town.officer(Role.GRID_WORKER))
    with unchanged():
        answer = browser.post("/uploads/", {"file": given(jpeg(), "a.jpg")})
    assert answer.status_code == 403


# --- read


def test_a_file_is_read_by_those_who_see_its_case(town: Cast) -> None:
    ours = file(town)
    theirs = report.file_report(by=town.other_actor(Role.GRID_WORKER), at=NOW, **PLAIN)[0]
    mine = added(town, ours, jpeg(), "a.jpg")
    by = town.other_actor(Role.DESK)
    kept = receive_upload("a.jpg", jpeg(), by=by, at=NOW)
    report.note(theirs, by=by, at=NOW, slip=Slip(files=(kept.pk,)), words="见附件")
    others = Attachment.objects.latest("id")
    with unchanged():
        for at in everybody(town):
            for case, row in ((ours, mine), (theirs, others)):
                seen = at.post is not None and at.sees(case)
                for tail in ("", "thumb/"):
                    by_page = at.page.get(f"/attachments/{row.pk}/{tail}").status_code
                    by_api = at.api.get(f"/api/v1/attachments/{row.pk}/{tail}").status_code
                    nobody = at.post is None
                    assert by_page == (302 if nobody else 200 if seen else 404), (str(at), tail)
                    assert by_api == (401 if nobody else 200 if seen else 404), (str(at), tail)
                listed = at.api.get(f"/api/v1/cases/{case.number}/attachments/")
                assert listed.status_code == (401 if at.post is None else 200 if seen else 404)


def test_unknown_files_are_404_and_break_nothing(town: Cast, page: Pages, api: Api) -> None:
    for number in (0, 987654321, 2**63 - 1, 2**63, 10**30):
        assert page(Role.DESK).get(f"/attachments/{number}/").status_code == 404
        assert api(Role.DESK).get(f"/api/v1/attachments/{number}/").status_code == 404
    assert page(Role.DESK).get(f"/uploads/{uuid4()}/thumb/").status_code == 404
    for wrong in ("%00", "nothing"):
        assert api(Role.DESK).get(f"/api/v1/cases/{wrong}/attachments/").status_code == 404


def test_the_interface_lists_a_cases_files(
    town: Cast, api: Api, django_assert_max_num_queries: Any
) -> None:
    case = file(town)
    photo, paper = added(town, case, jpeg(), "门前.jpg"), added(town, case, PDF, "说明.pdf")
    desk = api(Role.DESK)
    desk.get(f"/api/v1/cases/{case.number}/attachments/")
    with django_assert_max_num_queries(10):
        rows = desk.get(f"/api/v1/cases/{case.number}/attachments/").json()["results"]
    assert [(r["id"], r["name"], r["kind"], r["seq"], r["who"]) for r in rows] == [
        (photo.pk, "门前.jpg", "photo", 2, "示范综合受理窗口"),
        (paper.pk, "说明.pdf", "document", 3, "示范综合受理窗口"),
    ]
    assert rows[0]["url"] == f"/api/v1/attachments/{photo.pk}/"
    assert (rows[0]["width"], rows[0]["height"], rows[1]["thumb_url"]) == (40, 30, "")
    assert desk.get(rows[0]["thumb_url"]).status_code == 200
    assert desk.get(rows[1]["url"], headers={"Accept": "application/pdf"}).content == PDF


INLINE = {
    "photo": (jpeg(), "门前.jpg", "image/jpeg", "inline"),
    "film": (film(), "现场.mp4", "video/mp4", "inline"),
    "voice": (ogg(), "录音.ogg", "audio/ogg", "inline"),
    "paper": (PDF, "说明 一.pdf", "application/pdf", "attachment"),
}


@pytest.mark.parametrize("what", INLINE)
def test_a_file_goes_out_unable_to_do_harm(town: Cast, page: Pages, what: str) -> None:
    content, name, media_type, how = INLINE[what]
    row = added(town, file(town), content, name)
    answer = page(Role.DESK).get(f"/attachments/{row.pk}/")
    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-cache"
    told = answer["Content-Disposition"]
    assert told.startswith(f"{how}; filename*=utf-8''")
    assert answer["Content-Length"] == str(row.size)


def test_a_type_put_into_the_database_is_not_believed(town: Cast, page: Pages) -> None:
    row = added(town, file(town), PDF, "a.pdf")
    for kind, media_type in (("photo", "text/html"), ("photo", "image/svg+xml"), ("x", "x")):
        Attachment.objects.filter(pk=row.pk).update(kind=kind, media_type=media_type)
        answer = page(Role.DESK).get(f"/attachments/{row.pk}/")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")


def test_what_the_reader_has_is_not_sent_again(town: Cast, page: Pages) -> None:
    row = added(town, file(town), jpeg(), "a.jpg")
    desk = page(Role.DESK)
    tag = desk.get(f"/attachments/{row.pk}/")["ETag"]
    again = desk.get(f"/attachments/{row.pk}/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    stranger = page(Role.DESK, other=True)
    other = stranger.get(f"/attachments/{row.pk}/", headers={"If-None-Match": tag})
    assert other.status_code == 404


RANGES: dict[str, tuple[int, slice]] = {
    "bytes=0-1": (206, slice(0, 2)),
    "bytes=0-": (206, slice(0, None)),
    "bytes=100-199": (206, slice(100, 200)),
    "bytes=-50": (206, slice(-50, None)),
    "bytes=-99999": (206, slice(0, None)),
    "bytes=100-99999": (206, slice(100, None)),
    "bytes=200-100": (200, slice(0, None)),
    "bytes=-": (200, slice(0, None)),
    "bytes=0-1,5-6": (200, slice(0, None)),
    "lines=0-1": (200, slice(0, None)),
    "bytes=x-y": (200, slice(0, None)),
    f"bytes={len(FILM)}-": (416, slice(0, 0)),
    "bytes=99999999999-": (416, slice(0, 0)),
    "bytes=-0": (416, slice(0, 0)),
}


def test_a_player_asks_for_parts(town: Cast, page: Pages, api: Api) -> None:
    row = added(town, file(town), FILM, "a.mp4")
    doors = ((page(Role.DESK), "/attachments/"), (api(Role.DESK), "/api/v1/attachments/"))
    whole = doors[0][0].get(f"/attachments/{row.pk}/")
    content = whole.content
    assert (whole.status_code, whole["Accept-Ranges"], len(content)) == (200, "bytes", len(FILM))
    for asked, (status, part) in RANGES.items():
        for browser, path in doors:
            answer = browser.get(f"{path}{row.pk}/", headers={"Range": asked})
            wanted = content[part]
            assert (answer.status_code, answer.content) == (status, wanted), asked
            if status == 206:
                first, end, _ = part.indices(len(FILM))
                assert answer["Content-Range"] == f"bytes {first}-{end - 1}/{len(FILM)}"
            if status == 416:
                assert answer["Content-Range"] == f"bytes */{len(FILM)}"
    stale = {"Range": "bytes=0-1", "If-Range": '"another"'}
    assert doors[0][0].get(f"/attachments/{row.pk}/", headers=stale).status_code == 200


def test_a_photo_is_sent_whole(town: Cast, page: Pages) -> None:
    row = added(town, file(town), jpeg(), "a.jpg")
    answer = page(Role.DESK).get(f"/attachments/{row.pk}/", headers={"Range": "bytes=0-1"})
    assert (answer.status_code, len(answer.content)) == (200, row.size)


def test_opening_a_file_of_a_confidential_case_leaves_a_trace(town: Cast, page: Pages) -> None:
    case = file(town)
    photo, clip = added(town, case, jpeg(), "a.jpg"), added(town, case, FILM, "a.mp4")
    desk = page(Role.DESK)
    assert desk.get(f"/attachments/{photo.pk}/").status_code == 200
    assert not AccessLog.objects.exists()
    Case.objects.filter(pk=case.pk).update(confidential=True)
    answer = desk.get(f"/attachments/{photo.pk}/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    (log,) = AccessLog.objects.all()
    assert (log.what, log.case_id, log.officer_id) == ("file", case.pk, town.officer(Role.DESK).pk)
    assert desk.get(f"/attachments/{photo.pk}/thumb/").status_code == 404
    assert f"/attachments/{photo.pk}/thumb/" not in desk.get(
        f"/reports/{case.number}/"
    ).content.decode()
    # A player's further pieces are the same reading.
    for asked in ("bytes=0-1", "bytes=100-200", "bytes=300-"):
        assert desk.get(f"/attachments/{clip.pk}/", headers={"Range": asked}).status_code == 206
    assert AccessLog.objects.filter(what="file").count() == 2
    tag = {"If-None-Match": answer["ETag"]}
    assert desk.get(f"/attachments/{photo.pk}/", headers=tag).status_code == 200
    for role in (Role.LEADER, Role.SUPERVISOR, Role.COUNTY_DESK):
        with unchanged():
            assert page(role).get(f"/attachments/{photo.pk}/").status_code == 404


def test_of_an_erased_case_nothing_is_handed_out(town: Cast, page: Pages, api: Api) -> None:
    case = file(town)
    row = added(town, case, jpeg(), "a.jpg")
    walk(town, case)
    erase(Case.objects.get(pk=case.pk), at=NOW, paper="清册")
    assert page(Role.DESK).get(f"/attachments/{row.pk}/").status_code == 404
    assert page(Role.DESK).get(f"/attachments/{row.pk}/thumb/").status_code == 404
    assert api(Role.DESK).get(f"/api/v1/attachments/{row.pk}/").status_code == 404
    listed = api(Role.DESK).get(f"/api/v1/cases/{case.number}/attachments/")
    assert listed.json() == {"results": []}


def test_a_lost_or_changed_file_is_404_not_a_broken_page(town: Cast, page: Pages) -> None:
    row = added(town, file(town), jpeg(), "a.jpg")
    path = vault._path(row.digest)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert page(Role.DESK).get(f"/attachments/{row.pk}/").status_code == 404
    path.write_bytes(b"")
    assert page(Role.DESK).get(f"/attachments/{row.pk}/").status_code == 404
    vault.delete(row.digest)
    assert page(Role.DESK).get(f"/attachments/{row.pk}/").status_code == 404
