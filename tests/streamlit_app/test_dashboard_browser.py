"""The real server in headless Chromium: the two journeys, deep links, no foreign request, axe."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from made_life import BUSY, FORMER
from made_lists import add_job
from made_marts import ADDRESS, ASHA, BEN, BUILT_AT, EMAIL, HOSTILE, PHONE
from made_pairs import GROUP, LI, ZOE
from made_risk import CALLED_AT, add_look_back
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from relay import Relay
from visits import READY, SIZES, Visit, new_context

from lode import audit
from lode.db import connect
from lode.risk_caps import Simulation, cap_of
from lode.settings import Settings
from streamlit_app.launch import Dashboard
from streamlit_app.queries.person_statements import MAXIMUM_HITS

pytestmark = pytest.mark.database

PATHS = {
    "overview": "/",
    "imports": "/imports?imp=imp_2026_02_18_001",
    "gap": "/imports?imp=imp_2026_02_18_002",
    "person": f"/people?person={ASHA}",
    "hostile": f"/people?person={HOSTILE}",
    "timeline": f"/timeline?person={ASHA}",
    "callable": "/people?channel=call",
    "queue": "/review",
    "audit": "/audit",
    "health": "/health",
    "health_registry": "/health?view=registry",
    "lists": "/lists?list=tx_call",
    "list_before": "/lists?list=tx_call&view=before",
    "list_held": "/lists?view=held",
    "list_define": "/lists?list=tx_call&view=define",
    "list_draft": "/lists?list=tx_call&view=define&draft=2&state=TX&state=CA&score=50",
    "risk": "/risk?from=2025-10-27&to=2025-11-16",
    "risk_hours": "/risk?view=hours&from=2025-10-27&to=2025-11-16",
    "risk_caps": "/risk?view=caps",
    "risk_requests": "/risk?view=requests&from=2025-10-27&to=2025-11-16",
    "risk_changes": "/risk?view=changes",
    "pair": f"/review?pair={ASHA}-{BEN}",
    "group": f"/review?group={GROUP[0]}",
}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Its rules of those tags that look at colours.
AXE_COLOURS = ["color-contrast", "link-in-text-block"]
BASELINE: dict[str, str] = json.loads(
    (Path(__file__).parent / "axe_baseline.json").read_text(encoding="utf-8")
)


@pytest.fixture
def visit(context: BrowserContext, dashboard: Dashboard) -> Iterator[Visit]:
    tab = Visit(context.new_page(), dashboard.url)
    yield tab
    assert tab.foreign == []
    assert tab.complaints == []


@pytest.fixture(scope="module")
def second_look(seeded: Settings) -> str:
    """The address of a pair that somebody else decided and that waits for a second look."""
    with connect("loader", seeded, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "insert into app_verdicts values (%s, %s, 1, 'bob@example.com', 'household',"
            " utc_timestamp(6))",
            (ZOE, LI),
        )
    return f"/review?second={ZOE}-{LI}"


@pytest.fixture(scope="module")
def look_back(seeded: Settings) -> str:
    """The address of what another cap would have meant, with the contacts over it."""
    facts = {
        **Simulation(cap_of("call", 2, 7), CALLED_AT, BUILT_AT, 1_000, 60, 20, 400, 20).as_facts(),
        "weeks": [["2025-11-03", 400, 20], ["2025-11-10", 600, 40]], "kept": 60,
    }  # fmt: skip
    number = add_job(seeded, "risk_cap", {"channel": "call"}, facts)
    add_look_back(seeded, number, 60, CALLED_AT)
    return f"/risk?view=caps&look={number}&rows=over"


def cell(page: Page, column: int, row: int) -> str:
    """Return the raw value of a table's cell, as the table has it for screen readers."""
    return page.get_by_test_id(f"glide-cell-{column}-{row}").first.inner_text()


def select_row(page: Page, row: int) -> None:
    """Click the box before a row of the first table."""
    page.get_by_test_id("stDataFrame").first.click(position={"x": 15, "y": 35 * (row + 1) + 17})


