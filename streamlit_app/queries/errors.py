"""Why a query gave no answer, each as a sentence that a page can show as it is."""

from __future__ import annotations

import secrets


class QueryError(Exception):
    """A read that failed. `sentence` is for the reader; `error_id` finds the entry in the log."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.error_id = new_error_id()


class DatabaseDownError(QueryError):
    """The database does not answer, or refuses the account."""


class NotBuiltError(QueryError):
    """The marts are not there: dbt never ran on this warehouse."""

    def __init__(self) -> None:
        super().__init__("Nothing has been built yet: run `lode run`.")


class TooSlowError(QueryError):
    """A statement ran into its time limit."""


class BeingRenewedError(QueryError):
    """The tables of a statement were renamed under it, twice: a run publishes them just now."""

    def __init__(self) -> None:
        super().__init__("A run is renewing these numbers just now: look again in a moment.")


class NotAllowedError(QueryError):
    """The database does not let the dashboard's account read this."""


class WrongPepperError(QueryError):
    """Keys made here are not those of the warehouse: nobody could be found by phone or mailbox."""

    def __init__(self) -> None:
        super().__init__(
            "The dashboard's search pepper is not that of the warehouse: set LODE_SEARCH_PEPPER"
            " alike for both, then run `lode run`. Names and ids can be searched meanwhile."
        )


class QueryFailedError(QueryError):
    """Any other refusal of the database."""


def new_error_id() -> str:
    """Return a short random id that a reader can quote and an operator can find in the log."""
    return secrets.token_hex(4)
