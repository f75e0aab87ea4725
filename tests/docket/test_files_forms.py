"""Files in a form (表单附件): a browser without script sends them with the form itself."""

from collections.abc import Callable
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.docket.models import Upload
from cases.law.moves import Role
from tests.docket.makers import PDF, SVG, jpeg
from tests.docket.sending import blobs, sent
from tests.ledger import unchanged
from tests.town import Cast
from tests.walk import file


def given(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def test_a_page_without_script_sends_files_with_its_form(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, browser = file(town), page(Role.DESK)
    hidden = {"key": str(uuid4()), "version": 1, "post": town.posts[Role.DESK].pk}
    files = [given("a.jpg", jpeg()), given("b.pdf", PDF)]
    path = f"/reports/{case.number}/accept/"
    for _ in range(2):  # the second click changes nothing
        for sent_file in files:
            sent_file.seek(0)
        answer = browser.post(path, hidden | {"file_upload": files})
        assert answer.status_code == 303
    assert [row.kind for row in case.attachments.order_by("id")] == ["photo", "document"]
    assert not Upload.objects.exists()


def test_a_bad_file_of_a_form_is_an_error_at_its_field(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, browser = file(town), page(Role.DESK)
    hidden = {"key": str(uuid4()), "version": 1, "post": town.posts[Role.DESK].pk}
    good, bad = given("a.jpg", jpeg()), given("b.svg", SVG)
    path = f"/reports/{case.number}/accept/"
    with unchanged():
        answer = browser.post(path, hidden | {"file_upload": [good, bad]})
        assert answer.status_code == 400
        assert "不收网页和 SVG 图" in answer.content.decode()
        answer = browser.post(path, hidden | {"files": ["x"]})
        assert answer.status_code == 400
        assert "附件已失效" in answer.content.decode()
        answer = browser.post(path, hidden | {"files": [str(uuid4())]})
        assert "重新添加" in answer.content.decode()
        answer = browser.post(path, hidden | {"files": [str(uuid4()) for _ in range(40)]})
        assert "一次最多附 9 个文件，现有 40 个" in answer.content.decode()
    assert blobs() == set()


def test_a_form_refused_for_something_else_keeps_its_files(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, browser = file(town), page(Role.DESK)
    mine, photo = sent(town), given("a.jpg", jpeg())
    hidden = {"key": str(uuid4()), "version": 7, "post": town.posts[Role.DESK].pk}
    path = f"/reports/{case.number}/accept/"
    answer = browser.post(path, hidden | {"files": [str(mine)], "file_upload": photo})
    assert answer.status_code == 409
    shown = answer.content.decode()
    for row in Upload.objects.all():
        assert f'name="files" value="{row.pk}"' in shown
    assert "已带上 2 个附件" in shown
    ids = [str(row.pk) for row in Upload.objects.all()]
    answer = browser.post(path, hidden | {"version": 1, "files": ids})
    assert answer.status_code == 303
    assert case.attachments.count() == 2