def navigation_link(page: Page, title: str) -> Locator:
    """Return a link of the navigation; some releases count its icon into its name."""
    return page.get_by_test_id("stSidebarNavLink").filter(has_text=title)


def search_box(page: Page) -> Locator:
    """Return the box of the people search; its help button has its name too."""
    return page.get_by_role("textbox", name="Search for a person")


def test_imports_by_the_navigation_then_one_of_them(visit: Visit) -> None:
    page = visit.open("/")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(10)
    navigation_link(page, "Imports").click()
    expect(page.get_by_role("heading", name="Imports", exact=True)).to_be_visible()
    visit.settle()
    assert page.url.endswith("/imports")
    assert cell(page, 2, 4) == "imp_2026_02_17_001"
    assert cell(page, 1, 3) == "▲ With rejects"
    select_row(page, 3)
    expect(page.get_by_role("heading", name="imp_2026_02_18_001")).to_be_visible()
    expect(page.get_by_text("Every one of the 1,000 records is accounted for.")).to_be_visible()
    assert page.url.endswith("/imports?imp=imp_2026_02_18_001")
    expect(page).to_have_title("Import imp_2026_02_18_001 · Motherlode")


def test_another_row_then_none(visit: Visit) -> None:
    page = visit.open("/imports?imp=imp_2026_02_17_001")
    expect(page.get_by_role("heading", name="imp_2026_02_17_001")).to_be_visible()
    select_row(page, 2)
    expect(page.get_by_role("heading", name="imp_2026_02_18_002")).to_be_visible()
    expect(page.get_by_text("7 of 500 records are not accounted for")).to_be_visible()
    select_row(page, 2)
    expect(page.get_by_text("Select an import to see its accounting.")).to_be_visible()
    assert page.url.endswith("/imports")


def test_filters_of_a_list_survive_a_reload_and_the_back_button(visit: Visit) -> None:
    page = visit.open("/lists?list=tx_call&view=define")
    score = page.get_by_role("spinbutton", name="Score of at least")
    for points in ("50", "75"):
        score.fill(points)
        page.get_by_role("button", name="Show what it comes to").click()
        page.wait_for_url(f"**score={points}*")
        visit.settle()
    # It is above what is seen: choices drop down of what is clicked only.
    states = page.get_by_role("combobox", name="States")
    states.scroll_into_view_if_needed()
    states.click()
    page.keyboard.type("CA")
    page.get_by_role("option", name="CA").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show what it comes to").click()
    page.wait_for_url("**state=CA*")
    visit.settle()
    page.reload()
    visit.settle()
    expect(score).to_have_value("75")
    expect(page.get_by_text("Not saved: States, Score differ from version 2.")).to_be_visible()
    for address, points in (("score=75", "75"), ("score=50", "50")):
        page.go_back()
        page.wait_for_url(f"**{address}*")
        expect(score).to_have_value(points)
    assert "state=CA" not in page.url
    page.go_back()
    expect(score).to_have_value("")
    expect(page.get_by_text("Not saved")).to_have_count(0)
    page.go_forward()
    expect(score).to_have_value("50")


def test_a_chart_follows_the_theme_of_the_system(visit: Visit) -> None:
    """Its texts change with the page's background, without another run of the page."""
    page = visit.open(PATHS["lists"])
    chart = page.get_by_test_id("stVegaLiteChart").first
    expect(chart.locator("canvas, svg").first).to_be_visible()
    page.wait_for_timeout(500)
    darkest, _ = brightness(chart)
    assert darkest < 80
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(1_000)
    darkest, brightest = brightness(chart)
    assert (darkest < 30, brightest > 200) == (True, True), (darkest, brightest)


def brightness(chart: Locator) -> tuple[int, int]:
    """Return the darkest and the brightest grey of a chart, 0 to 255: its text is one of them."""
    with Image.open(io.BytesIO(chart.screenshot())) as picture:
        found: tuple[int, int] = picture.convert("L").getextrema()  # type: ignore[assignment]
    return found


