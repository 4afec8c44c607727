"""The files of the project: what git tracks or would track, or all of a tree without git."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", ".venv-dbt", ".local", "target", "logs", "build"}
CACHES = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}


def project_files(*suffixes: str, under: tuple[str, ...] = ("",)) -> list[Path]:
    """Return the project's files with one of the suffixes (all if none) below the folders."""
    return [
        path
        for path in _all_files()
        if (not suffixes or path.suffix in suffixes)
        and any(str(path.relative_to(ROOT)).startswith(folder) for folder in under)
    ]


def text_of(path: Path) -> str | None:
    """Return the text of a file, None if it is binary."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _all_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        found = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        found = [
            path
            for path in ROOT.rglob("*")
            if path.relative_to(ROOT).parts[0] not in NOT_OURS
            and not CACHES.intersection(path.parts)
            and ".egg-info" not in str(path)
        ]
    return sorted(path for path in found if path.is_file())
