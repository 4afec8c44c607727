"""People: find a golden person, see by which contact points they may be reached, and why not."""

from __future__ import annotations

import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.people import (
    ContactPoint,
    ContactPoints,
    Hits,
    Person,
    Verdict,
)
from streamlit_app.queries.person_statements import MAXIMUM_HITS
from streamlit_app.queries.search import (
    HELP,
    MAXIMUM_LENGTH,
    ByPersonId,
    NotSearchable,
    parse_search,
    person_id_of,
)
from streamlit_app.ui import data, frame, paging, states, tables, tiles
from streamlit_app.ui.find import IS_NEW, SEARCH_KEY
from streamlit_app.ui.format import counted, esc, local_day, local_time, zone_of
from streamlit_app.ui.former import show_former
from streamlit_app.ui.reveal import show_reveal
from streamlit_app.ui.words import channel_word, humanized, kind_word, reason_words

# What the tiles of the overview count, by the address's word.
CHANNELS = {
    "all": "All",
    "call": "Callable",
    "sms": "Textable",
    "mail": "Mailable",
    "email": "E-mailable",
}


def forget_person() -> None:
    """Take the person out of the address: a new search begins anew."""
    st.query_params.pop("person", None)


def begin_search() -> None:
    """Begin a search anew: what it finds alone is opened, but only this once."""
    forget_person()
    st.session_state[IS_NEW] = True


