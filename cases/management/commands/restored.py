"""`manage restored`: what a restore ends with (恢复收尾): destroyed again, and verified.

`./deploy/restore` calls it. 个人信息保护法 47: a backup brings nothing back that was destroyed.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cases.docket.operations import destroy_again
from cases.docket.operations.uploads import forget_lost
from cases.docket.queries.verify import verify_record
from cases.management.commands._json_answers import JsonCommand


class Command(JsonCommand):
    """Prints `{destroyed_again, uploads_lost, verified}`; exit 1 when anything is broken."""

    help = "恢复之后：按清单重新销毁密钥，清除文件已不在的暂存，核验全部记录。"

    def answer(self, **options: Any) -> dict[str, Any]:
        """Destroy again what the list names, and verify the record."""
        again, lost = destroy_again(), forget_lost()
        verified = asdict(verify_record())
        return {"destroyed_again": again, "uploads_lost": lost, "verified": verified}

    def broken(self, answer: Mapping[str, Any]) -> bool:
        """Whatever does not hold is broken."""
        return bool(answer["verified"]["broken"])
