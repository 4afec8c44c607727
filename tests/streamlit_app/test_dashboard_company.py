"""Journeys over a warehouse that dbt built, with the worker: a list leaves, a pair is decided.

Then the app or its worker is killed at random moments: nothing is half done, and the page says so.
Real processes and SIGKILL of either, during an upload, the build of a list, the download of its
file and the decision about a pair. After each kill it is started again and the work is asked for
once more, as somebody would. LODE_KILLS sets at how many moments each of the two is killed.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from identity_provider import IdentityProvider
from made_company import LIST, PAIRS, build_company
from made_lists import add_exports, exported
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError
from pymysql.cursors import DictCursor
from test_dashboard_login import log_in
from visits import READY, Visit, new_context

from lode import access, audit
from lode.db import connect
from lode.dbt import DbtResult
from lode.list_files import export_file
from lode.ports import choose_port
from lode.settings import Settings
from streamlit_app.launch import Dashboard, serve, start_worker
from tests.killed_process import environment
from tests.models.raw_rows import table_rows

pytestmark = [pytest.mark.database, pytest.mark.both_engines]
KILLS = int(os.environ.get("LODE_KILLS", "1"))
CHANCE = random.Random(KILLS)
CONTENT = b"first_name,last_name,email\n" + b"Asha,Nakamura,asha@example.com\n" * 20_000


class Company:
    """A warehouse with a dashboard and a worker that can be killed and come back."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.running = serve(settings, choose_port(None, None), block=False)

    def kill(self, victim: str) -> None:
        """Kill the app's server or its worker."""
        dashboard = self.running
        process = dashboard.process if victim == "app" else dashboard.worker
        assert process is not None
        process.kill()
        process.wait()

    def restart(self) -> None:
        """Let leases run out, and start what was killed; with the app its worker is started too."""
        with connect("loader", self.settings, schema="raw", autocommit=True) as connection:
            cursor = connection.cursor()
            cursor.execute(
                "update app_jobs set lease_until = utc_timestamp(6) where state = 'RUNNING'"
            )
        if self.running.process.poll() is None:
            self.running.worker = start_worker(self.settings, self.running.log)
            return
        self.running.stop()
        self.running = serve(self.settings, choose_port(None, None), block=False)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return what the loader's account reads in raw."""
        with (
            connect("loader", self.settings, schema="raw") as connection,
            connection.cursor(DictCursor) as cursor,
        ):
            cursor.execute(query)
            return list(cursor.fetchall())

    def settled_jobs(self) -> list[dict[str, Any]]:
        """Wait until no job waits or runs, and return all of them, oldest first."""
        deadline = time.monotonic() + 60
        while True:
            found = self.rows("select id, kind, state, message from app_jobs order by id")
            if all(one["state"] in ("DONE", "FAILED") for one in found):
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.2)


@pytest.fixture(scope="module")
def company(
    warehouse_module: Settings,
    dbt: Callable[..., DbtResult],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Company]:
    build_company(warehouse_module, dbt, tmp_path_factory.mktemp("facts"))
    there = Company(warehouse_module)
    yield there
    there.running.stop()


def opened(context: BrowserContext, dashboard: Dashboard, path: str) -> Page:
    return Visit(context.new_page(), dashboard.url).open(path)


def seen_after_reload(page: Page, text: str) -> Locator:
    """Reload a page until it says something that the worker has to do first."""
    found = page.get_by_text(text).first
    for _ in range(30):
        page.wait_for_selector(READY)
        page.wait_for_timeout(500)
        if found.is_visible():
            break
        page.reload()
    expect(found).to_be_visible()
    return found


# ------------------------------------------------------------------ journeys


