"""Commands of the private local server, of provisioning and of the settings."""

from __future__ import annotations

import typer

EXIT_STOPPED = 3


def register(app: typer.Typer) -> None:
    """Add `lode server …`, `lode init` and `lode env` to the command line."""
    server = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="The private local server."
    )
    app.add_typer(server, name="server")
    server.command(help="Start it; makes its data, the schemas and the accounts if need be.")(start)
    server.command(help="Stop it.")(stop)
    server.command(help="Say whether it runs: exit code 0 if it does, 3 if not.")(status)
    server.command(help="Stop it and delete its data and accounts.")(reset)
    app.command(help="Create the schemas, accounts and raw tables that are missing.")(init)
    app.command(help="Print the settings in effect, without secrets.")(env)


def start() -> None:
    """Start the local server and provision the warehouse on it."""
    from lode.server import PrivateServer
    from lode.settings import load_settings
    from lode.warehouse import provision

    settings = load_settings()
    status = PrivateServer(settings).start()
    provision(settings)
    typer.echo(
        f"{status.engine} {status.version} is running on 127.0.0.1:{status.port}"
        f" (pid {status.pid})."
    )


def stop() -> None:
    """Stop the local server."""
    from lode.server import PrivateServer
    from lode.settings import load_settings

    PrivateServer(load_settings()).stop()
    typer.echo("The local server is stopped.")


def status() -> None:
    """Print the local server's state; exit code 3 if it is stopped."""
    from lode.server import PrivateServer
    from lode.settings import load_settings

    found = PrivateServer(load_settings()).status()
    for name, value in (
        ("engine", found.engine),
        ("state", "running" if found.is_running else "stopped"),
        ("version", found.version),
        ("pid", found.pid),
        ("port", found.port),
        ("data", f"{found.data_bytes / 1024 / 1024:.1f} MiB"),
    ):
        typer.echo(f"{name:<8} {'-' if value is None else value}")
    if not found.is_running:
        raise typer.Exit(EXIT_STOPPED)


def reset() -> None:
    """Delete the local server's data and accounts."""
    from lode.server import PrivateServer
    from lode.settings import load_settings

    PrivateServer(load_settings()).reset()
    typer.echo("The local server's data are deleted; `lode server start` makes new ones.")


def init(
    print_grants: bool = typer.Option(
        False,
        "--print-grants",
        help="Only print the SQL by which an administrator makes schemas and accounts elsewhere.",
    ),
) -> None:
    """Make everything on the local server, the raw tables alone on any other."""
    from lode.fact_check import adopt_facts
    from lode.settings import load_settings
    from lode.warehouse import administrator_script, create_remote_tables, provision

    settings = load_settings()
    if print_grants:
        typer.echo(administrator_script(settings))
    elif settings.is_private:
        provision(settings)
        adopt_facts(settings)
        typer.echo(f"The warehouse {settings.prefix} is ready.")
    else:
        create_remote_tables(settings)
        adopt_facts(settings)
        typer.echo(f"The raw tables of {settings.schema('raw')} are ready.")


def env() -> None:
    """Print the settings in effect."""
    from lode.settings import LEGACY, ROLES, load_settings

    settings = load_settings()
    for name, value in settings.public_environment().items():
        typer.echo(f"{name}={value}")
    for role in (*ROLES, LEGACY):
        typer.echo(f"# {role}: {settings.account_origin(role)}")
