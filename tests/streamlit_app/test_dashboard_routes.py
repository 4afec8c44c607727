"""Our own routes, asked directly: each checks ticket, browser and role itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from made_marts import BUILT_AT, add_imports
from opened_page import routes_client
from starlette.applications import Starlette
from starlette.testclient import TestClient

from loaders import uploads
from loaders.landing_store import landing_store
from loaders.reports import report_place
from lode import access, audit
from lode.settings import Settings
from streamlit_app import routes
from streamlit_app.auth.tickets import REPORT, UPLOAD, browser_of, issue

pytestmark = pytest.mark.database
COOKIES = {"_streamlit_xsrf": "a browser's token"}
DONE = "imp_2026_02_28_901"  # a number that no other test brings in: they share a landing zone
REPORTED = BUILT_AT - timedelta(hours=1)

FILE_BEGINS = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\n"
)


@pytest.fixture(scope="module")
def ready(seeded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The seeded warehouse with somebody in two roles and the report of one import."""
    for role in ("operator", "viewer"):
        access.grant(seeded, f"{role}@example.com", role, by="chief", reason="test")
    row = {"id": 9, "import_id": DONE, "filename": "a.csv", "status": "COMPLETE", "row_count": 1}
    add_imports(seeded, [{**row, "completed_at": REPORTED}])
    path = landing_store(seeded).local_path(report_place(DONE, 1, REPORTED, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("row_number\n1\n")
    yield seeded
    path.unlink()


def nameless_files() -> list[str]:
    """What this process has open of files that have no name (any more), as temporary ones are."""
    targets: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            targets.append(str(link.readlink()))
    return [target for target in targets if target.endswith("(deleted)")]


def sent_in_chunks(key: str, begin: bytes, pieces: list[bytes]) -> tuple[int, dict[str, Any]]:
    """Ask the route as a server does that has a body in chunks; how many were taken, the answer."""
    waiting = deque([begin, *pieces])
    count = len(waiting)
    answer: dict[str, Any] = {"text": ""}
    cookie = "; ".join(f"{name}={value}" for name, value in COOKIES.items())
    kind = b"multipart/form-data; boundary=x"
    headers = [(b"content-type", kind), (b"cookie", cookie.encode()), (b"host", b"testserver")]
    scope = {
        "type": "http", "method": "POST", "path": f"/uploads/{key}", "headers": headers,
        "query_string": b"", "root_path": "", "scheme": "http", "server": ("testserver", 80),
        "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        body = waiting.popleft()
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: MutableMapping[str, Any]) -> None:
        answer["status"] = message.get("status", answer.get("status"))
        answer["text"] += message.get("body", b"").decode()

    # In a thread of its own: a browser of another test may have a loop at work in this one.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, Starlette(routes=routes.ROUTES)(scope, receive, send)).result()
    return count - len(waiting), answer


@pytest.fixture
def client(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with routes_client(ready, monkeypatch, COOKIES) as asked:
        yield asked


def ticket(subject: str, purpose: str = REPORT, **detail: str) -> str:
    given = {"import_id": DONE, "kind": "errors", **detail}
    return issue(purpose, f"{subject}@example.com", browser_of(COOKIES), given)


def test_a_report_comes_once_and_is_noted(client: TestClient, ready: Settings) -> None:
    key = ticket("operator")
    answer = client.get(f"/reports/{key}")
    assert (answer.status_code, answer.text) == (200, "row_number\n1\n")
    assert f'filename="{DONE}_errors.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert client.get(f"/reports/{key}").status_code == 403
    noted = audit.newest(ready, 10, "import.report", DONE)
    assert [one.actor for one in noted] == ["operator@example.com"]


def test_a_role_that_ended_after_the_ticket_gets_nothing(
    client: TestClient, ready: Settings
) -> None:
    before = len(audit.newest(ready, 100, "import.report", None))
    answer = client.get(f"/reports/{ticket('viewer')}")
    assert answer.status_code == 403
    assert "You may not load, replay or undo imports" in answer.text
    assert client.get(f"/reports/{ticket('nobody')}").status_code == 403
    assert len(audit.newest(ready, 100, "import.report", None)) == before


def test_a_local_ticket_is_good_on_this_machine_only(client: TestClient) -> None:
    key = issue(REPORT, "local:ops", browser_of(COOKIES), {"import_id": DONE, "kind": "errors"})
    answer = client.get(f"/reports/{key}", headers={"host": "dashboard.example.com"})
    assert (answer.status_code, "on the machine of the dashboard only" in answer.text) == (
        403,
        True,
    )


@pytest.mark.parametrize(
    ("detail", "sentence"),
    [
        ({"import_id": "imp_2026_02_19_002"}, "it has no reports yet"),
        ({"import_id": "imp_none"}, "There is no such report"),
        ({"kind": "../../secrets"}, "There is no such report"),
        ({"kind": "success"}, "are not in the landing zone"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    client: TestClient, detail: dict[str, str], sentence: str
) -> None:
    answer = client.get(f"/reports/{ticket('operator', **detail)}")
    assert (answer.status_code, sentence in answer.text) == (404, True)


def test_a_large_file_is_kept_whole_or_not_at_all(
    client: TestClient, ready: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = b"a,b\n" * 300_000
    form = client.get(f"/uploads/{ticket('operator', UPLOAD)}")
    assert form.status_code == 200
    assert "<script" not in form.text
    came = client.post(
        f"/uploads/{ticket('operator', UPLOAD)}",
        files={"file": ("../big.csv", content)},
        follow_redirects=False,
    )
    assert came.status_code == 303
    key = came.headers["location"].removeprefix("/imports?upload=")
    assert uploads.uploaded_file(ready, key).read_bytes() == content
    assert uploads.uploaded_file(ready, key).name == "big.csv"
    uploads.forget_upload(ready, key)
    monkeypatch.setattr(routes, "MAXIMUM_BYTES", 100_000)
    large = client.post(
        f"/uploads/{ticket('operator', UPLOAD)}", files={"file": ("big.csv", content)}
    )
    assert (large.status_code, "is larger than" in large.text) == (413, True)
    none = client.post(f"/uploads/{ticket('operator', UPLOAD)}", data={"x": "y"})
    assert "No file came" in none.text
    assert client.post(f"/uploads/{ticket('viewer', UPLOAD)}").status_code == 400
    assert client.get("/uploads/made-up").status_code == 403
    assert list(uploads.uploads_folder(ready).iterdir()) == []


def test_a_body_without_a_length_ends_where_the_limit_is(
    client: TestClient, ready: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after the limit isn't even taken from the socket; nothing stays on the disk."""
    monkeypatch.setattr(routes, "MAXIMUM_BYTES", 1_000_000)
    before = nameless_files()
    taken, answer = sent_in_chunks(
        ticket("operator", UPLOAD), FILE_BEGINS, [b"a,b\n" * 25_000] * 1_000
    )
    assert (answer["status"], "is larger than 1 MiB" in answer["text"]) == (413, True)
    assert taken == 12, "1.0 MB of the file, 0.1 MB for the form, and the piece beyond"
    assert nameless_files() == before
    assert list(uploads.uploads_folder(ready).iterdir()) == []


def test_what_is_no_form_is_a_sentence(client: TestClient) -> None:
    _, answer = sent_in_chunks(ticket("operator", UPLOAD), b"no boundary", [])
    assert (answer["status"], "no form with one file" in answer["text"]) == (400, True)
