"""The pages by keyboard, on a phone, in the dark, without motion, and to axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.web.chromium import launched, tab, type_in, violations
from tests.web.conftest import SAID, Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ASKED = "/?question=bias-variance"
MOST_STOPS = 80
FOCUSED = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const seen = style.outlineStyle !== "none" && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return [at.id || at.textContent.trim(), seen];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def go_to(page: Page, wanted: str, *, back: bool = False) -> None:
    """Presses Tab until what has this id or text has the focus; all on the way shows that it has."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        found, seen = page.evaluate(FOCUSED)
        assert seen or found in ("main", ""), f"no focus is seen on {found!r}"
        if found == wanted:
            return
    pytest.fail(f"{wanted!r} is not reached by Tab")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_a_whole_session_by_keyboard(browser: Browser, client: Client) -> None:
    # Else what has the focus is still on its way into view.
    with tab(browser, client.url, reduced_motion="reduce") as page:
        go_to(page, "Skip to the content")
        page.keyboard.press("Enter")
        assert focused(page) == "main"
        page.keyboard.press("Tab")
        page.keyboard.press("End")  # the last order: by chance
        go_to(page, "Draw a question")
        page.keyboard.press("Enter")
        page.locator("#answer").wait_for()
        assert focused(page) == "question"
        go_to(page, "record")
        page.keyboard.press("Enter")
        page.get_by_text("Recording.", exact=True).wait_for()
        page.wait_for_timeout(400)
        assert focused(page) == "record"
        page.keyboard.press("Enter")
        page.locator("#result").wait_for()
        assert focused(page) == "score"
        go_to(page, "Try again")
        page.keyboard.press("Enter")
        assert focused(page) == "question"
        go_to(page, "text")
        page.keyboard.type(SAID)
        page.keyboard.press("Control+Enter")
        page.locator("#result").wait_for()
        assert focused(page) == "score"
        go_to(page, "Next question")
        go_to(page, "Progress", back=True)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.get_by_role("heading", name="Progress").wait_for()
        go_to(page, "Transcripts")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        go_to(page, "file")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_pages_fit_and_are_accessible(
    browser: Browser, client: Client, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    with tab(browser, client.url + ASKED, viewport=size, color_scheme=scheme) as page:
        type_in(page, f"{SAID} High bias means overfitting.")
        page.get_by_role("button", name="Try again").click()
        type_in(page, SAID)
        for path in ("", "progress", "progress/plots", "transcripts"):
            if path:
                page.goto(f"{client.url}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            if path == "progress/plots":
                # It comes in a sandbox without scripts, where axe would never end.
                shown = page.content()
                page.goto("about:blank")
                page.set_content(shown)
            assert violations(page) == [], path


@pytest.mark.parametrize(("motion", "scrolls"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_nothing_moves_for_those_who_want_it_still(
    browser: Browser, client: Client, motion: str, scrolls: str
) -> None:
    with tab(browser, client.url + ASKED, reduced_motion=motion) as page:
        type_in(page, SAID)
        style = "getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(style) == scrolls
        assert page.evaluate("document.getAnimations().length") == 0


def test_what_happens_is_told_to_screen_readers(browser: Browser, client: Client) -> None:
    with tab(browser, client.url + ASKED) as page:
        status = page.get_by_role("status")
        assert status.get_attribute("aria-live") == "polite"
        page.get_by_role("button", name="Record", exact=True).click()
        status.get_by_text("Recording.").wait_for()
        page.get_by_role("button", name="Throw away").click()
        status.get_by_text("Thrown away.").wait_for()
        assert focused(page) == "record"
        for role, name in (("timer", "Time"), ("textbox", "or type it"), ("meter", "Level")):
            assert page.get_by_role(role, name=name).count() == 1, name  # type: ignore[arg-type]
        type_in(page, SAID)
        assert page.get_by_role("region", name="of 100").count() == 1