def take_again(context: BrowserContext, company: Company, number: int) -> None:
    """A file that was taken is refused on a new link too, and comes to who says why."""
    page = opened(context, company.running, f"/lists?list={LIST}&export={number}")
    taking = page.get_by_role("link", name="Take the file")
    link = taking.get_attribute("href") or ""
    refused = context.request.get(company.running.url + link[link.index("/exports/") :])
    assert (refused.status, "was taken before" in refused.text()) == (403, True)
    page.get_by_text("Take it again").click()
    reason = page.get_by_label("why is it needed again?")
    reason.fill("the dialer lost it")
    reason.press("Enter")
    again = page.get_by_role("link", name="Take the file again")
    link = again.get_attribute("href") or ""
    taken = context.request.get(company.running.url + link[link.index("/exports/") :])
    assert taken.status == 200
    page.close()


def test_a_list_is_built_taken_once_and_recounted(
    browser: Browser, company: Company, context: BrowserContext
) -> None:
    settings = company.settings
    visit = Visit(context.new_page(), company.running.url)
    page = visit.open(f"/lists?list={LIST}")
    ask_for_export(page, "spring letter")
    # The page looks again by itself while the job runs; for a moment it has both what it was and
    # what it becomes.
    expect(page.get_by_text("✓ Done").first).to_be_visible(timeout=60_000)
    (ledger,) = company.rows("select * from list_exports where reason = 'spring letter'")
    page = visit.open(f"/lists?list={LIST}&export={ledger['id']}")
    said = f"{ledger['checked_count']:,} people in the list, {ledger['row_count']:,} in the file."
    expect(page.get_by_text(said).first).to_be_visible()
    link = page.get_by_role("link", name="Take the file").first.get_attribute("href") or ""
    url = company.running.url + link[link.index("/exports/") :]
    stranger = new_context(browser, "wide", "light")
    stranger.new_page().goto(company.running.url)
    refused = stranger.request.get(url)
    assert (refused.status, "another browser" in refused.text()) == (403, True)
    stranger.close()
    taken = context.request.get(url)
    assert taken.status == 200
    assert context.request.get(url).status == 403
    take_again(context, company, ledger["id"])
    assert hashlib.sha256(taken.body()).hexdigest() == ledger["file_sha256"]
    rows = list(csv.DictReader(io.StringIO(taken.text())))
    left_out = json.loads(ledger["waterfall"])
    people = table_rows(settings, "marts", "select golden_person_id from golden_persons")
    allowed = "select golden_person_id from contact_points where channel = 'mail' and is_allowed"
    may_be = table_rows(settings, "marts", allowed)
    assert len(rows) == ledger["row_count"] > 10
    assert len(people) == ledger["checked_count"] == len(rows) + sum(left_out.values())
    assert {int(row["person_id"]) for row in rows} <= {int(str(one)) for (one,) in may_be}
    entry, again = audit.newest(settings, 5, "list.download", f"export {ledger['id']}")
    assert json.loads(entry.payload)["rows"] == len(rows)
    assert json.loads(again.payload)["reason"] == "the dialer lost it"
    assert visit.foreign == []


