"""The command `lode dashboard`."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add `lode dashboard` to the command line."""

    @app.command()
    def dashboard(
        port: int | None = typer.Option(
            None,
            "--port",
            help="Port on 127.0.0.1; without it 8501, or a free one if that is taken.",
        ),
        no_open: bool = typer.Option(False, "--no-open", help="Do not open a browser."),
    ) -> None:
        """Serve the dashboard on this machine until Ctrl-C."""
        from lode.settings import load_settings
        from streamlit_app.launch import serve

        serve(load_settings(), port, opens_browser=not no_open)
