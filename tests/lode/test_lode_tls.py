"""TLS: required and verified for every host that is not local, by Python as well as by dbt.

The server under test has a certificate of an authority made here. It is reached as `127.1`, a
spelling that leads to this machine but is no loopback name, so that it counts as any other host.
"""

from __future__ import annotations

import datetime
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loaders.legacy.address import LegacyAddress
from loaders.legacy.connection import legacy_connection
from lode.db import connect
from lode.dbt import dbt_command
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.server_binary import ServerBinary
from lode.settings import LEGACY, ROLES, Credential, Settings, load_settings
from lode.warehouse import provision

pytestmark = pytest.mark.database
HOST = "127.1"
Key = ec.EllipticCurvePrivateKey


class TlsServer(PrivateServer):
    """A private server with TLS options of its own."""

    tls: tuple[str, ...] = ()

    def options(self, binary: ServerBinary) -> list[str]:
        return [*super().options(binary), *self.tls]


def certificate(name: str, issuer: str, key: Key, signer: Key, is_authority: bool) -> bytes:
    """Return a certificate for `name`, signed by `signer`, as PEM."""
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if is_authority:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    signed = builder.sign(signer, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def write_key(path: Path, key: Key) -> None:
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority (ca.pem), its server certificates and another authority."""
    folder = tmp_path_factory.mktemp("papers")
    authority, server, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    (folder / "ca.pem").write_bytes(certificate("Test CA", "Test CA", authority, authority, True))
    (folder / "other.pem").write_bytes(certificate("Other", "Other", other, other, True))
    (folder / "good.pem").write_bytes(certificate(HOST, "Test CA", server, authority, False))
    (folder / "alien.pem").write_bytes(
        certificate("db.example.com", "Test CA", server, authority, False)
    )
    write_key(folder / "key.pem", server)
    return folder


@pytest.fixture(scope="module")
def tls_server(
    engine: str, papers: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TlsServer]:
    """A server that the tests start with one certificate or another, or without TLS."""
    home = tmp_path_factory.mktemp("tls")
    patch = pytest.MonkeyPatch()
    patch.setenv("LODE_SERVER_BUFFER_POOL", "64M")
    server = TlsServer(load_settings({"LODE_HOME": str(home), "LODE_ENGINE": engine}))
    yield server
    server.stop()
    patch.undo()


def serve(server: TlsServer, papers: Path, name: str | None) -> Settings:
    """Start the server with a certificate (None: no TLS); return settings to reach it remotely."""
    wanted: tuple[str, ...] = tuple(
        f"--ssl-{option}={papers / file}"
        for option, file in (("ca", "ca.pem"), ("cert", f"{name}.pem"), ("key", "key.pem"))
    )
    if name is None:
        wanted = ("--tls-version=",) if server.settings.engine == "mysql" else ("--skip-ssl",)
    if server.tls != wanted:
        server.stop()
        server.tls = wanted
    server.start()
    provision(server.settings)
    accounts = {role: server.settings.account(role) for role in ROLES}
    return replace(
        server.settings,
        target="aurora",
        given_host=HOST,
        given_port=server.settings.port,
        tls_ca=papers / "ca.pem",
        credentials={role: Credential(a.user, a.password) for role, a in accounts.items()},
    )


def dbt_debug(settings: Settings, folder: Path) -> subprocess.CompletedProcess[str]:
    """Have dbt itself connect, without our own look first."""
    (folder / "dbt_project.yml").write_text(
        "name: motherlode\nversion: '1.0'\nprofile: motherlode\nconfig-version: 2\n",
        encoding="utf-8",
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LODE_", "DBT_"))}
    return subprocess.run(
        [*dbt_command(settings), "--no-use-colors", "debug", "--connection"],
        cwd=folder,
        env=environment
        | settings.dbt_environment()
        | {"DBT_LOG_PATH": str(folder), "DBT_TARGET_PATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_verified_server_is_reached_encrypted(
    tls_server: TlsServer, papers: Path, tmp_path: Path
) -> None:
    remote = serve(tls_server, papers, "good")
    assert not remote.is_local
    with connect("app", remote, schema="marts") as connection, connection.cursor() as cursor:
        cursor.execute("show session status like 'Ssl_cipher'")
        row = cursor.fetchone()
    assert row is not None
    assert len(row[1]) > 8
    # The account is refused without TLS from now on, so that success proves dbt's encryption.
    with tls_server.admin() as admin, admin.cursor() as cursor:
        for host in ("localhost", "%"):
            cursor.execute(
                "alter user %s@%s require ssl", (remote.account("transformer").user, host)
            )
    try:
        done = dbt_debug(remote, tmp_path)
        assert "Connection test: [OK connection ok]" in done.stdout, done.stdout
        assert done.returncode == 0
    finally:
        with tls_server.admin() as admin, admin.cursor() as cursor:
            for host in ("localhost", "%"):
                account = remote.account("transformer")
                cursor.execute("alter user %s@%s require none", (account.user, host))


@pytest.mark.parametrize("case", ["other authority", "other name", "system store"])
def test_a_server_that_cannot_be_verified_is_refused(
    tls_server: TlsServer, papers: Path, tmp_path: Path, case: str
) -> None:
    remote = serve(tls_server, papers, "alien" if case == "other name" else "good")
    if case != "other name":
        remote = replace(remote, tls_ca=papers / "other.pem" if case == "other authority" else None)
    with (
        pytest.raises(LodeError, match=r"No verified TLS connection to 127\.1") as caught,
        connect("app", remote),
    ):
        pass
    assert "LODE_DB_TLS_CA" in str(caught.value)
    done = dbt_debug(remote, tmp_path)
    assert done.returncode != 0
    assert "certificate" in done.stdout.lower() or "ssl" in done.stdout.lower(), done.stdout


def test_a_legacy_server_is_held_to_the_same(tls_server: TlsServer, papers: Path) -> None:
    remote = serve(tls_server, papers, "good")
    account = remote.account("auditor")
    own = replace(
        remote,
        tls_ca=None,
        legacy_tls_ca=papers / "ca.pem",
        credentials={LEGACY: Credential(account.user, account.password)},
    )
    address = LegacyAddress(HOST, remote.port, remote.schema("marts"))
    with legacy_connection(address, own) as connection, connection.cursor() as cursor:
        cursor.execute("show session status like 'Ssl_cipher'")
        ((_, cipher),) = cursor.fetchall()
    assert len(cipher) > 8
    for authority in (None, papers / "other.pem"):
        with (
            pytest.raises(LodeError, match=r"No verified TLS connection to 127\.1") as caught,
            legacy_connection(address, replace(own, legacy_tls_ca=authority)),
        ):
            pass
        assert "LODE_LEGACY_TLS_CA" in str(caught.value)
    serve(tls_server, papers, None)
    with (
        pytest.raises(LodeError, match=r"No verified TLS connection to 127\.1"),
        legacy_connection(address, own),
    ):
        pass


def test_a_server_without_tls_is_refused_before_any_password_is_sent(
    tls_server: TlsServer, papers: Path, tmp_path: Path
) -> None:
    remote = serve(tls_server, papers, None)
    with connect("app", tls_server.settings):
        pass
    with (
        pytest.raises(LodeError, match=r"No verified TLS connection to 127\.1"),
        connect("app", remote),
    ):
        pass
    done = dbt_debug(remote, tmp_path)
    assert done.returncode != 0
    assert "ssl" in done.stdout.lower() or "tls" in done.stdout.lower(), done.stdout
    # A wrong password is not even looked at: the refusal is the same.
    liar = replace(remote, credentials={"app": Credential("nobody", "canary-10")})
    with (
        pytest.raises(LodeError, match="No verified TLS connection") as caught,
        connect("app", liar),
    ):
        pass
    assert "canary-10" not in str(caught.value)


def test_a_certificate_file_that_is_none_is_one_sentence(papers: Path) -> None:
    values = {"LODE_DB_HOST": HOST, "LODE_APP_USER": "a", "LODE_APP_PASSWORD": "b"}
    for path in (papers / "missing.pem", papers / "key.pem"):
        settings = load_settings(values | {"LODE_DB_TLS_CA": str(path)})
        with pytest.raises(LodeError, match="LODE_DB_TLS_CA"), connect("app", settings):
            pass
