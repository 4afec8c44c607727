"""Duplicate review: pairs that may be one person, side by side, decided one after the other."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.review import Effect, ListTouched, ReviewPair
from streamlit_app.queries.search import person_id_of
from streamlit_app.ui import (
    data,
    decisions_panel,
    frame,
    group_panel,
    pair_panel,
    review_charts,
    review_data,
    second_looks_panel,
    states,
    tables,
)
from streamlit_app.ui.format import counted, esc, local_time, whole, zone_of
from streamlit_app.ui.words import channel_word

SHOWN_IDS = 12
VERDICTS = (
    ("same", "Same person", ":material/merge:", "S"),
    ("different", "Different persons", ":material/call_split:", "D"),
    ("household", "One household", ":material/home:", "H"),
)


def pair_in_address(parameter: str = "pair") -> tuple[int, int] | None:
    """Return the pair in the address, None for none or for what is no pair."""
    ids = [person_id_of(part) for part in st.query_params.get(parameter, "").split("-")]
    if len(ids) != 2 or ids[0] is None or ids[1] is None:
        return None
    return (ids[0], ids[1]) if ids[0] < ids[1] else None


def open_pair(first: int, second: int) -> None:
    """Put a pair into the address."""
    st.query_params["pair"] = f"{first}-{second}"


def close_pair() -> None:
    """Take the pair out of the address."""
    st.query_params.pop("pair", None)


def show_queue() -> None:
    """Show the pairs that wait, those first whose merge changes whom we may contact."""
    pairs, has_more = review_data.queue()
    if not pairs:
        states.empty("No pair waits for you.", "`lode dedup run` finds new ones.")
        return
    count, is_longer = review_data.waiting() if has_more else (len(pairs), False)
    more = "+" if is_longer else ""
    listed = f" The next {len(pairs)} are listed." if has_more else ""
    st.caption(f"{whole(count)}{more} {'pair waits' if count == 1 else 'pairs wait'}.{listed}")
    st.button(
        "Next pair",
        key="next_pair",
        type="primary",
        icon=":material/arrow_forward:",
        shortcut="N",
        on_click=open_pair,
        args=(pairs[0].first, pairs[0].second),
    )
    rows = [
        {
            "Risk": "▲ Changes contact" if one.is_risky else "– None",
            "Weight": round(one.weight, 1),
            "First": str(one.first),
            "Second": str(one.second),
        }
        for one in pairs
    ]
    key = tables.key_of("queue_table", [(one.first, one.second) for one in pairs])

    def on_select() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        if chosen:
            open_pair(pairs[chosen[0]].first, pairs[chosen[0]].second)

    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=key,
        on_select=on_select,
        selection_mode="single-row",
        height="auto" if len(rows) <= 8 else 322,
    )


def show_pair(first: int, second: int) -> None:
    """Take a pair, show it, and offer the decisions."""
    st.button("Back to the queue", key="back", icon=":material/arrow_back:", on_click=close_pair)
    found = review_data.pair(first, second)
    if found is None:
        states.empty(
            f"The pair {first} and {second} does not wait for a decision.",
            "It was decided, or its records are one person or gone by now.",
        )
        return
    frame.set_browser_title(f"Pair {first} and {second}")
    hold = review_data.take(first, second)
    show_standing(found, hold.expires_at)
    with states.loading(height=300):
        compared = review_data.comparison(found)
        effect = review_data.effect(found.pair)
    pair_panel.show_fields(first, second, compared)
    pair_panel.show_records(compared)
    review_charts.show_waterfall(found)
    show_effect(effect)
    reason = st.text_input(
        "Reason",
        value="compared side by side",
        max_chars=500,
        key=f"reason_{first}_{second}",
        help="Kept for ever with the decision. No phone numbers, please.",
    )

    pair_panel.show_pin(first, second, compared, (reason or "").strip())

    def decide(verdict: str, label: str) -> None:
        why = str(st.session_state[f"reason_{first}_{second}"]).strip()

        def body() -> None:
            job = review_data.decide(hold, verdict, why)
            decisions_panel.note_job(job, f"{label}: {first} and {second}.")

        if why and states.panel("The decision", body):
            close_pair()

    def defer() -> None:
        if states.panel("The decision", lambda: review_data.defer(first, second)):
            close_pair()

    if not (reason or "").strip():
        st.warning("Say why: the reason is kept with the decision.", icon=":material/edit:")
    with st.container(horizontal=True):
        for verdict, label, icon, key in VERDICTS:
            st.button(
                label,
                key=verdict,
                icon=icon,
                shortcut=key,
                on_click=decide,
                args=(verdict, label),
                disabled=not (reason or "").strip(),
            )
        st.button("Not sure", key="defer", icon=":material/schedule:", shortcut="U", on_click=defer)


def show_standing(found: ReviewPair, until: datetime) -> None:
    """Say until when a pair is kept for who looks, and that it was decided already if it was."""
    zone = zone_of(st.context.timezone)
    st.caption(
        f"It is yours until {local_time(until, zone)}; others get the next pair. The"
        f" rules give it {found.pair.score:.0f} of 100 points ({esc(found.reason, 60)})."
    )
    if decided := review_data.decided_at(found.pair.first, found.pair.second):
        states.partial(
            f"It was decided {local_time(decided, zone)}, and no run has honoured that yet. Another"
            " verdict counts only after that decision was taken back: see the newest decisions"
            " below the queue."
        )


def show_effect(effect: Effect) -> None:
    """Say what a merge would do before anybody decides."""
    st.subheader("If they are one person", anchor=False)
    for side in effect.sides:
        channels = ", ".join(
            f"{'✓' if is_allowed else '✕'} {channel_word(channel)}"
            for channel, is_allowed in side.channels.items()
        )
        st.markdown(
            f"Golden person {side.golden_person_id}, {esc(side.full_name, 80)}:"
            f" {counted(side.records, 'record')}, {counted(side.persons, 'person')}; {channels}"
        )
        if side.persons > 1:
            group_panel.show_link(side.golden_person_id, "See the group it stands for")
    chosen = " (people chose it)" if effect.is_chosen else ""
    st.markdown(
        f"They become golden person **{effect.golden_id}**{chosen} of {whole(effect.records)}"
        f" records and {whole(effect.persons)} persons; {effect.retired_id} leads to it."
    )
    others = [str(one) for one in effect.redirected]
    if len(others) > 1:
        rest = f" and {len(others) - SHOWN_IDS} more" if len(others) > SHOWN_IDS else ""
        st.caption(f"Ids that lead elsewhere then: {', '.join(others[:SHOWN_IDS])}{rest}.")
    if effect.inherited:
        words = ", ".join(channel_word(one).lower() for one in effect.inherited)
        st.warning(
            f"Only one of them asked not to be contacted ({esc(words)}): merged, it counts for"
            " both.",
            icon=":material/do_not_disturb_on:",
        )
    show_lists(effect.lists)


def show_lists(lists: tuple[ListTouched, ...]) -> None:
    """Say which lists hold the two, by their newest exports."""
    if not lists:
        st.caption("No list that left, or waits to leave, holds either of them.")
        return
    zone = zone_of(st.context.timezone)
    for one in lists:
        held = "both as two: merged, one is left" if one.holds_both else "one of them"
        use = "its file may still be in use" if one.is_valid else "its file is past its use"
        if data.may(Right.SEE_LISTS):
            st.page_link(
                "app_pages/lists.py",
                label=f"List {esc(one.name, 64)}",
                icon=":material/list_alt:",
                query_params={"list": one.name, "export": str(one.export_id)},
            )
        else:
            st.markdown(f":material/list_alt: List {esc(one.name, 64)}")
        st.caption(
            f"It holds {held}: {esc(channel_word(one.channel).lower())}, export {one.export_id} of"
            f" {local_time(one.decided_at, zone)}; {use}."
        )


version = frame.open_page(
    "Duplicate review",
    "Pairs that may be one person: look at both, decide, and take it back if it was wrong.",
    Right.REVIEW,
)
decisions_panel.show_last()
chosen = pair_in_address()
second_look = pair_in_address("second")
group = st.query_params.get("group")
if group is not None:
    states.panel("The group", lambda: group_panel.show_group(str(group)))
elif second_look is not None:
    second_pair = second_look
    states.panel("The second look", lambda: second_looks_panel.show_second_look(*second_pair))
elif chosen is None:
    for given in (st.query_params[name] for name in ("pair", "second") if name in st.query_params):
        states.empty(f"{esc(given, 60)} is not a pair of persons.")
    states.panel("The queue", show_queue)
    states.panel("Second looks", second_looks_panel.show_second_looks)
    group_panel.show_find()
    st.subheader("Newest decisions", anchor=False)
    states.panel("The decisions", decisions_panel.show_decisions)
else:
    first_person, second_person = chosen
    states.panel("The pair", lambda: show_pair(first_person, second_person))
