"""The ASGI application: Streamlit with routes and headers of our own.

`lode dashboard` serves it on this machine; a deployment runs
`uvicorn streamlit_app.asgi:app` behind its proxy.
"""

from __future__ import annotations

import logging
import sys
from functools import lru_cache
from pathlib import Path

# Streamlit puts this folder on the import path, where our script has the package's name.
PROJECT = Path(__file__).resolve().parent.parent
if sys.path[0] != str(PROJECT):
    sys.path.insert(0, str(PROJECT))

import streamlit as st  # noqa: E402
import streamlit.config as streamlit_config  # noqa: E402
from sqlalchemy import Engine  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from lode.errors import LodeError  # noqa: E402
from lode.settings import load_settings  # noqa: E402
from streamlit_app.headers import SecurityHeaders  # noqa: E402
from streamlit_app.queries.engine import create_app_engine  # noqa: E402
from streamlit_app.queries.errors import NotBuiltError, QueryError, new_error_id  # noqa: E402
from streamlit_app.queries.warehouse import read_version  # noqa: E402
from streamlit_app.ui.format import utc_now  # noqa: E402

logger = logging.getLogger("lode.dashboard")

SCRIPT = Path(__file__).resolve().parent / "streamlit_app.py"


@lru_cache(maxsize=1)
def _probe_engine() -> Engine:
    """Return an engine of one connection: probes never take the connections of the pages."""
    return create_app_engine(load_settings(), pool_size=1, max_overflow=0)


def ready(_request: Request) -> JSONResponse:
    """Answer 200 with the warehouse's version and age, or 503 with the sentence of a page."""
    headers = {"Cache-Control": "no-store"}
    try:
        version = read_version(_probe_engine())
        if version is None:
            raise NotBuiltError
    except (QueryError, LodeError) as problem:
        body: dict[str, object] = {"status": "not ready", "reason": problem.sentence}
        return JSONResponse(body, status_code=503, headers=headers)
    age_seconds = int((utc_now() - version.built_at).total_seconds())
    body = {
        "status": "ready",
        "warehouse_version": version.version,
        "warehouse_age_seconds": age_seconds,
    }
    return JSONResponse(body, headers=headers)


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
    routes=[Route("/ready", ready, methods=["GET"])],
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=report_script_error,
)
