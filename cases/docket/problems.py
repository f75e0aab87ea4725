"""Problems (问题详情): every refusal as application/problem+json (RFC 9457), in a person's
sentence.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from cases.docket.parsing import TooLarge
from cases.law.moves import Refused, Why

STATUS = {
    Why.STATE: 409,
    Why.STALE: 409,
    Why.CONFLICT: 409,
    Why.ROLE: 403,
    Why.FACTS: 400,
    Why.HIDDEN: 404,
}
TITLES = {
    400: "提交的内容有误",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求",
    406: "不支持这种格式",
    409: "现在不能这样办",
    413: "内容过大",
    415: "不支持这种格式",
    428: "缺少版本",
    429: "操作太频繁",
}


class ProblemOut(serializers.Serializer[Any]):
    """A problem as it is answered (RFC 9457)."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="办事人看得懂的一句话，说明该怎么办")
    why = serializers.CharField(required=False)
    verb = serializers.CharField(required=False)
    lawful_from = serializers.ListField(child=serializers.CharField(), required=False)
    whose = serializers.ListField(child=serializers.CharField(), required=False)
    citation = serializers.CharField(required=False)
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False
    )


class Unversioned(exceptions.APIException):
    """A move sent without the version it was looked at (428)."""

    status_code = 428
    default_detail = "请在 If-Match 中带上您看到的版本号，先读取一次再办。"
    default_code = "precondition_required"


def body(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem's members; empty ones are left out."""
    told = {"type": "about:blank", "title": TITLES.get(status, "出错了"), "status": status}
    return told | {"detail": detail} | {k: v for k, v in more.items() if v}


def of_refusal(refused: Refused) -> dict[str, Any]:
    """A refusal of the record as a problem."""
    return body(
        STATUS[refused.why],
        refused.sentence,
        why=refused.why.value,
        verb=refused.verb,
        lawful_from=list(refused.lawful_from),
        whose=list(refused.whose),
        citation=refused.citation,
        fields=refused.fields,
    )


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's answer to an error; None leaves it to the server's own page (500)."""
    if isinstance(error, Refused):
        told = of_refusal(error)
        return _answer(told["status"], told)
    if isinstance(error, Http404):
        error = exceptions.NotFound("没有这件事，或您的岗位看不到它。")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied("您的岗位没有这项权限。")
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, exceptions.Throttled):
        seconds = int(getattr(error, "wait", None) or 60)
        error.detail = exceptions.ErrorDetail(f"操作太频繁，请 {seconds} 秒后再试。", "throttled")
    if not isinstance(error, exceptions.APIException):
        return None
    fields = _fields(error.detail)
    words = " ".join(fields.values()) if fields else str(_first(error.detail))
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return _answer(error.status_code, body(error.status_code, words, fields=fields), headers)


def answer(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """A problem from outside the API's views (an unknown address, a wrong method)."""
    return JsonResponse(
        body(status, detail), status=status, content_type="application/problem+json"
    )


def _answer(status: int, told: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    response = Response(told, status=status, content_type="application/problem+json")
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _fields(detail: Any) -> dict[str, str]:
    if not isinstance(detail, dict):
        return {}
    return {str(name): str(_first(words)) for name, words in detail.items()}


def _first(detail: Any) -> Any:
    if isinstance(detail, dict):
        return _first(next(iter(detail.values()), ""))
    if isinstance(detail, list | tuple):
        return _first(detail[0]) if detail else ""
    return detail
