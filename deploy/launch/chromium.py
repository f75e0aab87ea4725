"""The browser the tests drive: one that is here, else Debian's, else the one playwright fetches."""

import os
import shutil
from pathlib import Path

from deploy.launch.places import Places
from deploy.launch.words import Stop, run_quietly, say, step, tail

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def chromium(where: Places) -> Path:
    """A Chromium that starts; installed when there is none."""
    log = where.logs / "chromium.log"
    if (found := _found(log)) is not None:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        with step("安装 Chromium（apt）"):
            _apt(log)
        if (found := _found(log)) is not None:
            return found
    with step("下载 Chromium（playwright）"):
        run_quietly([where.python, "-m", "playwright", "install", "chromium"], log)
    if (found := _found(log)) is not None:
        return found
    raise Stop(
        f"没有能用的 Chromium：请以 root 运行 apt install chromium，详见 {log}\n{tail(log)}",
        "No working Chromium; apt install chromium.",
    )


def fonts(where: Places) -> Path:
    """A font list with the Chinese font from pip: without it pages show boxes."""
    path = where.state / "fonts.conf"
    folder = where.packages / "noto_cjk_sans_otc"
    if not folder.exists():
        say("没有 pip 字体包，浏览器用系统字体")
    path.write_text(_FONTS.format(fonts=folder, cache=where.state / "fontcache"), encoding="utf-8")
    return path


def _found(log: Path) -> Path | None:
    named = [shutil.which(name) for name in NAMES]
    paths = [Path(name) for name in named if name]
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    paths += sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    return next((path for path in paths if run_quietly([path, "--version"], log) == 0), None)


def _apt(log: Path) -> None:
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    orders = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    if run_quietly(orders, log, env=env):
        run_quietly(["apt-get", "update"], log, env=env)
        run_quietly(orders, log, env=env)
