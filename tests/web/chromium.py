"""Headless Chromium for the tests of the page; it must stay quiet."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vivavoce.adapters.audio_files import RATE, read_audio

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
GRAVE = {"serious", "critical"}


@contextmanager
def launched(sound: Path | None = None) -> Iterator[Browser]:
    """A browser; a WAV file is what its microphone hears, a beep each second where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on the PATH")
    args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    if sound:
        args.append(f"--use-file-for-fake-audio-capture={sound}%noloop")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(browser: Browser, url: str, *, script: str = "", **options: Any) -> Iterator[Page]:
    """A page that must stay quiet: no console message, no error, nothing from elsewhere.

    Args:
        script: JavaScript that runs before the page's own.
    """
    context = browser.new_context(permissions=["microphone"], **options)
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.set_default_timeout(60_000)
    noise: list[str] = []
    own = ("/".join(url.split("/")[:3]) + "/", "data:", "blob:")
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(own) else noise.append(r.url))
    page.goto(url)
    yield page
    context.close()
    assert not noise, noise


@contextmanager
def opened(url: str, sound: Path | None = None, **options: Any) -> Iterator[Page]:
    """A page in a browser of its own."""
    with launched(sound) as browser, tab(browser, url, **options) as page:
        yield page


def violations(page: Page) -> list[str]:
    """What axe-core holds for serious."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in GRAVE]


def as_microphone(source: Path, target: Path) -> float:
    """A recording as the WAV file that Chromium takes for a microphone; its seconds."""
    samples = read_audio(source)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return len(samples) / RATE


def begin(page: Page) -> None:
    """Starts to record."""
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_text("Recording.", exact=True).wait_for()


def end(page: Page) -> None:
    """Ends the recording and waits for what it was worth."""
    page.get_by_role("button", name="Stop and send").click()
    page.locator("#result").wait_for()


def speak(page: Page, seconds: float) -> None:
    """Records for as long as the microphone speaks, and waits for the grade."""
    begin(page)
    page.wait_for_timeout(1000 * seconds + 700)
    end(page)


def type_in(page: Page, text: str) -> None:
    """Sends a typed answer and waits for what it was worth."""
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Send the typed answer").click()
    page.locator("#result").wait_for()


def score_of(page: Page) -> float:
    """The score that is shown."""
    return float(page.locator("#score b").inner_text())
