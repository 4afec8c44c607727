"""One file's way in Chromium: uploaded, its worker killed, worked by the next, its report taken."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pymysql.cursors import DictCursor
from test_dashboard_browser import new_findings, take_picture
from visits import Visit, new_context

from lode import audit
from lode.db import connect
from lode.ports import choose_port
from lode.settings import Settings
from streamlit_app.launch import Dashboard, serve, start_worker

pytestmark = pytest.mark.database
# So many records come in several parts.
MANY = 600_000
CSV = (
    "first_name,last_name,email,phone,source_date,lead_source\n"
    "Asha,Nakamura,asha@example.com,2175550143,2026-01-05,web\n"
    "Ben,Okafor,ben@example.org,2175550144,2026-01-06,web\n"
    ",,,,2026-01-06,web\n"
)


@pytest.fixture(scope="module")
def served(warehouse_module: Settings) -> Iterator[Dashboard]:
    """The real server with its worker, over a warehouse in which nothing was built yet."""
    with serve(warehouse_module, choose_port(None, None), block=False) as running:
        yield running


def job_of(settings: Settings) -> dict[str, Any]:
    """Return the newest job."""
    with (
        connect("loader", settings, schema="raw") as connection,
        connection.cursor(DictCursor) as cursor,
    ):
        cursor.execute("select * from app_jobs order by id desc limit 1")
        return cursor.fetchone() or {}


def kill_the_worker(served: Dashboard, settings: Settings) -> None:
    """Kill the worker while it has a job, and let the job's lease run out."""
    deadline = time.monotonic() + 60
    while job_of(settings)["state"] != "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert served.worker is not None
    served.worker.kill()
    served.worker.wait()
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_jobs set lease_until = utc_timestamp(6) where state = 'RUNNING'"
        )
    assert job_of(settings)["state"] == "RUNNING"


