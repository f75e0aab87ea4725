"""The API's own description (接口说明): OpenAPI 3.1 and a page to try it, served offline.

The page's library writes styles into the document; its own style rule is relaxed here and nowhere
else.
"""

from typing import Any, Final

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_TYPE: Final = "application/problem+json"
_PROBLEM: Final = {_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
_WAIT: Final = {
    "Retry-After": {
        "description": "多少秒后再试",
        "schema": {"type": "integer", "minimum": 1},
    }
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token travels."""

    target_class = "cases.entrance.acting.TokenAuthentication"
    name = "token"
    match_subclasses = True

    def get_security_definition(self, _auto_schema: Any) -> dict[str, Any]:
        """A bearer token from `POST /api/v1/tokens/`."""
        return {"type": "http", "scheme": "bearer", "description": "POST /api/v1/tokens/"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the pages' own log-in travels."""

    target_class = "cases.entrance.acting.SessionAuthentication"
    name = "session"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, Any]:
        """The session cookie, with the CSRF header on every POST."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def every_answer(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What any address may answer beside what its view says (a hook of the description).

    401 without a log-in, 403 and 404 by seat, 413 and 415 by what was sent, 429 by how often, 500
    never on purpose. All are problem details.
    """
    told = result.get("components", {}).get("schemas", {})
    for path, item in result.get("paths", {}).items():
        for verb, operation in item.items():
            if verb in _VERBS and "ProblemOut" in told:
                _complete(path, operation)
    return result


def _complete(path: str, operation: dict[str, Any]) -> None:
    answers = operation.setdefault("responses", {})
    wanted = {"429": "超出每分钟的次数，过 Retry-After 秒再试"}
    if operation.get("parameters") or "requestBody" in operation:
        wanted["400"] = "提交的内容有误"
    if any(operation.get("security", [])):
        wanted |= {"401": "未登录或登录已失效", "403": "当前岗位无权办理"}
    if "{" in path:
        wanted["404"] = "没有这件事，或当前岗位看不到"
    if "requestBody" in operation:
        wanted |= {"413": "内容过大", "415": "不支持这种格式"}
    for status, answer in answers.items():
        if status >= "400":
            _as_problem(answer)
    for status, words in wanted.items():
        answers.setdefault(status, {"description": words, "content": _PROBLEM})
    answers["429"].setdefault("headers", _WAIT)


def _as_problem(answer: dict[str, Any]) -> None:
    content = answer.setdefault("content", {})
    content.pop("application/json", None)  # no refusal is answered in any other type
    content.setdefault(_TYPE, _PROBLEM[_TYPE])


class SchemaView(SpectacularAPIView):
    """`/api/schema/`: OpenAPI 3.1; readable by anyone, it holds no secret."""


@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """`/api/docs/`: the description as a page."""

    template_name = "entrance/api_docs.html"
