"""Telephone texts that SQL can't read: asked about once, kept, read by the models, safe to kill."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lode import phone_resolver
from lode.dbt import DbtResult
from lode.phone_resolver import has_leftovers_view, resolve, settle_phones
from lode.pipeline import SEEDS_AND_VIEW
from lode.settings import Settings
from tests.models.raw_rows import insert_import, table_rows

WIDE = "\uff15\uff11\uff12-\uff14\uff15\uff16-\uff17\uff18\uff19\uff10"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        (WIDE, "", "+15124567890"),
        ("512 456 7890", "US", "+15124567890"),
        ("(0)20 7946 0018", "GB", "+442079460018"),
        ("7946 0018", "US", None),
        ("call me", "", None),
        ("", "", None),
        ("512 456 7890", "XX", None),
        ("+44 20 7946 0018", "XX", "+442079460018"),
    ],
)
def test_one_text(text: str, country: str, number: str | None) -> None:
    assert resolve(text, country) == number


@pytest.mark.database
def test_leftovers_are_settled_once(
    dbt: Callable[..., DbtResult],
    warehouse_module: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [
        {"last_name": "Lee", "phone_1": WIDE, "phone_2": "512-456-7891", "zip": "78701"},
        {"last_name": "Kim", "phone_1": WIDE + " ", "phone_3": "555", "zip": "78701"},
        {"last_name": "Ray", "phone_1": "888-888-8888", "phone_2": "none", "zip": "78701"},
        {"last_name": "Poe", "phone_1": "n/a"},
    ]
    insert_import(warehouse_module, 1, "people", people)
    insert_import(warehouse_module, 2, "opt_outs", [{"phone": WIDE, "channel": "sms"}])
    assert not has_leftovers_view(warehouse_module)
    done = dbt(SEEDS_AND_VIEW, warehouse_module, tmp_path)
    assert done.returncode == 0, done.output[-2000:]
    assert has_leftovers_view(warehouse_module)
    left = table_rows(
        warehouse_module, "staging", "select record_id, phone_text, country from phone_leftovers"
    )
    first, second = 10**10, 2 * 10**10
    assert sorted(left, key=repr) == sorted(
        [
            (first + 1, WIDE, "US"),
            (first + 2, WIDE, "US"),
            (first + 2, "555", "US"),
            (first + 3, "888-888-8888", "US"),
            (second + 1, WIDE, ""),
        ],
        key=repr,
    )

    # Killed after the first text: what was settled stays, the second call does the rest.
    asked: list[tuple[str, str]] = []

    def ask(text: str, country: str, dies_after: int) -> str | None:
        if len(asked) == dies_after:
            raise KeyboardInterrupt
        asked.append((text, country))
        return resolve(text, country)

    monkeypatch.setattr(phone_resolver, "CHUNK", 1)
    monkeypatch.setattr(phone_resolver, "resolve", partial(ask, dies_after=1))
    with pytest.raises(KeyboardInterrupt):
        settle_phones(warehouse_module)
    monkeypatch.setattr(phone_resolver, "resolve", partial(ask, dies_after=-1))
    settle_phones(warehouse_module)
    assert sorted(asked) == [("555", "US"), ("888-888-8888", "US"), (WIDE, ""), (WIDE, "US")]
    assert settle_phones(warehouse_module, is_rebuild=True) == 0
    assert len(asked) == 4

    done = dbt(["run", "--select", "+stg_people", "+stg_opt_outs"], warehouse_module, tmp_path)
    assert done.returncode == 0, done.output[-2000:]
    query = "select phone_1, phone_2, phone_3 from stg_people order by record_id"
    assert table_rows(warehouse_module, "staging", query) == [
        ("+15124567890", "+15124567891", None),
        ("+15124567890", None, None),
        # A placeholder stays nobody's number, whatever its form.
        (None, None, None),
        (None, None, None),
    ]
    query = "select phone_e164 from stg_opt_outs"
    assert table_rows(warehouse_module, "staging", query) == [("+15124567890",)]