def test_search_open_a_person_and_see_what_may_be_used(visit: Visit) -> None:
    page = visit.open("/people")
    search_box(page).fill("household@example.org")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("2 people found.")).to_be_visible()
    visit.settle()
    assert cell(page, 1, 0) == "Asha Nakamura-O'Neil"
    select_row(page, 0)
    expect(page.get_by_role("heading", name="Asha Nakamura-O'Neil")).to_be_visible()
    expect(page.get_by_text("✓ Allowed Call")).to_be_visible()
    expect(
        page.get_by_text(
            "✕ Blocked Text: asked not to be contacted here; on the national do-not-call registry"
        )
    ).to_be_visible()
    assert page.url.endswith(f"/people?person={ASHA}")
    for clear in (PHONE, EMAIL, "N OAK ST"):
        assert clear not in page.content()


def test_search_by_enter_opens_a_single_hit(visit: Visit) -> None:
    page = visit.open("/people")
    box = search_box(page)
    box.fill("(217) 555-0143")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Asha Nakamura-O'Neil")).to_be_visible()
    assert page.url.endswith(f"/people?person={ASHA}")
    assert not any("555" in url for url in visit.requests)


def test_values_are_revealed_for_a_reason_and_the_audit_log_knows(
    visit: Visit, seeded: Settings
) -> None:
    """From a search to the card, the life, back, the values, and what the audit log says of it."""
    page = visit.open("/people")
    search_box(page).fill(EMAIL)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Asha Nakamura-O'Neil")).to_be_visible()
    page.get_by_role("link", name="Timeline of this person").click()
    expect(page.get_by_text("Asked not to be contacted by text")).to_be_visible()
    assert page.url.endswith(f"/timeline?person={ASHA}")
    page.get_by_role("link", name="Card of this person").click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    visit.settle()
    expect(page.get_by_text("+1••••••••43")).to_be_visible()
    assert page.url.endswith(f"/people?person={ASHA}")
    page.get_by_text("Show contact values").click()
    page.get_by_role("textbox", name="Why do you need to see them?").fill("Asha called us")
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_text(PHONE, exact=True)).to_be_visible()
    expect(page.get_by_text(ADDRESS)).to_be_visible()
    expect(page.get_by_text("shown for 10 more minutes")).to_be_visible()
    newest = audit.newest(seeded, 1, "person.reveal", f"person {ASHA}")[0]
    assert newest.actor.startswith("local:")
    assert json.loads(newest.payload)["reason"] == "Asha called us"
    page.get_by_role("button", name="Hide them").click()
    expect(page.get_by_text("+1••••••••43")).to_be_visible()
    assert PHONE not in page.content()
    visit.open(f"/people?person={ASHA}")
    expect(page.get_by_text("+1••••••••43")).to_be_visible()
    assert PHONE not in page.content()
    page = visit.open("/audit?event=person.reveal")
    expect(page.get_by_test_id("glide-cell-4-0").first).to_have_text("person.reveal")
    assert cell(page, 5, 0) == f"person {ASHA}"
    assert PHONE not in page.content()


def test_values_are_gone_when_their_lease_ends(visit: Visit, seeded: Settings) -> None:
    page = visit.open(f"/people?person={ASHA}")
    page.get_by_text("Show contact values").click()
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_text(PHONE, exact=True)).to_be_visible()
    with connect("loader", seeded, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_reveals set expires_at = utc_timestamp(6) + interval 8 second"
            " order by revealed_at desc limit 1"
        )
    ends = time.monotonic() + 8
    # The whole page runs anew, in the same tab, and learns when it ends.
    page.get_by_role("link", name="Timeline of this person").click()
    visit.settle()
    page.get_by_role("link", name="Card of this person").click()
    expect(page.get_by_text(PHONE, exact=True)).to_be_visible()
    expect(page.get_by_text("shown for 1 more minute.")).to_be_visible()
    expect(page.get_by_text(PHONE, exact=True)).to_have_count(0, timeout=20_000)
    assert time.monotonic() - ends < 2
    expect(page.get_by_text("+1••••••••43")).to_be_visible()
    assert PHONE not in page.content()


