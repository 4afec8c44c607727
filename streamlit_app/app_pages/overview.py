"""Overview: the warehouse in numbers, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.imports import ImportHealth
from streamlit_app.queries.risk import newest_weeks
from streamlit_app.ui import (
    changes_panel,
    data,
    frame,
    overview_data,
    review_data,
    states,
    tiles,
)
from streamlit_app.ui.accounting import attention, state_of
from streamlit_app.ui.format import compact, esc, utc_now, whole
from streamlit_app.ui.overview_data import Waiting
from streamlit_app.ui.words import humanized

MAXIMUM_LINKS = 10
MAXIMUM_FAILED = 5
# As short as a number: a tile has room for no more.
BROKE_OFF = "Halted"


@dataclass
class Imports:
    """The newest imports that need attention, whether more do, and those at work."""

    waiting: Sequence[ImportHealth] = ()
    has_more: bool = False
    running: Sequence[ImportHealth] = ()

    def read(self) -> None:
        """Read them once for all panels that show them."""
        self.waiting, self.has_more = data.open_imports()
        self.running = data.imports_at_work()

    @property
    def count(self) -> str:
        """How many need attention."""
        return f"{whole(len(self.waiting))}{'+' if self.has_more else ''}"


def show_attention(imports: Imports) -> None:
    """List the imports that need somebody and those at work, each with a link to itself."""
    show_links([(one, attention(one)) for one in imports.waiting], imports.count)
    show_links(
        [(one, f"at work ({state_of(one).word.lower()})") for one in imports.running],
        whole(len(imports.running)),
    )
    if imports.running and not imports.waiting:
        st.caption("All other imports need nobody.")
    elif not imports.waiting:
        st.success("Nothing: no import needs anybody.", icon=":material/check_circle:")


def show_links(found: Sequence[tuple[ImportHealth, str]], count: str) -> None:
    """Show imports as links, each with what is to be said of it."""
    for import_, said in found[:MAXIMUM_LINKS]:
        st.page_link(
            "app_pages/imports.py",
            label=f"{state_of(import_).icon} {esc(import_.filename, 60)}: {said}",
            query_params={"imp": import_.import_id},
        )
    if len(found) > MAXIMUM_LINKS:
        st.caption(f"The newest {MAXIMUM_LINKS} of {count}; the page Imports lists the others.")


def show_work(imports: Imports | None) -> None:
    """Show how much waits for somebody, each number with a link to its rows."""
    today = utc_now().date()
    weeks = newest_weeks(today)
    with states.loading(height=120):
        found = overview_data.waiting(weeks)
    with st.container(horizontal=True):
        if data.may(Right.REVIEW):
            waiting, has_more = review_data.waiting()
            count = f"{whole(waiting)}{'+' if has_more else ''}"
            tiles.show_tile("Pairs to review", count, "app_pages/review.py", {})
        if imports is not None:
            tiles.show_tile(
                "Imports to look at", imports.count, "app_pages/imports.py", {"show": "open"}
            )
        if found.failed is not None:
            tiles.show_tile(
                "Failed in last run",
                BROKE_OFF if found.broke_off else whole(found.failed),
                "app_pages/health.py",
                {"run": str(found.run), "nodes": "failed"},
            )
        if found.held is not None:
            tiles.show_tile(
                "Exports to release", whole(found.held), "app_pages/lists.py", {"view": "held"}
            )
        show_risks(found, {"from": weeks.first.isoformat(), "to": today.isoformat()})
    if found.run is not None and found.failed:
        show_failed(found.run, found.failed)
    elif found.broke_off:
        st.error(f"Run {found.run} broke off: the numbers may be those of the run before it.")


def show_risks(found: Waiting, days: dict[str, str]) -> None:
    """Show what stands against the rules in the weeks of the page Compliance risk."""
    for label, what, count, query in (
        ("Rule breaches", "contacts against a rule", found.incidents, days),
        (
            "Late opt-outs",
            "requests followed by a contact after the law's last day",
            found.late_opt_outs,
            {"view": "requests", "followed": "late", **days},
        ),
    ):
        if count is not None:
            tiles.show_tile(
                label,
                compact(count),
                "app_pages/risk.py",
                query,
                exactly=f"Exactly {whole(count)} {what} since {days['from']}.",
            )


def show_failed(run: int, count: int) -> None:
    """Say which models and tests failed, the first of them in words."""
    nodes = overview_data.failed_nodes(run)
    what = "1 model or test" if count == 1 else f"{whole(count)} models and tests"
    were = "was" if count == 1 else "were"
    st.error(f"{what} failed or {were} skipped in run {run}.")
    for one in nodes[:MAXIMUM_FAILED]:
        st.markdown(f"✕ {esc(humanized(one.state))}: {esc(one.name, 120)}. {esc(one.message, 200)}")
    if count > MAXIMUM_FAILED:
        st.caption(f"And {whole(count - MAXIMUM_FAILED)} more on the page Warehouse health.")


version = frame.open_page(
    "Overview", "How many people there are, and whom we may contact.", Right.SEE_NUMBERS
)
if version is not None:
    tiles.show_tiles(version)
imports = Imports()
have_imports = data.may(Right.SEE_IMPORTS) and states.panel("The list of imports", imports.read)
states.panel("What waits", lambda: show_work(imports if have_imports else None))
if version is not None:
    built = version
    st.subheader("What changed since the day before", anchor=False)
    states.panel("The changes", lambda: changes_panel.show_changes(built))
if have_imports:
    st.subheader("Imports that need attention", anchor=False)
    states.panel("The list of imports", lambda: show_attention(imports))
