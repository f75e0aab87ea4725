"""When a page goes wrong (出错页): plain Chinese that says what to do; problems for the API."""

from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.docket.problems import answer

SAID: Final = {
    400: "请求的内容无法识别，请检查后重新提交。",
    403: "您以当前岗位无权访问。",
    404: "没有这个地址，或您无权查看。",
    413: "提交的内容过大，请精简后再提交。",
    500: "系统出错，这一步可能没有办成。请先查询是否已经记录，再重试。",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what came in could not be read; 413: it was too much."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, SAID[413])
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not from this post; what the page itself said stands."""
    return _answer(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address, or not for these eyes."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: its page asks neither database nor cache."""
    return _answer(request, 500)


def _answer(request: HttpRequest, status: int, said: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return answer(request, status, said or SAID[status])
    asked = None if status == 500 else request
    page = "400.html" if status == 413 else f"{status}.html"
    return render(asked, page, {"said": said}, status=status)
