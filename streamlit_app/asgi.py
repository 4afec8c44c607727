"""The ASGI application: Streamlit with routes and headers of our own.

`lode dashboard` serves it on this machine; a deployment runs
`uvicorn streamlit_app.asgi:app` behind its proxy.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

# Streamlit puts this folder on the import path, where our script has the package's name.
PROJECT = Path(__file__).resolve().parent.parent
if sys.path[0] != str(PROJECT):
    sys.path.insert(0, str(PROJECT))

import streamlit as st  # noqa: E402
import streamlit.config as streamlit_config  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from streamlit_app.headers import SecurityHeaders  # noqa: E402
from streamlit_app.queries.errors import new_error_id  # noqa: E402
from streamlit_app.routes import ROUTES  # noqa: E402

logger = logging.getLogger("lode.dashboard")

SCRIPT = Path(__file__).resolve().parent / "streamlit_app.py"


def report_script_error(error: Exception) -> bool:
    """Log a fault that no panel caught (in a callback, say); the reader gets its id."""
    error_id = new_error_id()
    logger.error("error %s: a script failed unexpectedly", error_id, exc_info=error)
    st.error(f"Something went wrong in the dashboard. (Error {error_id})", icon=":material/error:")
    return True


# Our config.toml lies beside the script, and counts wherever we are started from: newer releases of
# Streamlit look there by themselves, older ones only when told so (by what their own command sets).
if streamlit_config._main_script_path is None:
    streamlit_config._main_script_path = str(SCRIPT)
streamlit_config.get_config_options(force_reparse=True)

app = st.App(
    SCRIPT,
    routes=ROUTES,
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=report_script_error,
)
