"""The HTML page in a real browser: nothing runs, nothing is blocked, nothing scrolls sideways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vivavoce.core.grade import Grade
from vivavoce.core.results import Results
from vivavoce.reports import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on the PATH")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=["hostile single", "hostile batch", "many candidates"])
def report(request: pytest.FixtureRequest, hostile: Grade, batch: Results, tmp_path: Path) -> Path:
    results = {
        "hostile single": Results(grades=(hostile,)),
        "hostile batch": batch,
        "many candidates": Results(
            grades=tuple(
                hostile.model_copy(
                    update={
                        "answer": hostile.answer.model_copy(update={"candidate": f"Person {n}"})
                    }
                )
                for n in range(6)
            )
        ),
    }[request.param]
    path = tmp_path / "report.html"
    path.write_text(render(results, "html"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [360, 1100])
def test_page_is_quiet_and_fits(browser: Browser, report: Path, width: int) -> None:
    noise: list[str] = []
    requested: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("dialog", lambda dialog: (noise.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requested.append(request.url))
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.querySelectorAll('style').length") == 1
    assert page.locator("main").is_visible()
    page.close()
    assert noise == []
    assert [url for url in requested if not url.startswith(("file:", "data:"))] == []


def test_print_opens_what_a_reader_closed(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.removeAttribute('open'))")
    code = page.locator("details.signature code").first
    assert not code.is_visible()
    page.emulate_media(media="print")
    assert code.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
    page.close()
