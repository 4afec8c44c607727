"""An id that was merged: the pages lead on to the golden person that stands for it."""

from __future__ import annotations

from streamlit_app.ui import life_data, links, states


def show_former(person_id: int, page: str, title: str, advice: str) -> None:
    """Lead from an id without a golden person to who stands for it, or advise what else to do.

    `page` is the page that asks, and `title` what it shows of a person.
    """
    golden_id = life_data.golden_id(person_id)
    if golden_id is None or golden_id == person_id:
        states.empty(f"There is no golden person {person_id}.", advice)
        return
    states.empty(f"Person {person_id} is now a part of golden person {golden_id}.")
    links.lead(
        f"app_pages/{page}.py",
        label=f"{title} of golden person {golden_id}",
        icon=":material/arrow_forward:",
        query={"person": str(golden_id)},
    )