@contextmanager
def held_after_the_first_part(settings: Settings) -> Iterator[None]:
    """Let the load of a large file commit its first part, and no other for the block."""
    part = "select 1 from load_progress where row_count > 1000 limit 1"
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        wait_until(lambda: bool(cursor.execute(part)))
        cursor.execute("lock tables staging_raw_import read")
        yield


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait a minute at most."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def look_at(page: Page, name: str) -> None:
    """Hold a page to axe, light and dark, and to the width of a telephone; take pictures."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(400)
        assert new_findings(page) == {}
        take_picture(page, f"{name}_wide_{scheme}")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    take_picture(page, f"{name}_narrow_dark")
    page.set_viewport_size({"width": 1366, "height": 900})
    page.emulate_media(color_scheme="light")


def links(page: Page) -> list[str]:
    return [
        str(page.get_by_role("link", name=name).get_attribute("href"))
        for name in ("Success report", "Error report", "Checklist")
    ]


def test_a_file_comes_in_is_worked_and_its_report_is_taken_once(
    browser: Browser,
    context: BrowserContext,
    served: Dashboard,
    warehouse_module: Settings,
    tmp_path: Path,
) -> None:
    source = tmp_path / "leads.csv"
    source.write_text(CSV)
    visit = Visit(context.new_page(), served.url)
    page = visit.open("/imports")
    page.get_by_text("Load a file", exact=True).click()
    page.locator("input[type=file]").set_input_files(str(source))
    expect(page.get_by_text("What the file is")).to_be_visible()
    assert "/imports?upload=" in page.url
    visit.settle()
    look_at(page, "upload")
    page.get_by_role("button", name="Start import").click()
    expect(page.get_by_text("Load a file · leads.csv")).to_be_visible()
    kill_the_worker(served, warehouse_module)
    page = visit.open("/imports")
    expect(page.get_by_text("No worker is at work on it")).to_be_visible()
    served.worker = start_worker(warehouse_module, served.log)
    # For a moment the part that looks again stands there twice: as it was, and as it is.
    expect(page.get_by_text("✓ Done").first).to_be_visible(timeout=240_000)
    assert job_of(warehouse_module)["attempt"] == 2
    # Closing the tab loses nothing: another one knows what became of it.
    page.close()
    visit = Visit(context.new_page(), served.url)
    import_id = audit.newest(warehouse_module, 1, "job.done", None)[0].recorded_at.strftime(
        "imp_%Y_%m_%d_001"
    )
    page = visit.open(f"/imports?imp={import_id}")
    expect(page.get_by_text("Every one of the 3 records is accounted for.")).to_be_visible()
    page.get_by_text("Replay or undo this import").click()
    page.get_by_role("link", name="Checklist").scroll_into_view_if_needed()
    look_at(page, "import_done")
    success, errors, checklist = (served.url + link for link in links(page))
    stranger = new_context(browser, "wide", "light")
    stranger.new_page().goto(served.url)
    refused = stranger.request.get(success)
    assert (refused.status, "another browser" in refused.text()) == (403, True)
    stranger.close()
    taken = context.request.get(success)
    assert taken.status == 200
    assert taken.headers["cache-control"] == "no-store"
    assert "attachment" in taken.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(taken.text()))
    assert (row["import_id"], row["total_rows"]) == (import_id, "3")
    assert context.request.get(success).status == 403
    assert context.request.get(errors).text().startswith("row_number,error_type,")
    assert json.loads(context.request.get(checklist).text())["import_id"] == import_id
    noted = audit.newest(warehouse_module, 10, "import.report", import_id)
    assert len(noted) == 3
    assert noted[0].actor.startswith("local:")
    assert visit.foreign == []
    assert audit.verify_log(warehouse_module, {}).fault is None


def test_a_large_file_has_a_page_of_its_own(
    context: BrowserContext, served: Dashboard, tmp_path: Path
) -> None:
    source = tmp_path / "large.csv"
    source.write_text(CSV)
    visit = Visit(context.new_page(), served.url)
    page = visit.open("/imports")
    page.get_by_text("Load a file", exact=True).click()
    link = str(
        page.get_by_role("link", name="upload it on a page of its own").get_attribute("href")
    )
    page.goto(served.url + link)
    expect(page.get_by_role("heading", name="Upload a large file")).to_be_visible()
    page.get_by_label("File").set_input_files(str(source))
    page.get_by_role("button", name="Upload").click()
    visit.settle()
    expect(page.get_by_text("What the file is")).to_be_visible()
    assert "/imports?upload=" in page.url
    again = context.request.post(served.url + link, multipart={"file": source})
    assert again.status == 400
    assert "was used or is too old" in again.text()


def test_progress_is_shown_with_its_speed_and_what_is_left(
    context: BrowserContext, served: Dashboard, warehouse_module: Settings, tmp_path: Path
) -> None:
    """The second part waits for a lock, so that there is something left however fast the rest is.

    The worker, which writes down every two seconds how far it is, is stopped when it has done so.
    """
    source = tmp_path / "many.csv"
    head, row = CSV.splitlines(keepends=True)[:2]
    source.write_text(head + row * MANY)
    visit = Visit(context.new_page(), served.url)
    page = visit.open("/imports")
    page.get_by_text("Load a file", exact=True).click()
    page.locator("input[type=file]").set_input_files(str(source))
    expect(page.get_by_text("What the file is")).to_be_visible()
    visit.settle()
    page.get_by_role("button", name="Start import").click()
    expect(page.get_by_text("Load a file · many.csv")).to_be_visible()
    assert served.worker is not None
    with held_after_the_first_part(warehouse_module):
        wait_until(lambda: " left" in str(job_of(warehouse_module)["message"]))
        served.worker.send_signal(signal.SIGSTOP)
    job = job_of(warehouse_module)
    assert 0 < job["done_count"] < MANY
    assert abs(job["total_count"] - MANY) < MANY / 10
    said = f"{job['done_count']:,} of about {job['total_count']:,} records · {job['message']}"
    assert re.fullmatch(r"[\d,]+ a second, about \d+ (s|min) left", job["message"])
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(1)
    served.worker.kill()
    served.worker.wait()
    assert visit.foreign == []
