"""Health in plain words (运行状态): what each part does for the town, and what to do when it fails.

Numbers only: no case, no name, nothing that a system administrator may not see (三员分立).
"""

from dataclasses import dataclass
from typing import Final

from cases.entrance.health import Finding, Health, Level

WORDS: Final = {
    Level.OK: "正常",
    Level.OFF: "未启用",
    Level.ATTENTION: "注意",
    Level.STOPPED: "停了",
}
ICONS: Final = {
    Level.OK: "tick",
    Level.OFF: "off",
    Level.ATTENTION: "alert",
    Level.STOPPED: "stop",
}
_RANK: Final = list(WORDS)
_RESTART: Final = "请系统管理员在服务器上按 Ctrl-C 停止，再运行 ./deploy/run；"
_LOG: Final = "仍不行，把状态目录 log/ 下 {log} 的最后几行发给运维人员。"


@dataclass(frozen=True)
class Part:
    """One part of the service: its name, what it means for the town, what to do when it fails."""

    name: str
    means: str
    to_do: str


PARTS: Final = {
    "database": Part(
        "数据库",
        "所有件、期限和办理记录都在里面；停了，谁也不能办件。急事先打电话、记纸面，恢复后补录。",
        _RESTART + _LOG.format(log="postgres.log"),
    ),
    "migrations": Part(
        "数据库结构",
        "程序和数据库对不上，办件可能出错。请先不要办件。",
        "请系统管理员运行 ./deploy/manage migrate，或重新运行 ./deploy/run。",
    ),
    "broker": Part(
        "队列",
        "叫醒催办、通知和后台任务；停了，页面能看，但没有人被催、被通知。",
        _RESTART + _LOG.format(log="valkey.log"),
    ),
    "worker": Part(
        "催办与通知程序",
        "发出到时的提醒、催办和通知；停了，期限照走，只是没有人被提醒，请各窗口自己盯超期看板。",
        _RESTART + _LOG.format(log="worker.log"),
    ),
    "chores": Part(
        "后台任务程序",
        "按新放假安排重算期限、恢复挂账、移交、存证、清理；停了，当天办件不受影响，隔夜要修好。",
        _RESTART + _LOG.format(log="chores.log"),
    ),
    "chasing": Part(
        "催办",
        "到时的每一级一分钟内发出；停了，请督查用超期看板人工催办。恢复后只补发最高一级，并写明迟发。",
        "请系统管理员运行 ./deploy/manage chase 立即补发；反复停，请查上面“催办与通知程序”。",
    ),
    "notices": Part(
        "通知",
        "把发生的事告诉该知道的人；停了，请看待办列表，不要等提醒。",
        _RESTART + _LOG.format(log="worker.log"),
    ),
    "mail": Part(
        "邮件",
        "站内通知之外再发一封邮件；送不出时，站内通知照常。",
        "请系统管理员核对邮件服务器的地址和口令（XIASHU_SMTP_URL），再到“未送达”页面重发。",
    ),
    "webhook": Part(
        "外部系统推送",
        "把事件推送给对接的系统；停了，对方看到的会旧，本系统不受影响。",
        "请系统管理员联系对方系统的运维人员，恢复后到“未送达”页面重发。",
    ),
    "calendar": Part(
        "放假安排",
        "工作日期限按它计算；没有录入的年份暂按平常周算，录入后自动重算在办期限。",
        "通知公布后，请系统管理员在“规则管理”录入，或运行 ./deploy/manage enter_notice。",
    ),
    "backup": Part(
        "备份",
        "机器坏了，只能恢复到最近一次备份；其后办的件都会丢。",
        "请系统管理员运行 ./deploy/backup 文件名，并把文件存到另一台机器。",
    ),
    "files": Part(
        "附件",
        "照片和附件存在这里；写不进去，办件可以继续，附件请稍后再传。",
        "请系统管理员检查磁盘空间和状态目录 files/ 的权限。",
    ),
    "scanner": Part(
        "病毒扫描",
        "附件打开之前先查病毒；接入而没有应答时，附件一律不收。",
        "请系统管理员检查扫描程序（XIASHU_CLAMD）；没有接入的，请办公电脑自行查毒。",
    ),
    "work items": Part(
        "要人处理的事",
        "系统遇到规则不全、无人可告、数据有误，交给人处理；不处理，这些件没有人管。",
        "请督查、窗口在首页逐件处理；缺规则的由系统管理员补录。",
    ),
}

@dataclass(frozen=True)
class Row:
    """One part as the page shows it."""

    code: str
    name: str
    level: str
    word: str
    icon: str
    sentences: tuple[str, ...]
    means: str
    to_do: str


def rows(health: Health) -> list[Row]:
    """Every part that was looked at, the worst first, then in the order of the table."""
    found: dict[str, list[Finding]] = {}
    for one in health.findings:
        found.setdefault(one.code, []).append(one)
    known = [code for code in PARTS if code in health.looked_at or code in found]
    told = [_row(code, found.get(code, [])) for code in known]
    return sorted(told, key=lambda row: -_RANK.index(Level(row.level)))


def _row(code: str, found: list[Finding]) -> Row:
    part = PARTS[code]
    level = max((one.level for one in found), key=_RANK.index, default=Level.OK)
    sentences = tuple(one.sentence for one in found if one.sentence)
    well = level is Level.OK
    return Row(
        code=code,
        name=part.name,
        level=level.value,
        word=WORDS[level],
        icon=ICONS[level],
        sentences=sentences,
        means=part.means,
        to_do="" if well else part.to_do,
    )
