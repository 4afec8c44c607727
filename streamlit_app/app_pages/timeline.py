"""Lead timeline: one person's whole life, what was known when, and what may be done today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.fields import FieldOrigin
from streamlit_app.queries.search import person_id_of
from streamlit_app.queries.timeline import KINDS, Events
from streamlit_app.ui import (
    choice,
    data,
    frame,
    life_charts,
    life_data,
    life_past,
    paging,
    request_form,
    states,
    tables,
)
from streamlit_app.ui.days import FIRST_PAST_DAY, past_day
from streamlit_app.ui.event_words import facts_of, kind_icon, kind_name, title_of
from streamlit_app.ui.format import esc, local_day, local_time, plain, utc_now, whole, zone_of
from streamlit_app.ui.former import show_former
from streamlit_app.ui.words import channel_word, humanized, kind_word, reason_words, span_words

GAP = timedelta(days=90)
# Of a larger group the first are offered.
MAXIMUM_MEMBERS = 40
VIEWS = {"": "Events", "points": "Contact points", "fields": "Fields"}


def show_life() -> None:
    """Show the person in the address, or say how to find one."""
    given = st.query_params.get("person")
    if given is None:
        states.empty("Nobody is chosen yet.", "Find somebody first.")
        st.page_link("app_pages/people.py", label="Find a person", icon=":material/search:")
        return
    person_id = person_id_of(given)
    if person_id is None:
        states.empty(f"{esc(given, 40)} is not the id of a person.", "Find the person by name.")
        return
    person = data.person(person_id)
    if person is None:
        show_former(person_id, "timeline", "Timeline", "Find the person by name.")
        return
    frame.set_browser_title(f"Timeline of person {person_id}")
    st.subheader(esc(person.full_name), anchor=False)
    place = ", ".join(part for part in (person.city, person.state) if part)
    st.markdown(f"{esc(place) or 'no address'} · person id {person.golden_person_id}")
    st.page_link(
        "app_pages/people.py",
        label="Card of this person",
        icon=":material/group:",
        query_params={"person": str(person_id)},
    )
    shown = choice.choose("view", "What to show", VIEWS, in_row=True)
    if shown == "points":
        states.panel("The contact points", lambda: show_points(person_id))
        states.panel("The caps", lambda: show_caps(person_id))
        states.panel("A past day", lambda: life_past.show_past(person_id))
    elif shown == "fields":
        states.panel("The fields", lambda: show_fields(person_id))
    else:
        states.panel("The events", lambda: show_events(person_id))


def kinds_in_address() -> list[str]:
    """Return the kinds of event that the address asks for, in the order of the filter."""
    asked = st.query_params.get_all("kind")
    if unknown := [kind for kind in asked if kind not in KINDS]:
        states.partial(f"No kind of event is called {esc(', '.join(unknown), 60)}.")
    return [kind for kind in KINDS if kind in asked]


def remember() -> None:
    """Put the filters that are shown into the address."""
    day = st.session_state["as_of"]
    said = {"kind": st.session_state["kinds"]} if "kinds" in st.session_state else {}
    choice.put({**said, "asof": day.isoformat() if day else None})


def show_filters() -> tuple[list[str], date | None]:
    """Show the filters, bound to the address; return what is asked for."""
    # The address decides, so that a link and the back button are followed.
    st.session_state["kinds"] = kinds_in_address()
    st.multiselect(
        "Kinds of event",
        KINDS,
        key="kinds",
        format_func=kind_name,
        on_change=remember,
        placeholder="All kinds",
    )
    return list(st.session_state["kinds"]), show_day()


def show_day() -> date | None:
    """Show the filter by a past day, bound to the address; return the day, None for today."""
    st.session_state["as_of"] = past_day()
    st.date_input(
        "As known at the end of the day (UTC)",
        value=None,
        max_value=utc_now().date(),
        min_value=FIRST_PAST_DAY,
        key="as_of",
        on_change=remember,
        help="Leaves out what we learnt later, whenever it happened.",
    )
    day: date | None = st.session_state["as_of"]
    return day


def show_events(person_id: int) -> None:
    """Show the strip of years and one page of the feed."""
    kinds, as_of = show_filters()
    if as_of is not None:
        states.partial(
            f"Only what was known at the end of {as_of.isoformat()} (UTC). *Contact points* can"
            " decide as of that day."
        )
    with states.loading(height=300):
        years = life_data.years(person_id, as_of)
        question = (person_id, tuple(kinds), as_of)
        before = paging.trail_of("timeline", question, tuple[datetime, str])
        page = life_data.events(person_id, kinds, as_of, before[-1] if before else None)
    if not years.counts:
        states.empty(
            "Nothing is known of this person's life.", "Choose a later day." if as_of else ""
        )
        return
    life_charts.show_years(years.counts)
    if years.first is not None:
        st.caption(f"The picture begins with {years.first}; the events below go back further.")
    if not page.events:
        paging.begin_anew(before)
        states.empty("There is no such event.", "Choose other kinds.")
        return
    show_feed(page, before[-1][0] if before else None, is_part=bool(kinds))
    last = page.events[-1].position
    paging.show_pager(before, last, page.has_more, len(page.events), ("event", "events"))


def show_feed(page: Events, later: datetime | None, *, is_part: bool) -> None:
    """Show the events as cards, newest first, with the gaps between them.

    `later` is when the last event of the page before happened; `is_part` if kinds are left out.
    """
    zone = zone_of(st.context.timezone)
    for event in page.events:
        if later is not None and later - event.happened_at > GAP:
            days = (later - event.happened_at).days
            such = "such an event" if is_part else "an event"
            st.caption(f"— {whole(days)} days without {such} —")
        later = event.happened_at
        with st.container(border=True, gap="small"):
            st.markdown(f"{kind_icon(event.kind)} **{title_of(event)}**")
            if facts := facts_of(event):
                st.markdown(" · ".join(facts))
            st.caption(
                f"Happened {local_day(event.happened_at, zone)} ·"
                f" known since {local_time(event.known_at, zone)}"
            )


def show_points(person_id: int) -> None:
    """Show the verdict per contact point and channel, with every reason and when again."""
    verdicts = life_data.verdicts(person_id)
    if not verdicts:
        states.empty("No phone, e-mail or postal address is known of this person.")
        request_form.show_request_form(person_id, verdicts)
        return
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Contact point": plain(one.shown_value),
            "Kind": plain(kind_word(one.kind)),
            "Channel": plain(channel_word(one.channel)),
            "Verdict": "✓ Allowed" if one.is_allowed else "✕ Blocked",
            "Why": "" if one.is_allowed else plain(reason_words(one.reasons), 400),
            "Warns": plain(reason_words(one.advice), 400) if one.advice else "",
            "Allowed again": local_time(one.next_allowed_at, zone),
        }
        for one in verdicts[:100]
    ]
    if len(verdicts) > len(rows):
        states.partial("This person has more contact points than are shown.")
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="verdicts", placeholder="–")
    st.caption("As of the last run, apart from hours of the day: for those ask as of today.")
    request_form.show_request_form(person_id, verdicts)


def show_caps(person_id: int) -> None:
    """Show how much of each frequency cap is used, and when the next contact is allowed."""
    st.subheader("Caps used", anchor=False)
    caps = life_data.caps(person_id)
    if not caps:
        states.empty("Nobody was contacted within the window of a cap.")
        return
    zone = zone_of(st.context.timezone)
    for cap in caps:
        used_up, free = ":green-badge[✓ Free]", "another is allowed"
        if cap.free_at:
            used_up = ":red-badge[✕ Used up]"
            free = f"the next is allowed {local_time(cap.free_at, zone)}"
        if cap.free_at and not cap.is_enforced:
            used_up = ":orange-badge[⚠ Used up]"
            free = f"it only warns, until {local_time(cap.free_at, zone)}"
        window = span_words(cap.window_hours)
        st.markdown(
            f"{used_up} **{esc(channel_word(cap.channel))}**: {whole(cap.used)} of"
            f" {whole(cap.allowed)} in {window}; {free}. ({esc(cap.cap_id)})"
        )


def show_fields(person_id: int) -> None:
    """Show for each value who gave it, by which rule it survived, and what the others say."""
    as_of = show_day()
    members = life_data.members(person_id)
    chosen = members[0] if members else person_id
    if len(members) > 1:
        offered = members[:MAXIMUM_MEMBERS]
        more = "more than " if len(members) > len(offered) else ""
        st.caption(f"Golden person {person_id} is made of {more}{len(offered)} persons.")
        chosen = st.selectbox("Person of the group", offered, key="member") or chosen
    origins, has_more = life_data.fields(chosen, as_of)
    if as_of is not None:
        states.partial(
            f"What survived of that which was known at the end of {as_of.isoformat()} (UTC), among"
            " the records and decisions that stand today. Each rule is the one of today."
        )
    if not origins:
        states.empty("No value of this person is known.")
        return
    if has_more:
        states.partial("This person has more values than are shown.")
    show_origins(chosen, origins, in_use="✓ In use" if as_of is None else "✓ In use then")


def show_origins(person_id: int, origins: list[FieldOrigin], in_use: str) -> None:
    """Show the values of one person as a table, winners and losers, with both clocks."""
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Field": plain(humanized(one.field)),
            "Value": plain(one.shown_value),
            "State": in_use if one.is_used else "– Outranked",
            "Rule": plain(one.rule),
            "File": plain(one.source_file),
            "Row": one.source_row,
            "Of": local_day(one.effective_at, zone),
            "Known since": local_time(one.known_at, zone),
            "Decided by": plain(one.decided_by),
        }
        for one in origins
    ]
    frame_ = pd.DataFrame(rows).astype({"Row": "Int64"})
    st.dataframe(
        frame_,
        hide_index=True,
        key=tables.key_of("fields_table", [person_id]),
        column_config=tables.count_columns(["Row"]),
        placeholder="–",
    )


version = frame.open_page(
    "Timeline",
    "One person's whole life: what happened, when we learnt it, and what may be done.",
    Right.SEE_PEOPLE,
)
states.panel("The timeline", show_life)
