"""The five states of a panel, one helper each: empty, loading, stale, partial, error."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from lode.errors import LodeError
from lode.rights import AccessDeniedError
from streamlit_app.queries.errors import (
    BeingRenewedError,
    NotBuiltError,
    QueryError,
    new_error_id,
)
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import esc

logger = logging.getLogger("lode.dashboard")


def empty(sentence: str, what_to_do: str = "") -> None:
    """Say why there is nothing, and what would change that; no foreign text unescaped."""
    st.info(f"{sentence} {what_to_do}".strip(), icon=":material/inbox:")


@contextmanager
def loading(height: int) -> Iterator[None]:
    """Hold a place of the final height (in pixels) while the block reads, so that nothing jumps."""
    place = st.empty()
    place.skeleton(height=height)
    try:
        yield
    finally:
        place.empty()


def stale(sentence: str) -> None:
    """Say that what is shown is older than it should be."""
    st.warning(sentence, icon=":material/schedule:")


def partial(sentence: str) -> None:
    """Say that only a part of something is shown."""
    st.warning(sentence, icon=":material/filter_list:")


def error(problem: QueryError) -> None:
    """Say why there is no answer; the error id leads an operator to the log."""
    if isinstance(problem, NotBuiltError):
        empty(problem.sentence)
        return
    if isinstance(problem, BeingRenewedError):
        stale(f"{problem.sentence} (Error {problem.error_id})")
        return
    st.error(f"{problem.sentence} (Error {problem.error_id})", icon=":material/error:")


def refused(problem: LodeError | QueryError) -> None:
    """Say why a service did not do what was asked, in the words of the page's fields."""
    st.error(esc(in_form(problem.sentence), 1_000), icon=":material/error:")


def denied(problem: AccessDeniedError) -> None:
    """Say that a role is missing, and which."""
    st.warning(problem.sentence, icon=":material/lock:")


def fault(title: str, error_id: str) -> None:
    """Say that the dashboard itself is at fault; the trace is in the log, under the error id."""
    st.error(
        f"{title} can't be shown because of a fault in the dashboard. (Error {error_id})",
        icon=":material/error:",
    )


def panel(title: str, body: Callable[[], None]) -> bool:
    """Run a part of a page so that its failure stays its own; tells whether it went well."""
    try:
        body()
    except QueryError as problem:
        error(problem)
        return False
    except AccessDeniedError as problem:
        denied(problem)
        return False
    except LodeError as problem:
        refused(problem)
        return False
    except Exception:
        # Streamlit's own control flow is no Exception and passes through.
        error_id = new_error_id()
        logger.exception("error %s: %s failed unexpectedly", error_id, title)
        fault(title, error_id)
        return False
    return True