def test_a_dropped_socket_comes_back_with_what_was_chosen(
    visit: Visit, dashboard: Dashboard
) -> None:
    port = int(dashboard.url.rpartition(":")[2])
    with Relay(port) as wire:
        visit.url = f"http://127.0.0.1:{wire.port}"
        page = visit.open(f"/timeline?person={BUSY}")
        page.get_by_role("button", name="Older").click()
        expect(page.get_by_text("Page 2, 50 events.")).to_be_visible()
        before = wire.accepted
        wire.cut()
        page.wait_for_selector(READY, state="detached")
        visit.settle()
        assert wire.accepted > before
        page.get_by_role("button", name="Older").click()
        expect(page.get_by_text("Page 3, 20 events.")).to_be_visible()
    visit.complaints.clear()


def test_the_search_beside_every_page(visit: Visit) -> None:
    page = visit.open("/imports")
    box = page.get_by_role("textbox", name="Find a person")
    box.fill("(217) 555-0143")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Asha Nakamura-O'Neil")).to_be_visible()
    assert page.url.endswith(f"/people?person={ASHA}")
    assert not any("555" in url for url in visit.requests)


def test_a_search_shows_at_most_fifty(visit: Visit) -> None:
    page = visit.open("/people")
    search_box(page).fill("Miller")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("More than 50 people")).to_be_visible()
    visit.settle()
    rows = page.get_by_test_id("stDataFrame").locator("table[role=grid]")
    expect(rows).to_have_attribute("aria-rowcount", str(MAXIMUM_HITS + 1))


def test_a_life_page_by_page_and_as_of_a_day(visit: Visit) -> None:
    page = visit.open(f"/timeline?person={BUSY}")
    expect(page.get_by_text("Page 1, 50 events.")).to_be_visible()
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("Page 2, 50 events.")).to_be_visible()
    assert page.url.endswith(f"/timeline?person={BUSY}")
    visit.open(f"/timeline?person={ASHA}&asof=2026-01-31&kind=opt_out")
    expect(page.get_by_text("Asked not to be contacted by text")).to_be_visible()
    expect(page.get_by_text("Only what was known at the end of 2026-01-31")).to_be_visible()
    for clear in (PHONE, EMAIL, "N OAK ST"):
        assert clear not in page.content()


def test_a_pair_is_decided_by_keyboard(visit: Visit) -> None:
    """Next, look, decide: three keys; the pair is then in nobody's queue, and its end is told."""
    page = visit.open("/review")
    expect(page.get_by_text("3 pairs wait.")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("It is yours until")).to_be_visible()
    assert page.url.endswith(f"/review?pair={ASHA}-{BEN}")
    expect(page.get_by_text("merged, it counts for both.")).to_be_visible()
    visit.settle()
    for clear in (PHONE, EMAIL, "ben@example.com"):
        assert clear not in page.content()
    page.keyboard.press("d")
    # The page looks by itself until the worker is done with it.
    said = page.get_by_test_id("stAlert").filter(has_text=f"{ASHA} and {BEN}.")
    expect(said).to_be_visible()
    expect(said).not_to_contain_text(re.compile(r"\(job \d+\)"), timeout=60_000)
    expect(page.get_by_text("2 pairs wait.")).to_be_visible()
    assert page.url.endswith("/review")


def test_who_stands_for_a_group_is_chosen_by_keyboard(visit: Visit) -> None:
    page = visit.open(f"/review?group={GROUP[2]}")
    expect(page.get_by_text(f"Group of golden person {GROUP[0]}")).to_be_visible()
    expect(page.get_by_text("held together by one link only: 3–4.")).to_be_visible()
    visit.settle()
    page.keyboard.press("p")
    expect(page.get_by_text(f"Person {GROUP[0]} stands for its group.")).to_be_visible()