def asked_for_by_ada(
    company: Company, browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Log Ada in, who may build lists, and let her ask for an export that is large for her limit.

    Both are settings of the processes, so she has a dashboard and a worker of her own.
    """
    company.kill("worker")
    access.grant(company.settings, "ada@example.com", "operator", by="chief", reason="test")
    port = choose_port(None, None)
    secrets = folder / "secrets.toml"
    with IdentityProvider() as provider, monkeypatch.context() as patch:
        secrets.write_text(provider.secrets_toml(f"http://127.0.0.1:{port}"))
        patch.setenv("LODE_DASHBOARD_SECRETS", str(secrets))
        patch.setenv("LODE_RELEASE_ABOVE", "5")
        with serve(company.settings, port, block=False) as hers:
            context = new_context(browser, "wide", "light")
            page = opened(context, hers, "/lists")
            log_in(page, provider, "ada")
            expect(page.get_by_text("ada@example.com, operator")).to_be_visible(timeout=30_000)
            page = opened(context, hers, "/lists?list=by_post")
            ask_for_export(page, "letter")
            held = page.get_by_text("a second person releases it").first
            expect(held).to_be_visible(timeout=60_000)
            expect(page.get_by_role("button", name="Release export")).to_have_count(0)
            context.close()
    company.restart()


def test_a_list_is_defined_previewed_and_released_by_a_second_person(
    browser: Browser,
    company: Company,
    context: BrowserContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the preview says, the export of somebody else has; the second person takes its file."""
    settings = company.settings
    visit = Visit(context.new_page(), company.running.url)
    page = visit.open(f"/lists?list={LIST}&view=define&of=new")
    page.get_by_role("textbox", name="Name").fill("by_post")
    page.get_by_role("combobox", name=re.compile("Channel")).click()
    page.get_by_role("option", name="Mail", exact=True).click()
    page.get_by_role("spinbutton", name="Score of at least").fill("25")
    page.get_by_role("button", name="Save a new list").click()
    expect(page.get_by_text("is saved as version 1")).to_be_visible(timeout=60_000)
    page = visit.open("/lists?list=by_post&view=before")
    page.get_by_role("button", name="Preview version 1").click()
    # For a moment the page has both what it was and what it becomes.
    expect(page.get_by_role("heading", name="A sample").first).to_be_visible(timeout=60_000)
    assert visit.foreign == []
    asked_for_by_ada(company, browser, tmp_path, monkeypatch)
    (held,) = company.rows("select * from list_exports where reason = 'letter'")
    assert (held["status"], held["exported_by"]) == ("HELD", "ada@example.com")
    expected = f"{held['checked_count']:,} people in the list, {held['row_count']:,} in the file."
    visit = Visit(context.new_page(), company.running.url)
    page = visit.open("/lists?list=by_post&view=before")
    expect(page.get_by_text(expected).first).to_be_visible()
    page = visit.open(f"/lists?list=by_post&export={held['id']}")
    expect(page.get_by_text(expected).first).to_be_visible()
    expect(page.get_by_text("a second person releases it").first).to_be_visible()
    expect(page.get_by_role("link", name="Take the file")).to_have_count(0)
    page.get_by_role("textbox", name="Why may it leave?").fill("checked against the plan")
    page.get_by_role("button", name=f"Release export {held['id']}").click()
    expect(page.get_by_text("Released by local")).to_have_count(1, timeout=60_000)
    # The page looks again by itself: for a moment it may have the link twice.
    link = page.get_by_role("link", name="Take the file").first.get_attribute("href") or ""
    taken = context.request.get(company.running.url + link[link.index("/exports/") :])
    assert hashlib.sha256(taken.body()).hexdigest() == held["file_sha256"]
    lines = list(csv.DictReader(io.StringIO(taken.text())))
    wanted = table_rows(
        settings, "marts", "select golden_person_id from person_segments where score >= 25"
    )
    assert len(wanted) == held["checked_count"]
    left_out = sum(json.loads(held["waterfall"]).values())
    assert len(lines) == held["row_count"] == held["checked_count"] - left_out > 5
    assert {int(line["person_id"]) for line in lines} <= {int(str(one)) for (one,) in wanted}
    assert visit.foreign == []


def pin_and_let_go(page: Page) -> None:
    """Pin a value by its key, see that it is written down, and end that by another key."""
    page.get_by_text("Pin a value", exact=True).click()
    expect(page.get_by_role("button", name="Pin it")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text(re.compile(r"pinned.*Decision \d+ is written down"))).to_be_visible(
        timeout=60_000
    )
    page.wait_for_selector(READY)
    page.keyboard.press("e")
    expect(page.get_by_text(re.compile(r"no longer pinned.*Decision \d+ ends"))).to_be_visible(
        timeout=60_000
    )


def test_two_are_made_one_and_it_is_taken_back(company: Company, context: BrowserContext) -> None:
    """A second tab with the same pair comes too late, and is told so."""
    first, second = PAIRS[-1]
    place = f"/review?pair={first}-{second}"
    visit = Visit(context.new_page(), company.running.url)
    page = visit.open(place)
    late = opened(context, company.running, place)
    expect(late.get_by_text("It is yours until")).to_be_visible()
    pin_and_let_go(page)
    page.get_by_role("textbox", name="Reason").fill("same signature")
    page.get_by_role("textbox", name="Reason").press("Enter")
    visit.settle()
    page.get_by_role("button", name="Same person").click()
    # A word joiner follows the colon, as it would else begin a directive.
    expect(page.get_by_text(re.compile(f"Same person:.* {first} and {second}"))).to_be_visible()
    late.get_by_role("button", name="Different persons").click()
    expect(late.get_by_text("was decided meanwhile, in another tab")).to_be_visible()
    decided = seen_after_reload(page, "same signature")
    expect(decided).to_contain_text("one person")
    kinds = [one["kind"] for one in company.settled_jobs()]
    assert kinds[-3:] == ["pin_value", "unpin_value", "decide_pair"]
    jobs = [one for one in company.settled_jobs() if one["kind"] == "decide_pair"]
    assert [one["state"] for one in jobs] == ["DONE"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("End of decision")).to_be_visible()
    seen_after_reload(page, "(ended)")
    made = company.rows("select id, kind, revokes_id from dedup_decisions order by id")
    assert [(one["kind"], one["revokes_id"]) for one in made] == [
        ("link", None),
        ("revoke", made[0]["id"]),
    ]
    events = [one.event for one in audit.newest(company.settings, 30, None, None)]
    assert events.count("job.done") >= 2
    assert visit.foreign == []


# ------------------------------------------------------------------ what a dedup run makes of it


# Nothing is one by itself: strangers stay strangers, and what people decide is all there is to do.
DEDUP = ("dedup", "run", "--link", "60", "--review", "59")
REGROUPED = (
    "int_dedup_job", "int_golden_assignments", "int_persons_touched", "int_persons_retired",
    "persons", "person_duplicates", "int_golden_contacts", "int_decisions_touched",
    "golden_persons",
)  # fmt: skip


def dedup_command(settings: Settings, *more: str) -> subprocess.Popen[str]:
    """Begin a dedup run as somebody would."""
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "lode"), *DEDUP, *more],
        env={**os.environ, **environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def deduplicate(company: Company, *more: str) -> None:
    """Run the deduplication to its end."""
    process = dedup_command(company.settings, *more)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said


def regroup(company: Company, dbt: Callable[..., DbtResult]) -> None:
    """Run the deduplication, and bring what it says into the tables that pages read."""
    deduplicate(company)
    done = dbt(["run", "--select", *REGROUPED], company.settings)
    assert done.returncode == 0, done.output[-3000:]


def golden_of(company: Company, *persons: int) -> list[int]:
    """Return who stands for each of some persons."""
    query = f"select id, golden_person_id from persons where id in {persons} order by id"
    return [int(str(golden)) for _, golden in table_rows(company.settings, "canonical", query)]


def grouped(company: Company, *persons: int) -> list[int]:
    """Return who stands for some persons in the dedup run in force, of those it put into groups."""
    rows = company.rows(
        f"select golden_person_id from dedup_clusters where person_id in {persons}"
        " and job_id = (select job_id from dedup_runs where status = 'PUBLISHED'"
        " order by finished_at desc, job_id desc limit 1)"
    )
    return [int(one["golden_person_id"]) for one in rows]


def decide_same(page: Page, visit: Visit, reason: str) -> None:
    page.get_by_role("textbox", name="Reason").fill(reason)
    page.get_by_role("textbox", name="Reason").press("Enter")
    visit.settle()
    page.get_by_role("button", name="Same person").click()
    page.get_by_text(re.compile("Same person:")).first.wait_for(timeout=30_000)


def test_a_merge_stays_through_dedup_runs_and_so_does_its_undo(
    company: Company, context: BrowserContext, dbt: Callable[..., DbtResult]
) -> None:
    """What the next run makes of both is on the pages: one person, and then two again."""
    first, second = PAIRS[-2]
    visit = Visit(context.new_page(), company.running.url)
    page = visit.open(f"/review?pair={first}-{second}")
    decide_same(page, visit, "same handwriting")
    seen_after_reload(page, "same handwriting")
    company.settled_jobs()
    assert golden_of(company, first, second) == [first, second]
    regroup(company, dbt)
    assert golden_of(company, first, second) == [first, first]
    deduplicate(company, "--force")
    assert grouped(company, first, second) == [first, first]
    page = visit.open(f"/review?group={first}")
    expect(page.get_by_text("2 persons").first).to_be_visible()
    page = visit.open(f"/people?person={second}")
    former = f"Person {second} is now a part of golden person {first}."
    expect(page.get_by_text(former)).to_be_visible()
    page = visit.open(f"/timeline?person={second}")
    expect(page.get_by_text(str(first)).first).to_be_visible()
    page = visit.open("/review")
    decided = page.get_by_text("same handwriting").first
    expect(decided).to_be_visible()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("End of decision").first).to_be_visible()
    seen_after_reload(page, "(ended)")
    company.settled_jobs()
    regroup(company, dbt)
    assert golden_of(company, first, second) == [first, second]
    deduplicate(company, "--force")
    assert grouped(company, first, second) == []
    page = visit.open(f"/people?person={second}")
    expect(page.get_by_text("1 record").first).to_be_visible()
    assert [one["kind"] for one in company.rows("select kind from dedup_decisions order by id")][
        -2:
    ] == ["link", "revoke"]
    assert visit.foreign == []


