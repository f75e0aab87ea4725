"""Files in a real browser (浏览器附件): sent ahead, taken off, recorded, submitted, looked at."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from cases.docket.models import Attachment, Case, Upload
from cases.docket.operations import uploads
from cases.docket.operations.uploads import receive_upload
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Role
from tests.browser import WIDTHS, fits, log_in
from tests.docket.makers import PDF, SVG, exif, film, jpeg, ogg, picture
from tests.town import NOW, Cast
from tests.walk import file

pytestmark = pytest.mark.browser
# What the browser itself says of an answer these tests ask for.
EXPECTED = ("status of 400", "status of 409", "ERR_CONNECTION_FAILED")


@pytest.fixture(params=WIDTHS, ids=["desk", "phone"])
def screen(
    request: Any,
    browser: Browser,
    live_server: Any,
    town: Cast,
) -> Iterator[Page]:
    """A fresh browser window of one width, in which nothing goes wrong unasked."""
    width, height = request.param
    size: Any = {"width": width, "height": height}
    context = browser.new_context(viewport=size, base_url=live_server.url)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [words for words in wrong if not any(each in words for each in EXPECTED)] == []


def large() -> bytes:
    """A photo of some MB, larger than is kept, taken upright by a turned phone."""
    out = BytesIO()
    noise = Image.effect_noise((900, 700), 90).convert("RGB").resize((3600, 2800))
    noise.paste(picture(3600, 1400))
    noise.save(out, "JPEG", quality=92, exif=exif(6))
    return out.getvalue()


def chosen(page: Page, *files: tuple[str, str, bytes]) -> None:
    told: Any = [{"name": n, "mimeType": t, "buffer": b} for n, t, b in files]
    page.locator("details[open] .files-pick").set_input_files(told)


def opened(page: Page, case: Case, label: str) -> None:
    page.goto(f"/reports/{case.number}/")
    page.locator("details.move > summary", has_text=label).first.click()


def test_photos_are_sent_ahead_and_submitted_with_the_move(
    screen: Page, town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = file(town)
    log_in(screen, "desk")
    opened(screen, case, "受理")
    big = large()
    assert len(big) > 1_000_000
    arrived: list[int] = []

    def weighed(content: bytes) -> None:
        arrived.append(len(content))

    monkeypatch.setattr(uploads, "scan", weighed)
    chosen(screen, ("门前积水.jpg", "image/jpeg", big), ("说明.pdf", "application/pdf", PDF))
    kept = screen.locator("details[open] .files-list > li[data-state=kept]")
    kept.nth(1).wait_for()
    kept.nth(0).locator("img").wait_for()
    assert arrived[0] < len(big)  # made smaller on the phone
    assert arrived[1] == len(PDF)
    assert fits(screen)
    chosen(screen, ("多余.jpg", "image/jpeg", jpeg()))
    kept.nth(2).wait_for()
    screen.get_by_role("button", name="移除 多余.jpg").click()
    assert kept.count() == 2
    screen.get_by_role("button", name="确认受理").click()
    screen.locator(".case-head .state", has_text="已受理").wait_for()
    rows = list(Attachment.objects.filter(case=case).order_by("id"))
    assert [row.kind for row in rows] == ["photo", "document"]
    assert (rows[0].width, rows[0].height) == (1991, 2560)
    assert not Upload.objects.exists()
    shown = screen.locator(".gallery img").first
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("async e => { await e.decode(); return e.naturalHeight; }") == 360
    assert fits(screen)


def test_a_bad_file_says_so_and_holds_the_form_until_it_is_taken_off(
    screen: Page, town: Cast
) -> None:
    case = file(town)
    log_in(screen, "desk")
    opened(screen, case, "受理")
    chosen(screen, ("图.svg", "image/svg+xml", SVG))
    bad = screen.locator("details[open] .files-list > li[data-state=failed]")
    bad.get_by_text("不收网页和 SVG 图").wait_for()
    assert bad.get_by_role("button", name="重试").count() == 0
    screen.get_by_role("button", name="确认受理").click()
    screen.get_by_text("有附件没有传上，请重试或移除后再提交。").wait_for()
    assert Case.objects.get(pk=case.pk).state == "RECEIVED"
    assert fits(screen)
    screen.get_by_role("button", name="移除 图.svg").click()
    screen.get_by_role("button", name="确认受理").click()
    screen.locator(".case-head .state", has_text="已受理").wait_for()


def test_without_a_network_a_file_is_tried_again(screen: Page, town: Cast) -> None:
    case = file(town)
    log_in(screen, "desk")
    opened(screen, case, "受理")
    screen.route("**/uploads/", lambda route: route.abort("connectionfailed"), times=1)
    chosen(screen, ("a.jpg", "image/jpeg", jpeg()))
    screen.get_by_text("网络不通，没有传上").first.wait_for()
    screen.get_by_role("button", name="重试").click()
    screen.locator("details[open] .files-list > li[data-state=kept]").wait_for()
    screen.get_by_role("button", name="确认受理").click()
    screen.locator(".case-head .state", has_text="已受理").wait_for()
    assert case.attachments.count() == 1


def test_a_voice_note_is_recorded_with_its_seconds(screen: Page, town: Cast) -> None:
    case = file(town)
    log_in(screen, "desk")
    screen.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => {"
        "const tone = new AudioContext(), out = tone.createMediaStreamDestination();"
        "const hum = tone.createOscillator(); hum.connect(out); hum.start();"
        "return out.stream; };"
    )
    opened(screen, case, "备注")
    screen.locator("details[open] [name=words]").fill("现场录音")
    screen.locator("details[open]").get_by_role("button", name="录音").click()
    stop = screen.get_by_role("button", name=re.compile("停止（剩 5[0-9] 秒）"))
    stop.wait_for()
    screen.get_by_role("button", name="确认备注").click()
    screen.get_by_text("附件还在上传，传完再提交。").wait_for()
    screen.wait_for_timeout(1200)
    stop.click()
    screen.locator("details[open] .files-list > li[data-state=kept]").wait_for()
    screen.get_by_role("button", name="确认备注").click()
    screen.locator(".gallery audio").wait_for()
    row = Attachment.objects.get()
    assert (row.kind, row.media_type) == ("voice", "audio/webm")
    assert 1 <= row.seconds <= 8


def test_a_refused_form_still_carries_its_files(screen: Page, town: Cast) -> None:
    case = file(town)
    log_in(screen, "desk")
    opened(screen, case, "受理")
    chosen(screen, ("a.jpg", "image/jpeg", jpeg()))
    kept = screen.locator("details[open] .files-list > li[data-state=kept]")
    kept.wait_for()
    version = screen.locator("details[open] [name=version]")
    version.evaluate("e => { e.value = 9; }")
    screen.get_by_role("button", name="确认受理").click()
    screen.get_by_role("alert").filter(has_text="没有办成").wait_for()
    kept.wait_for()
    kept.locator("img").wait_for()
    screen.get_by_role("button", name="确认受理").click()
    screen.locator(".case-head .state", has_text="已受理").wait_for()
    assert case.attachments.count() == 1


def test_the_gallery_shows_every_kind_and_fits(screen: Page, town: Cast) -> None:
    case, desk = file(town), town.actor(Role.DESK)
    given = {"门前.jpg": jpeg(800, 600), "现场.mp4": film(), "录音.ogg": ogg(), "说明.pdf": PDF}
    ids = [receive_upload(n, c, by=desk, at=NOW).pk for n, c in given.items()]
    report.note(case, by=desk, at=NOW, slip=Slip(files=tuple(ids)), words="见附件")
    log_in(screen, "desk")
    screen.goto(f"/reports/{case.number}/")
    for part in ("img", "video", "audio", "a[download]"):
        assert screen.locator(f".gallery {part}").count() == 1
    assert fits(screen)
