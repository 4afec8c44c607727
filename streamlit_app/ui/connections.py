"""The settings and the engine that all sessions share."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import Engine

from lode.errors import LodeError
from lode.search_pepper import known_pepper
from lode.settings import Settings, load_settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.errors import DatabaseDownError


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def _engine() -> Engine:
    return create_app_engine(_settings())


def settings() -> Settings:
    """Return the settings; a bad one is a DatabaseDownError with its sentence."""
    try:
        return _settings()
    except LodeError as error:
        raise DatabaseDownError(error.sentence) from error


def engine() -> Engine:
    """Return the shared engine; a bad setting is a DatabaseDownError with its sentence."""
    try:
        return _engine()
    except LodeError as error:
        raise DatabaseDownError(error.sentence) from error


def pepper() -> str | None:
    """Return the pepper of the search keys, None if there is none; never cached."""
    try:
        return known_pepper(settings())
    except LodeError as error:
        raise DatabaseDownError(error.sentence) from error
