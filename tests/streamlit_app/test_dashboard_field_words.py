"""Sentences of services name the fields of the page, not the options of the command line."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from dedup.jobs import JOB_KINDS as DECISIONS
from lode.errors import LodeError
from lode.job_kinds import MODULES
from lode.list_definitions import definition_of
from streamlit_app.ui.field_words import FIELDS, in_form

ROOT = Path(__file__).resolve().parents[2]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
PANELS = (ROOT / "streamlit_app").rglob("*.py")
# Where services say what a page asks of them, and the options that no page can give rise to.
SERVICES = {
    "lode/list_definitions.py": set(),
    "lode/phone_formats.py": set(),
    "lode/pins.py": set(),
    # The account that asks has at most as many characters as its role was granted to.
    "lode/decisions.py": {"--by"},
    # Pages take a person out of a group by choosing members.
    "dedup/decisions.py": {"--from"},
    "dedup/partition.py": set(),
    "lode/overrides.py": set(),
    "lode/told_requests.py": set(),
    "lode/risk_caps.py": set(),
    "lode/reveals.py": set(),
    "lode/reviews.py": set(),
    "lode/second_looks.py": set(),
    "lode/audit_span.py": set(),
    "lode/list_release.py": set(),
    "lode/list_gate.py": set(),
    "lode/list_explain.py": set(),
    "lode/list_preview.py": set(),
    # Files have random names in a folder that the job makes.
    "lode/list_export.py": {"--out"},
    "loaders/undo.py": set(),
    "loaders/replay.py": set(),
    "loaders/reading.py": set(),
    "loaders/packed.py": set(),
    "loaders/containers.py": set(),
    "loaders/workbook.py": set(),
    "loaders/readers/dump.py": set(),
    "loaders/readers/sqlite.py": set(),
    "loaders/readers/workbook.py": set(),
    "loaders/uploads.py": set(),
}


def sentences_of(path: Path) -> str:
    """Return all texts of a module but its docstrings, commands between backticks left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return re.sub(r"`[^`]*`", "", "\n".join(text for text in texts if "\n" not in text))


def refusal(**said: Any) -> str:
    given: dict[str, Any] = {"channel": "call", "states": [], "sources": [], "where": [], **said}
    with pytest.raises(LodeError) as refused:
        definition_of(**given)
    return in_form(refused.value.sentence)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"least_score": 500}, "“Score of at least” needs a number from 1 to 100."),
        ({"where": ["zzz=1"]}, "“Conditions” needs a column, a comparison and a value, such as"),
        ({"where": ["import_count=x"]}, "“Conditions” import_count needs a number, not x."),
        ({"states": ["Texas"]}, "“States” needs two letters such as TX, not TEXAS."),
        ({"campaigns": ["x" * 256]}, "“Campaigns” needs the name of a campaign, up to 255"),
        (
            {"touched_days": 7, "untouched_days": 30},
            "Nobody was contacted within 7 days and not for 30: give “Contacted in the last … days”"
            " more days than “Not contacted in the last … days”.",
        ),
    ],
)
def test_the_form_of_a_list_names_its_fields(said: dict[str, Any], sentence: str) -> None:
    assert refusal(**said).startswith(sentence)


def test_a_decision_without_a_reason_names_the_field() -> None:
    end = next(kind for kind in DECISIONS if kind.name == "end_decision")
    with pytest.raises(LodeError) as refused:
        end.check({"number": 3, "reason": " "})
    assert in_form(refused.value.sentence) == "“Reason” needs a text of 1 to 1024 characters."


def test_commands_stay_as_they_are() -> None:
    sentence = (
        "Undone: `lode replay --import-id imp_1 --mode full` brings it back, not --mode full."
    )
    assert in_form(sentence) == (
        "Undone: `lode replay --import-id imp_1 --mode full` brings it back, not “Replay all”."
    )
    assert in_form("--stateless and --states are none") == "--stateless and --states are none"


@pytest.mark.parametrize("module", [*SERVICES, *(f"{one.replace('.', '/')}.py" for one in MODULES)])
def test_every_option_a_service_names_is_a_field(module: str) -> None:
    said = set(OPTION.findall(sentences_of(ROOT / module))) - SERVICES.get(module, set())
    assert {one for one in said if in_form(one) == one and f"{one} full" not in FIELDS} == set()


def test_no_page_says_what_a_service_said_in_its_words() -> None:
    """Sentences go through `states.refused` or `in_form`: nowhere else is one shown."""
    raw = re.compile(r"esc\((problem\.sentence|(job|broken)\.message|import_\.error_message)")
    shown = {
        f"{path.name}: {line.strip()}"
        for path in PANELS
        for line in path.read_text(encoding="utf-8").splitlines()
        if raw.search(line)
    }
    assert shown == set()
