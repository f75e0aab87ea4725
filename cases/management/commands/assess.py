"""`./deploy/manage assess FACTS.yaml [--on DATE]`: would this be spared, and what is missing?

The finding of `law.first_offence`, with a reason for each condition. Nothing is written.
"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings
from django.utils import timezone

from cases.law.first_offence import consider
from cases.law.first_offence.facts import Facts
from cases.law.first_offence.reading import day
from cases.law.rule import LawError
from cases.management.commands._json_answers import SheetCommand
from cases.people.queries import town_day
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import RuleMissing

LARGEST: Final = 100_000  # bytes; a facts file is a page
EXAMPLE: Final = """\
# 事实文件：一件违法行为已经查明的事实。没有查明的项删去，结论会说明还缺什么；写了但为空的是“没有”。
item: CG-01                       # 事项代码，见规则库“违法事项”
subject:
  kind: person                    # person 公民，business 个体工商户，unit 法人或者其他组织
  # code: 91321183MA1M8XXXXX      # 统一社会信用代码；公民为身份证号
  age: 35                         # 行为时周岁，公民须填
  capacity: full                  # 行为时辨认、控制能力：full 完全，partial 部分，none 没有
act_on: 2026-09-01                # 违法行为发生之日
act_ended_on:                     # 连续、继续状态的，行为终了之日
found_on: 2026-09-02              # 发现之日
filed_on: 2026-09-03              # 立案之日
facts_proved: true                # 违法事实清楚、证据确实：true、false
severity:                         # 量化条件，写数和单位；minor 为经办人对“轻微”的认定
  area: 4 平方米
  days: 1 日
  minor: false
harm: slight                      # 危害后果：none 没有，slight 轻微，real 不属轻微
corrected_on: 2026-09-04          # 改正之日或时刻，如 2026-09-04T16:30+08:00；没有的留空
correction_ordered_until: 2026-09-05   # 责令改正的期限；没有责令的留空
priors: []                        # 前案，如 {item: CG-01, decided_on: 2025-03-01,
                                  #   outcome: punished, agency: 下蜀镇}；outcome 为
                                  #   punished 受过处罚、spared 曾被不予处罚；按领域的加 field
looked_up_outside: 2026-09-08     # 向镇外（公示系统、原主管部门）查询之日；没有查的留空
fault_disproved: false            # 当事人是否证明没有主观过错
exclusions: []                    # 清单排除的情形：refused、falsified、major_hazard、life、social
crime_suspected: false            # 是否涉嫌犯罪
undertaking_on: 2026-09-04        # 签署承诺书之日；没有签的留空
rechecked_on: 2026-09-07          # 复查改正之日
circumstances: []                 # 30–32 条情节及证据，如 {code: '32_1', evidence: 清运记录}；
                                  # 30 未成年，31 部分能力，32_1 至 32_5 为第三十二条各项
"""


class Command(SheetCommand):
    """Prints `{outcome, ground, reasons, missing, rule_version, power}`."""

    wanted = "事实文件"

    help = (
        "按行政处罚法逐项认定，不写入：能否不予、从轻、减轻，依据和还缺的事实；"
        "--on 为决定日（默认今天），--example 打印事实文件样例。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the facts file and the day of decision."""
        parser.add_argument("file", type=Path, nargs="?", help="YAML 事实文件")
        parser.add_argument("--on", default="", help="决定日，如 2026-09-20")
        parser.add_argument("--example", action="store_true", help="打印事实文件样例")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the example, or find."""
        if options["example"]:
            self.stdout.write(EXAMPLE, ending="")
            return
        super().handle(*args, **options)

    def answer(self, **options: Any) -> dict[str, Any]:
        """The finding, as on the day of decision."""
        on = day(options["on"], "on") if options["on"] else town_day(timezone.now())
        facts = Facts.parse(_read(options["file"]))
        return _found(facts, on)


def _read(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST:
            raise LawError("file", "事实文件过大，应为一页以内的 YAML。")
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise LawError("file", f"打不开“{file.name}”，请核对路径。") from wrong
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        words = "看不懂事实文件，应为 UTF-8 的 YAML；用 --example 查看样例。"
        raise LawError("file", words) from wrong


def _found(facts: Facts, on: date) -> dict[str, Any]:
    rules, division = book(), settings.HOME_DIVISION
    try:
        item = rules.offence(facts.item, division, on)
    except RuleMissing as missing:
        raise LawError("item", missing.sentence) from missing
    return consider(facts, item, rules.powers(division), on).as_dict()
