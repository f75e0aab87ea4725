"""Reading a body (读取正文): what a request carries is one JSON object in UTF-8, or a problem that
says what is wrong with it.

Text that no database can keep and nesting that no move asks for are refused here, before anything
looks at a field.
"""

import json
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError

DEEPEST: Final = 32  # no body of the interface nests deeper than a few levels
_TOO_DEEP: Final = f"提交的内容嵌套过深，最多 {DEEPEST} 层，请改正后再提交。"


class TooLarge(APIException):
    """A body larger than `DATA_UPLOAD_MAX_MEMORY_SIZE` (413)."""

    status_code = 413
    default_detail = "提交的内容过大，请精简后再提交。"
    default_code = "too_large"


class JSONParser(parsers.JSONParser):
    """Reads the body of every POST of the interface."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The object sent; ParseError (400) or TooLarge (413) in a person's words."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        sent = stream.read(limit + 1)
        if len(sent) > limit:
            raise TooLarge
        told = _read(sent)
        if not isinstance(told, dict):
            raise ParseError('提交的内容应为一个 JSON 对象，如 {"words": "…"}。')
        _examine(told)
        return told


def _read(sent: bytes) -> Any:
    try:
        return json.loads(sent.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as wrong:
        raise ParseError("提交的内容不是 UTF-8 编码，请改用 UTF-8 后再提交。") from wrong
    except json.JSONDecodeError as wrong:
        place = f"第 {wrong.lineno} 行第 {wrong.colno} 个字符"
        raise ParseError(f"提交的内容不是有效的 JSON，{place}有误，请改正后再提交。") from wrong
    except RecursionError as wrong:
        raise ParseError(_TOO_DEEP) from wrong
    except ValueError as wrong:  # a number of thousands of digits
        raise ParseError("提交的内容中有无法识别的数字，请改正后再提交。") from wrong


def _examine(told: dict[str, Any]) -> None:
    waiting: list[tuple[Any, int]] = [(told, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ParseError(_TOO_DEEP)
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str):
            _check_text(value)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as wrong:
        words = "提交的内容中有残缺的字符（如半个表情符号），请删去后再提交。"
        raise ParseError(words) from wrong


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