def test_the_audit_log_leaves_as_a_file_once_and_to_nobody_else(
    browser: Browser, context: BrowserContext, visit: Visit, seeded: Settings
) -> None:
    page = visit.open("/audit?event=list.define")
    taking = page.get_by_role("link", name="Take these entries")
    expect(taking).to_be_visible()
    address = visit.url + str(taking.get_attribute("href"))
    stranger = new_context(browser, "wide", "light")
    stranger.new_page().goto(visit.url)
    refused = stranger.request.get(address)
    assert (refused.status, "another browser" in refused.text()) == (403, True)
    stranger.close()
    taken = context.request.get(address)
    assert taken.status == 200
    lines = [json.loads(line) for line in taken.text().splitlines()]
    shown = audit.newest(seeded, 50, "list.define", None)
    assert [one["sequence"] for one in lines] == [one.sequence for one in reversed(shown)]
    assert context.request.get(address).status == 403
    noted = audit.newest(seeded, 1, "audit.export", None)[0]
    assert json.loads(noted.payload)["rows"] == len(lines) > 0


def test_the_back_button_returns(visit: Visit) -> None:
    page = visit.open("/")
    navigation_link(page, "People").click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_back_button_returns_from_what_was_opened(visit: Visit) -> None:
    """A choice is an address of its own: what was shown before it is there again."""
    page = visit.open("/risk?view=requests&from=2025-10-27&to=2025-11-16")
    box = page.get_by_role("combobox", name=re.compile("Requests"))
    late = page.get_by_role("option", name="Followed by a contact after the deadline")
    # Opened again if the page moves, as tables come in above it: that closes the choice.
    for _ in range(10):
        box.press("ArrowDown")
        with suppress(PlaywrightTimeout):
            late.click(timeout=2_000)
            break
    expect(page).to_have_url(re.compile("followed=late"))
    visit.settle()
    expect(box).to_have_value("Followed by a contact after the deadline")
    page.go_back()
    expect(page).not_to_have_url(re.compile("followed"))
    visit.settle()
    expect(box).to_have_value("Followed by a contact")