# ------------------------------------------------------------------ kills


of_either = pytest.mark.parametrize(
    ("victim", "kill"), [(victim, kill) for kill in range(KILLS) for victim in ("app", "worker")]
)


def killed_while(company: Company, victim: str, work: Callable[[], object], longest: float) -> None:
    """Kill somebody at a random moment of some work, which may then fail as it likes."""
    moment = CHANCE.uniform(0, longest)
    killer = threading.Timer(moment, company.kill, [victim])
    killer.start()
    with contextlib.suppress(httpx.HTTPError, PlaywrightError):
        work()
    killer.join()
    print(f"killed the {victim} after {moment:.3f} s")


def kill_group(leader: int) -> None:
    """Kill a process and its children, unless it came to its end before."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def slowly(content: bytes) -> Iterator[bytes]:
    """Yield a file as a multipart body, in pieces, over most of a second."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="leads.csv"\r\n\r\n'
    step = len(content) // 20
    for begin in range(0, len(content), step):
        yield content[begin : begin + step]
        time.sleep(0.03)
    yield b"\r\n--x--\r\n"


def send_file(context: BrowserContext, page: Page, dashboard: Dashboard) -> str:
    """Upload a file by the page of its own; return where that leads."""
    page.get_by_text("Load a file", exact=True).click()
    name = "upload it on a page of its own"
    link = str(page.get_by_role("link", name=name).get_attribute("href"))
    answer = httpx.post(
        dashboard.url + link,
        content=slowly(CONTENT),
        headers={"content-type": "multipart/form-data; boundary=x"},
        cookies={one["name"]: one["value"] for one in context.cookies()},
        timeout=20,
        trust_env=False,
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@of_either
def test_an_upload_is_whole_or_was_not(
    company: Company, context: BrowserContext, victim: str, kill: int
) -> None:
    page = opened(context, company.running, "/imports")
    dashboard, places = company.running, []
    killed_while(company, victim, lambda: places.append(send_file(context, page, dashboard)), 1.5)
    assert places or victim == "app", "an upload needs no worker"
    company.restart()
    folder = company.settings.home / "uploads" / company.settings.prefix
    whole = [path for path in folder.glob("*/*") if not path.name.startswith(".")]
    for path in whole:
        # What did not come whole has a name that no page finds.
        if not path.name.endswith(".partial"):
            assert path.read_bytes() == CONTENT
            continue
        page = opened(context, company.running, f"/imports?upload={path.parent.name}")
        expect(page.get_by_text("That file is not here any more: upload it again.")).to_be_visible()
    assert company.rows("select id from import_metadata where filename = 'leads.csv'") == []
    page = opened(context, company.running, "/imports")
    place = send_file(context, page, company.running)
    page = opened(context, company.running, place)
    expect(page.get_by_text("What the file is")).to_be_visible()


def ask_for_export(page: Page, reason: str) -> None:
    page.get_by_label("What is it for?").fill(reason)
    page.get_by_role("button", name="Export version 1").click()
    page.get_by_text("is asked for").wait_for(timeout=10_000)


@of_either
def test_a_list_leaves_whole_and_once_or_not(
    company: Company, context: BrowserContext, victim: str, kill: int
) -> None:
    reason = f"letter {kill} without {victim}"
    page = opened(context, company.running, f"/lists?list={LIST}")
    begun = {row["id"] for row in company.rows("select id from app_jobs")}

    def work() -> None:
        ask_for_export(page, reason)
        page.wait_for_timeout(1_500)

    killed_while(company, victim, work, 2.5)
    company.restart()
    new = [one for one in company.settled_jobs() if one["id"] not in begun]
    assert [one["state"] for one in new] in ([], ["DONE"]), new
    if not new:
        page = opened(context, company.running, f"/lists?list={LIST}")
        ask_for_export(page, reason)
        (job,) = [one for one in company.settled_jobs() if one["id"] not in begun]
        assert job["state"] == "DONE"
    ledger = company.rows(
        "select id, status, file_path, file_sha256, row_count from list_exports"
        f" where reason = '{reason}' order by id"
    )
    # What a killed worker had begun came to nothing, and says so.
    assert [one["status"] for one in ledger][-1] == "COMPLETE"
    assert {one["status"] for one in ledger[:-1]} <= {"FAILED"}
    path = Path(ledger[-1]["file_path"])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == ledger[-1]["file_sha256"]
    assert not list(path.parent.glob("*.part"))
    page = opened(context, company.running, f"/lists?list={LIST}&export={ledger[-1]['id']}")
    expect(page.get_by_role("link", name="Take the file")).to_be_visible()
    noted = audit.newest(company.settings, 50, "list.export", f"export {ledger[-1]['id']}")
    assert len(noted) == 1


def large_export(settings: Settings, number: int) -> bytes:
    """Note an export whose file is larger than what fits between a server and its client."""
    content = b"person_id,street\n" + b"".join(
        b"%d,%s\n" % (10**10 + one, b"Oak" * 700) for one in range(9_000)
    )
    path = export_file(settings, f"{number:032x}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    made = exported(
        settings, number, list_name=LIST, version=1, channel="mail", row_count=9_000,
        checked_count=9_300, file_sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    add_exports(settings, made)
    return content


@of_either
def test_a_file_comes_whole_or_its_download_is_known_to_have_begun(
    company: Company, context: BrowserContext, victim: str, kill: int
) -> None:
    """Without the app the rest never comes; the log knows that it left, so again for a reason."""
    number = 1_000 + kill * 2 + (victim == "app")
    content = large_export(company.settings, number)
    path = f"/lists?list={LIST}&export={number}"
    came = bytearray()

    def take(name: str, killed: str = "") -> int:
        page = opened(context, company.running, path)
        if name != "Take the file":
            page.get_by_text("Take it again").click()
            page.get_by_label("why is it needed again?").fill("the connection broke")
            page.get_by_label("why is it needed again?").press("Enter")
        link = page.get_by_role("link", name=name).get_attribute("href") or ""
        page.close()
        headers = {"accept-encoding": "identity"}
        cookies = {one["name"]: one["value"] for one in context.cookies()}
        came.clear()
        url = company.running.url + link[link.index("/exports/") :]
        with httpx.stream("GET", url, headers=headers, cookies=cookies, trust_env=False) as answer:
            for block in answer.iter_raw(65_536):
                if killed and not came:
                    company.kill(killed)
                came.extend(block)
            return answer.status_code

    if victim == "worker":
        assert take("Take the file", victim) == 200
    else:
        with pytest.raises(httpx.HTTPError):
            take("Take the file", victim)
        assert 0 < len(came) < len(content)
    company.restart()
    assert take("Take the file") == 403
    assert b"was taken before" in came
    assert take("Take the file again") == 200
    assert bytes(came) == content
    entries = audit.newest(company.settings, 9, "list.download", f"export {number}")
    assert [json.loads(one.payload)["reason"] for one in entries] == [None, "the connection broke"]


@of_either
def test_a_decision_is_made_once_or_the_pair_still_waits(
    company: Company, context: BrowserContext, victim: str, kill: int
) -> None:
    first, second = PAIRS[(kill * 2 + (victim == "app")) % (len(PAIRS) - 1)]
    page = opened(context, company.running, f"/review?pair={first}-{second}")
    begun = {row["id"] for row in company.rows("select id from app_jobs")}
    decided = len(company.rows("select id from dedup_decisions"))

    def work() -> None:
        page.keyboard.press("s")
        page.wait_for_timeout(700)

    killed_while(company, victim, work, 0.7)
    company.restart()
    new = [one for one in company.settled_jobs() if one["id"] not in begun]
    made = len(company.rows("select id from dedup_decisions")) - decided
    assert ([one["state"] for one in new], made) in (([], 0), (["DONE"], 1)), new
    page = opened(context, company.running, "/review")
    if made:
        page.get_by_text("compared side by side").first.wait_for()
    else:
        page = opened(context, company.running, f"/review?pair={first}-{second}")
        expect(page.get_by_text("It is yours until")).to_be_visible()
    assert audit.verify_log(company.settings, {}).fault is None


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_merge_is_made_once_while_the_dedup_run_is_killed(
    company: Company, context: BrowserContext, kill: int
) -> None:
    """The run in force is the one before or a whole new one; the next one honours the decision."""
    first, second = PAIRS[(2 + kill) % (len(PAIRS) - 3)]
    settings = company.settings
    visit = Visit(context.new_page(), company.running.url)
    page = visit.open(f"/review?pair={first}-{second}")
    decided = len(company.rows("select id from dedup_decisions"))
    process = dedup_command(settings)
    killer = threading.Timer(CHANCE.uniform(0.3, 6), kill_group, [process.pid])
    killer.start()
    page.keyboard.press("s")
    jobs = company.settled_jobs()
    process.communicate(timeout=120)
    killer.join()
    assert process.returncode in (0, -signal.SIGKILL)
    assert jobs[-1]["state"] == "DONE", jobs[-1]
    made = company.rows("select id from dedup_decisions order by id")[decided:]
    assert len(made) == 1
    assert company.rows(HALF_DONE) == []
    page = visit.open("/review")
    expect(page.get_by_text("compared side by side").first).to_be_visible()
    expect(page.get_by_role("button", name=f"Take back my last ({made[0]['id']})")).to_be_visible()
    deduplicate(company)
    assert company.rows("select job_id from dedup_runs where status = 'RUNNING'") == []
    assert company.rows(HALF_DONE) == []
    assert grouped(company, first, second) == [first, first]
    assert audit.verify_log(settings, {}).fault is None


HALF_DONE = """
    select job_id, 'rows of a run that is not published' as what
    from dedup_pairs
    where job_id not in (select job_id from dedup_runs where status = 'PUBLISHED')
    union all
    select job_id, 'groups of a run that is not published'
    from dedup_clusters
    where job_id not in (select job_id from dedup_runs where status = 'PUBLISHED')
    union all
    select job_id, 'other numbers than it says'
    from dedup_runs
    where
        status = 'PUBLISHED'
        and (
            pair_count <> (select count(*) from dedup_pairs as pairs
                where pairs.job_id = dedup_runs.job_id)
            or cluster_count <> (select count(distinct golden_person_id) from dedup_clusters as own
                where own.job_id = dedup_runs.job_id)
        )
        and job_id = (select max(newest.job_id) from dedup_runs as newest
            where newest.status = 'PUBLISHED')
"""