def show_search() -> None:
    """Show the search box and what it found. What is typed stays out of the address and the log."""
    with (
        st.form("search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            "Search for a person",
            key=SEARCH_KEY,
            help=HELP,
            placeholder="Miller, Jo",
            autocomplete="off",
            max_chars=MAXIMUM_LENGTH,
        )
        st.form_submit_button("Search", type="primary", on_click=begin_search)
    if not typed:
        return
    search = parse_search(typed)
    if isinstance(search, NotSearchable):
        st.info(search.sentence, icon=":material/help:")
        return
    with states.loading(height=120):
        hits = data.people(search)
    # The back button and a link are followed afterwards, whatever still stands in the box.
    is_new = st.session_state.pop(IS_NEW, False)
    if is_new and isinstance(search, ByPersonId) and not hits.people:
        # It may be an id that was merged: the person's place says who stands for it, or that
        # there is nobody.
        st.query_params["person"] = str(search.person_id)
    elif is_new and len(hits.people) == 1:
        st.query_params["person"] = str(hits.people[0].golden_person_id)
    elif "person" not in st.query_params or len(hits.people) > 1:
        show_hits(hits)


def show_hits(hits: Hits) -> None:
    """List who was found."""
    if not hits.people:
        states.empty("Nobody was found.", "Check the spelling, or search by another key.")
        return
    if hits.has_more:
        states.partial(f"More than {MAXIMUM_HITS} people: the first are shown; narrow the search.")
    else:
        found = counted(len(hits.people), "person", "people")
        st.caption(f"{found} found. Select one to see more.")
    show_table(hits)


def show_table(hits: Hits) -> None:
    """Show people as a table; selecting a row puts its person into the address."""
    ids = [hit.golden_person_id for hit in hits.people]
    key = tables.key_of("hits_table", ids)

    def on_select() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            st.query_params["person"] = str(ids[rows[0]])
        else:
            forget_person()

    st.dataframe(
        tables.hits_frame(hits.people),
        hide_index=True,
        column_config=tables.count_columns(["Records"]),
        key=key,
        on_select=on_select,
        selection_mode="single-row",
        height="auto" if len(ids) <= 8 else 322,
    )


def show_channel(channel: str) -> None:
    """List all people, or those whom a channel may reach, page by page."""
    trail = paging.trail_of("people", channel, int)
    with states.loading(height=322):
        found = data.people_page(channel, trail[-1] if trail else 0)
    st.subheader(f"People: {CHANNELS[channel].lower()}", anchor=False)
    if not found.people:
        paging.begin_anew(trail)
        states.empty("There is nobody.")
        return
    show_table(found)
    last = found.people[-1].golden_person_id
    words = ("Previous", "Next")
    things = ("person", "people")
    paging.show_pager(trail, last, found.has_more, len(found.people), things, words)


def show_person() -> None:
    """Show the person whose id is in the address."""
    given = st.query_params.get("person")
    if given is None:
        return
    person_id = person_id_of(given)
    if person_id is None:
        states.empty(f"{esc(given, 40)} is not the id of a person.", "Search for the person above.")
        return
    lease_place = st.container()
    with states.loading(height=200):
        person = data.person(person_id)
    if person is None:
        show_former(person_id, "people", "Card", "Search for the person above.")
        return
    frame.set_browser_title(f"Person {person_id}")
    with lease_place:
        lease = show_reveal(person_id)
    with states.loading(height=200):
        person = (data.person(person_id, lease) if lease else None) or person
        points = data.contact_points(person_id, lease)
    show_card(person)
    show_contact_points(points)


def show_card(person: Person) -> None:
    """Show who it is and how much stands behind it."""
    zone = zone_of(st.context.timezone)
    st.subheader(esc(person.full_name), anchor=False)
    place = ", ".join(part for part in (person.city, person.state, person.country) if part)
    facts = [
        esc(place) if place else "no address",
        f"born {person.birth}" if person.birth else "",
        f"at {esc(person.company_name)}" if person.company_name else "",
        f"person id {person.golden_person_id}",
    ]
    st.markdown(" · ".join(fact for fact in facts if fact))
    st.markdown(
        f"**{counted(person.record_count, 'record')}** from"
        f" **{counted(person.import_count, 'import')}**, matched as"
        f" **{counted(person.person_count, 'person')}**. First seen"
        f" {local_time(person.first_seen_at, zone)}, newest source"
        f" of {local_day(person.updated_at, zone)}."
    )
    st.page_link(
        "app_pages/timeline.py",
        label="Timeline of this person",
        icon=":material/timeline:",
        query_params={"person": str(person.golden_person_id)},
    )


def show_contact_points(points: ContactPoints) -> None:
    """Show each contact point with its verdicts, two beside each other where there is room."""
    st.subheader("Contact points", anchor=False)
    if not points.points:
        states.empty("No phone, e-mail or postal address is known of this person.")
        return
    if points.has_more:
        states.partial("This person has more contact points than are shown.")
    columns = st.columns(2)
    for position, point in enumerate(points.points):
        with columns[position % 2].container(border=True):
            show_contact_point(point)


def show_contact_point(point: ContactPoint) -> None:
    """Show one contact point: what it is, and for each channel whether it may be used, in words."""
    notes = [
        line_type_words(point.phone_type),
        "Primary" if point.is_primary else "",
        "Verified" if point.is_verified else "Not verified",
    ]
    st.markdown(f"**{esc(point.shown_value)}**")
    st.caption(" · ".join([kind_word(point.kind), *(esc(note) for note in notes if note)]))
    for verdict in point.verdicts:
        st.markdown(verdict_words(verdict))


def line_type_words(line_type: str) -> str:
    """Return the line type of a phone in words, nothing for what is no phone."""
    if line_type == "unknown":
        return "Line type unknown"
    return humanized(line_type) if line_type else ""


def verdict_words(verdict: Verdict) -> str:
    """Return a verdict as Markdown: a word with an icon and a colour, then the reasons."""
    channel = esc(channel_word(verdict.channel))
    if verdict.is_allowed:
        return f":green-badge[✓ Allowed] **{channel}**"
    return f":red-badge[✕ Blocked] **{channel}**: {esc(reason_words(verdict.reasons), 600)}"


version = frame.open_page(
    "People", "Find a person, and see how they may be contacted.", Right.SEE_PEOPLE
)
# Once somebody is looked at, the whole warehouse's numbers are only in the way.
if version is not None and "person" not in st.query_params:
    tiles.show_tiles(version)
states.panel("The search", show_search)
listed = st.query_params.get("channel", "")
if listed and listed not in CHANNELS:
    states.partial(f"There is no list of people called {esc(listed, 40)}.")
if version is not None and listed in CHANNELS and "person" not in st.query_params:
    states.panel("The list of people", lambda: show_channel(listed))
states.panel("The person", show_person)