def test_the_back_button_leads_out_of_what_was_opened(visit: Visit) -> None:
    """And forward again into it: an import, a pair, a group."""
    page = visit.open("/imports")
    select_row(page, 3)
    expect(page.get_by_role("heading", name="imp_2026_02_18_001")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Select an import to see its accounting.")).to_be_visible()
    assert page.url.endswith("/imports")
    page.go_forward()
    expect(page.get_by_role("heading", name="imp_2026_02_18_001")).to_be_visible()
    page = visit.open("/review")
    page.get_by_label("Group of the person with the id").fill(str(GROUP[0]))
    page.get_by_role("button", name="Open the group").click()
    expect(page.get_by_text(f"Group of golden person {GROUP[0]}")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Open the group")).to_be_visible()
    assert page.url.endswith("/review")


def test_a_link_to_the_same_page_is_in_the_address(visit: Visit) -> None:
    """So a reload shows what was opened, and the back button what was there before."""
    page = visit.open(f"/people?person={FORMER}")
    page.get_by_role("link", name="Card of golden person").click()
    expect(page).to_have_url(re.compile(rf"/people\?person={ASHA}$"))
    visit.settle()
    page.go_back()
    expect(page.get_by_text("is now a part of golden person")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", name="Asha Nakamura-O'Neil")).to_be_visible()


def test_the_back_button_undoes_a_form_in_one_step(visit: Visit) -> None:
    page = visit.open("/audit")
    first = page.get_by_label("From (UTC day)")
    unasked = first.input_value()
    first.fill("2026-01-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("from=2026-01-01&to="))
    visit.settle()
    page.go_back()
    expect(page).to_have_url(re.compile("/audit$"))
    expect(first).to_have_value(unasked)


def test_an_overview_link_leads_to_its_import(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="does not account for every record").click()
    expect(page.get_by_role("heading", name="imp_2026_02_18_002")).to_be_visible()
    assert page.url.endswith("/imports?imp=imp_2026_02_18_002")


def test_a_hostile_name_fetches_nothing_and_formats_nothing(visit: Visit) -> None:
    page = visit.open(f"/people?person={HOSTILE}")
    heading = page.get_by_role("heading", level=3).first
    expect(heading).to_contain_text("![x](http:")
    text = heading.inner_text().replace("\u2060", "")
    assert "<img src=http://tracker.example.com/b.png>" in text
    assert ":red[x] :material/delete: $x^2$ =HYPERLINK(1)" in text
    assert heading.locator("img, a, .katex, [translate=no]").count() == 0
    assert not any("tracker.example.com" in url for url in visit.requests)


@pytest.mark.parametrize("path", ["/people?person=1", "/imports?imp=nothing", "/nowhere"])
def test_an_address_that_leads_nowhere_is_a_sentence(visit: Visit, path: str) -> None:
    page = visit.open(path)
    assert "Traceback" not in page.content()
    if path == "/nowhere":
        expect(page.get_by_text("Page not found")).to_be_visible()
    else:
        expect(page.get_by_text("There is no")).to_be_visible()


def new_findings(page: Page, rules: list[str] = AXE_TAGS) -> dict[str, str]:
    """Return what axe finds on a page by some rules, or tags of them, and not in the baseline."""
    found = Axe().run(page, options={"runOnly": rules}).response
    # A page that had not come up would have no violations either.
    assert len(found["passes"]) > (10 if rules == AXE_TAGS else 0)
    return {
        violation["id"]: violation["nodes"][0]["html"][:200]
        for violation in found["violations"]
        if violation["id"] not in BASELINE
    }


def turn_dark(page: Page) -> None:
    """Have the system's scheme change, and wait until the page has followed."""
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(15, 19, 24)")
    page.wait_for_timeout(300)


def new_findings_in_both_schemes(page: Page) -> dict[str, str]:
    """Return what axe finds that is not in the baseline, light and then dark, where it stays."""
    light = new_findings(page)
    turn_dark(page)
    dark = new_findings(page, AXE_COLOURS)
    return {f"light {rule}": html for rule, html in light.items()} | {
        f"dark {rule}": html for rule, html in dark.items()
    }


def take_picture(page: Page, name: str) -> Path:
    """Take a picture for a person to look at, and return where it is."""
    folder = Path(tempfile.gettempdir()) / "motherlode-screenshots"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=str(path))
    return path


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", [*PATHS, "second", "look_back"])
def test_axe_finds_nothing_new_and_nothing_sticks_out(
    browser: Browser,
    dashboard: Dashboard,
    second_look: str,
    look_back: str,
    name: str,
    size: str,
) -> None:
    """And take a picture of every page for a person to look at, dark too if LODE_PICTURES is set.

    Only what axe has on colours can change with them, and no width does.
    """
    context = new_context(browser, size, "light")
    places = {**PATHS, "second": second_look, "look_back": look_back}
    visit = Visit(context.new_page(), dashboard.url)
    page = visit.open(places[name])
    expect(page.get_by_role("heading").first).to_be_visible()
    if name in ("gap", "timeline", "pair", "group", "lists", "list_before", "risk", "risk_caps"):
        chart = page.get_by_test_id("stVegaLiteChart")
        expect(chart.locator("canvas, svg").first).to_be_visible()
    if name == "second":
        expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert new_findings(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    assert take_picture(page, f"{name}_{size}_light").stat().st_size > 10_000
    turn_dark(page)
    assert new_findings(page, AXE_COLOURS) == {}
    if "LODE_PICTURES" in os.environ:
        take_picture(page, f"{name}_{size}_dark")
    assert visit.foreign == []
    context.close()


def test_the_wire_carries_little(visit: Visit) -> None:
    """Hold a view to 300 KB over the socket, whatever the table behind it has."""
    received = 0

    def count(payload: Any) -> None:
        nonlocal received
        received += len(payload)

    def watch(wire: Any) -> None:
        wire.on("framereceived", count)

    visit.page.on("websocket", watch)
    visit.open("/imports?imp=imp_2026_02_18_001")
    assert 1_000 < received < 300_000


def test_no_secret_and_no_search_is_in_the_log(
    visit: Visit, dashboard: Dashboard, seeded: Settings
) -> None:
    page = visit.open("/people")
    search_box(page).fill(EMAIL)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Asha Nakamura-O'Neil")).to_be_visible()
    log = dashboard.log.read_text(encoding="utf-8", errors="replace")
    for hidden in (EMAIL, PHONE, "Nakamura", seeded.account("app").password):
        assert not re.search(re.escape(hidden), log)
