"""The served dashboard in Chromium: clicks until idle, open tabs, files handed out.

Click to idle is from a click in the menu (or on a button) until the script has ended and no panel
is loading any more; its bar is 1.5 s in the 95th percentile. Memory is that of the server process
with all its children: 50 open tabs have 1 GB, and handing a list of a million lines out 200 times
must not need more and more.
"""

from __future__ import annotations

import hashlib
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pymysql.cursors import Cursor

from benchmarks.dashboard_marts import fill, people_wanted
from benchmarks.dashboard_rows import FIRST_ID
from lode.db import connect
from lode.list_files import export_file, make_folder
from lode.settings import Settings
from streamlit_app.launch import Dashboard, serve

TABS, QUICK_TABS = 50, 5
EXPORTS, QUICK_EXPORTS = 200, 10
LINES, QUICK_LINES = 1_000_000, 50_000
# The first files fill what the process keeps for good.
WARM_UP = 5
ROUNDS = 5
BAR_MILLISECONDS, BAR_MEBIBYTES = 1_500.0, 1_000.0
PAGES = {
    "Overview": "/",
    "Imports": "/imports",
    "People": f"/people?person={FIRST_ID + 1}",
    "Priority lists": "/lists?list=list_1",
    "Timeline": f"/timeline?person={FIRST_ID}",
    "Duplicate review": "/review",
    "Compliance risk": "/risk",
    "Audit log": "/audit",
    "Warehouse health": "/health",
}
READY = (
    "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"
)
IS_IDLE = f"""() => document.querySelector('{READY}')
    && !document.querySelector('[data-testid=stSkeleton]')"""


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes small sizes."""
    fill(settings, people_wanted(quick), 5_000)
    return measure(settings, quick)


def measure(settings: Settings, quick: bool) -> list[dict[str, Any]]:
    """Measure over a filled warehouse."""
    exports = _add_exports(
        settings, QUICK_LINES if quick else LINES, QUICK_EXPORTS if quick else EXPORTS
    )
    with serve(settings, _any_port(), block=False) as dashboard, chromium() as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 900})
        results = _clicks(context, dashboard)
        context.close()
        results.append(_tabs(browser, dashboard, QUICK_TABS if quick else TABS))
    with serve(settings, _any_port(), block=False) as dashboard, chromium() as browser:
        context = browser.new_context()
        results += _exports(context, dashboard, *exports)
    return results


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium of the system."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"], headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


def _clicks(context: BrowserContext, dashboard: Dashboard) -> list[dict[str, Any]]:
    """Click through the menu, search, and page through a long life."""
    page = _opened(context, dashboard, "/")
    took: dict[str, list[float]] = {}

    def click(name: str, action: Callable[[], object], heading: str) -> None:
        started = time.perf_counter()
        action()
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        # A script that has not begun yet looks idle: half a frame is left to it.
        page.wait_for_timeout(20)
        page.wait_for_function(IS_IDLE, polling="raf")
        took.setdefault(name, []).append((time.perf_counter() - started) * 1000)

    for _ in range(ROUNDS + 1):
        for title in [*list(PAGES)[1:], "Overview"]:
            link = page.get_by_test_id("stSidebarNavLink").filter(has_text=title)
            click(f"to the page {title}", link.click, title)
        box = page.get_by_role("textbox", name="Find a person")
        box.fill("Milason, Ma")
        click("to what a search finds", partial(box.press, "Enter"), "People")
    page.goto(dashboard.url + PAGES["Timeline"])
    page.wait_for_function(IS_IDLE)
    for _ in range(ROUNDS + 1):
        button = page.get_by_role("button", name="Older")
        click("to older events", button.click, "Timeline")
    page.close()
    # The first round fetches scripts and fills caches.
    times = {name: found[1:] for name, found in took.items()}
    slowest = max(times, key=lambda name: statistics.median(times[name]))
    every = [one for found in times.values() for one in found]
    return [
        _row("click to idle, median of all pages", statistics.median(every), BAR_MILLISECONDS),
        _row("click to idle, p95", statistics.quantiles(every, n=20)[-1], BAR_MILLISECONDS),
        _row(f"click to idle, {slowest}", statistics.median(times[slowest]), BAR_MILLISECONDS),
    ]


def _tabs(browser: Browser, dashboard: Dashboard, count: int) -> dict[str, Any]:
    """Open tabs over all pages and leave them open."""
    context = browser.new_context()
    places = list(PAGES.values())
    for number in range(count):
        _opened(context, dashboard, places[number % len(places)])
    used = _memory(dashboard.process.pid)
    alive = sum(1 for page in context.pages if page.locator(READY).count())
    context.close()
    assert alive == count, f"{alive} of {count} tabs are connected"
    return _row(f"server with {count} open tabs", used, BAR_MEBIBYTES, "MiB")


def _exports(
    context: BrowserContext, dashboard: Dashboard, numbers: list[int], digest: str
) -> list[dict[str, Any]]:
    """Take the file of one export after another, each by the link of its page."""
    page = _opened(context, dashboard, "/lists")
    memory, seconds = [], []
    for turn, number in enumerate(numbers):
        page.goto(f"{dashboard.url}/lists?list=large&export={number}")
        page.wait_for_function(IS_IDLE)
        link = page.locator("a[href*='/exports/']").get_attribute("href") or ""
        started = time.perf_counter()
        is_packed = turn % 10 == 1
        _take(context, dashboard.url + link[link.index("/exports/") :], is_packed, digest)
        if not is_packed:
            seconds.append(time.perf_counter() - started)
        memory.append(_memory(dashboard.process.pid))
    page.close()
    first, last = memory[min(WARM_UP, len(numbers) - 1)], statistics.median(memory[-WARM_UP:])
    return [
        _row(f"server after {len(numbers)} exports against after {WARM_UP}", last, first, "MiB"),
        _row("one export, all of its bytes", statistics.median(seconds) * 1000, None),
    ]


def _take(context: BrowserContext, url: str, is_packed: bool, expected: str) -> None:
    """Take a file as the browser would, but without keeping it; packed it takes much longer."""
    cookies = {one["name"]: one["value"] for one in context.cookies()}
    headers = {"accept-encoding": "gzip" if is_packed else "identity"}
    digest = hashlib.sha256()
    with httpx.stream(
        "GET", url, cookies=cookies, headers=headers, timeout=120, trust_env=False
    ) as answer:
        assert answer.status_code == 200, answer.read()
        for part in answer.iter_bytes():
            digest.update(part)
    assert digest.hexdigest() == expected


def _add_exports(settings: Settings, lines: int, count: int) -> tuple[list[int], str]:
    """Write the files of exports, all of one content, and their rows in the ledger.

    Returns their numbers, and the digest of the content.
    """
    make_folder(settings)
    paths = [export_file(settings, f"{number:032x}") for number in range(count)]
    with paths[0].open("w") as file:
        file.write("person_id,phone,first_name,last_name,state,zip\r\n")
        file.writelines(
            f"{FIRST_ID + n},+1{2_000_000_000 + n},Ann,Example,TX,78701\r\n" for n in range(lines)
        )
    # Python 3.10 has no hashlib.file_digest.
    digest = hashlib.sha256(paths[0].read_bytes()).hexdigest()
    for path in paths[1:]:
        path.hardlink_to(paths[0])
    with (
        connect("loader", settings, schema="raw", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "insert into list_definitions select 'large', 1, channel, definition, definition_hash,"
            " defined_by, defined_at from list_definitions where list_name = 'list_1' limit 1"
        )
        return [_add_export(cursor, path, lines, digest) for path in paths], digest


def _add_export(cursor: Cursor, path: Path, lines: int, digest: str) -> int:
    """Add the row of one export, released by a second person as one so large has to be."""
    cursor.execute(
        "insert into list_exports (list_name, version, channel, status, exported_by, reason,"
        " host_name, file_path, started_at, decided_at, checked_count, row_count, waterfall,"
        " valid_until, file_sha256) values ('large', 1, 'call', 'STARTED', 'ops', 'bench',"
        " 'here', %s, utc_timestamp(), utc_timestamp(), %s, %s, '{}',"
        " utc_timestamp() + interval 1 day, %s)",
        (str(path), lines, lines, digest),
    )
    number = int(cursor.lastrowid)
    cursor.execute(
        "insert into list_releases (export_id, released_by, reason, released_at)"
        " values (%s, 'ada', 'bench', utc_timestamp())",
        (number,),
    )
    # An export begins before it ends.
    cursor.execute("update list_exports set status = 'COMPLETE' where id = %s", (number,))
    return number


def _opened(context: BrowserContext, dashboard: Dashboard, path: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(dashboard.url + path)
    page.wait_for_function(IS_IDLE)
    return page


def _memory(pid: int) -> float:
    """Return the resident memory of a process and all its descendants, in MiB."""
    total = 0.0
    for process in (pid, *_descendants(pid)):
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) / 1024
    return total


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield int(child)
            yield from _descendants(int(child))


def _any_port() -> int:
    from lode.ports import choose_port

    return choose_port(None, None)


def _row(name: str, ours: float, reference: float | None, unit: str = "ms") -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": None if reference is None else round(reference, 1),
        "ratio": None if reference is None else round(reference / ours, 2),
        "unit": unit,
    }
