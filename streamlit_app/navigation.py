"""The pages there are, each with the right that opens it: a new page is one line here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lode.rights import Principal, Right
from streamlit_app.auth import identity
from streamlit_app.ui import entrance, frame

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class PageEntry:
    """A page: the file of its name in app_pages/, its place in the menu, and who may open it."""

    name: str
    title: str
    icon: str
    right: Right

    @property
    def path(self) -> str:
        """The page's file, as `st.Page`, `st.page_link` and `st.switch_page` want it."""
        return f"app_pages/{self.name}.py"


PAGES = (
    PageEntry("overview", "Overview", ":material/dashboard:", Right.SEE_NUMBERS),
    PageEntry("imports", "Imports", ":material/upload_file:", Right.SEE_IMPORTS),
    PageEntry("people", "People", ":material/group:", Right.SEE_PEOPLE),
    PageEntry("lists", "Priority lists", ":material/checklist:", Right.SEE_LISTS),
    PageEntry("timeline", "Timeline", ":material/timeline:", Right.SEE_PEOPLE),
    PageEntry("review", "Duplicate review", ":material/merge:", Right.REVIEW),
    PageEntry("risk", "Compliance risk", ":material/gavel:", Right.SEE_RISK),
    PageEntry("audit", "Audit log", ":material/history:", Right.SEE_AUDIT),
    PageEntry("health", "Warehouse health", ":material/monitor_heart:", Right.SEE_HEALTH),
)


def run() -> None:
    """Show the menu of what somebody may open, and run the page that the address asks for.

    A page that they may not open stays registered, unlisted: its address leads to a sentence that
    says which role it needs, and not to a page that seems not to exist.
    """
    found = entrance.identify()
    who = found if isinstance(found, Principal) else identity.NOBODY
    pages = {
        st.Page(
            entry.path,
            title=entry.title,
            icon=entry.icon,
            url_path=None if entry.name == "overview" else entry.name,
            default=entry.name == "overview",
            visibility="visible" if who.may(entry.right) else "hidden",
        ): entry
        for entry in PAGES
    }
    # A flat list: sections of the navigation break accessibility rules of lists.
    page = st.navigation(list(pages), position="sidebar" if who.roles else "hidden")
    entry = next((one for one in PAGES if one.title == page.title), PAGES[0])
    if who.roles:
        identity.note_presence()
        frame.run_page(page, entry.path, who, entry.right)
    else:
        entrance.refuse(found)
