"""The ASGI application: Streamlit with routes and headers of our own.

`lode dashboard` serves it on this machine; a deployment runs
`uvicorn streamlit_app.asgi:app` behind its proxy.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

# Streamlit puts this folder on the import path, where our script has the package's name.
PROJECT = Path(__file__).resolve().parent.parent
if sys.path[0] != str(PROJECT):
    sys.path.insert(0, str(PROJECT))

import streamlit as st  # noqa: E402
import streamlit.config as streamlit_config  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from streamlit.runtime.secrets import secrets_singleton  # noqa: E402

from streamlit_app.auth.deep_links import DeepLinks  # noqa: E402
from streamlit_app.headers import SecurityHeaders  # noqa: E402
from streamlit_app.navigation import PAGES  # noqa: E402
from streamlit_app.queries.errors import new_error_id  # noqa: E402
from streamlit_app.routes import ROUTES  # noqa: E402

logger = logging.getLogger("lode.dashboard")

SECRETS_VARIABLE = "LODE_DASHBOARD_SECRETS"
SCRIPT = Path(__file__).resolve().parent / "streamlit_app.py"


def use_secrets() -> None:
    """Let Streamlit read the secrets of the login from the file that a variable names.

    A file that was named and is not there ends the process: without its login, whoever comes from
    this machine would be an admin.
    """
    given = os.environ.get(SECRETS_VARIABLE)
    if not given:
        return
    if not Path(given).is_file():
        sys.exit(f"{SECRETS_VARIABLE} is {given!r}, which is no file: name one, or leave it unset.")
    streamlit_config.set_option("secrets.files", [given])


def login_middleware() -> list[Middleware]:
    """Return what keeps the page asked for through a login, where there is one."""
    if not secrets_singleton.load_if_toml_exists() or "auth" not in secrets_singleton:
        return []
    pages = frozenset(f"/{entry.name}" for entry in PAGES[1:])
    return [Middleware(DeepLinks, pages=pages)]


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
use_secrets()

app = st.App(
    SCRIPT,
    routes=ROUTES,
    middleware=[Middleware(SecurityHeaders), *login_middleware()],
    on_script_error=report_script_error,
)
