"""Who is at the other end of a route of our own: checked there anew, whatever a page checked."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Engine
from starlette.requests import Request

from lode.rights import ADMIN, LOCAL_PREFIX, Principal, Right, require
from lode.settings import Settings, load_settings
from streamlit_app.auth.tickets import Ticket, TicketError
from streamlit_app.queries.access import read_roles
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.ui.local_mode import is_local_session


@lru_cache(maxsize=1)
def route_engine() -> Engine:
    """Return an engine of one connection: routes never take the connections of the pages."""
    return create_app_engine(load_settings(), pool_size=1, max_overflow=2)


def admit(request: Request, settings: Settings, ticket: Ticket, right: Right) -> Principal:
    """Return who holds a ticket, with the roles of this moment; LodeError if they may not (now)."""
    if ticket.subject.startswith(LOCAL_PREFIX):
        if not is_local_session(settings, dict(request.headers)):
            raise TicketError("This link works on the machine of the dashboard only.")
        return Principal(ticket.subject, frozenset({ADMIN}))
    who = Principal(ticket.subject, read_roles(route_engine(), ticket.subject))
    require(who, right)
    return who
