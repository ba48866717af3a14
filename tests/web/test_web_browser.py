"""The practice page in a real browser, with recordings of synthetic speech as its microphone."""

from __future__ import annotations

import re
import shutil
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.web.conftest import SAID, Client, serving, with_store

from vivavoce.adapters.audio_files import RATE, read_audio
from vivavoce.testing import MemoryStore, ScriptedTranscriber
from vivavoce.wiring.serving import Parts

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
GRAVE = {"serious", "critical"}
TOLD = {
    "good": SAID + " As the model gets more complex, bias falls and variance rises, so the best "
    "one lies in between.",
    "partial": "High bias means that the model is too simple, so it underfits.",
    "wrong": "High bias means that the model is too complex, so it overfits. High variance means "
    "that the model is too simple, so it underfits.",
}
"""What espeak-ng read in `spoken-*.ogg`."""


@contextmanager
def opened(url: str, sound: Path | None = None, **options: Any) -> Iterator[Page]:
    """A page that must stay quiet: no console message, no error, nothing from elsewhere."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on the PATH")
    args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    if sound:
        args.append(f"--use-file-for-fake-audio-capture={sound}%noloop")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        context = browser.new_context(permissions=["microphone"], **options)
        page = context.new_page()
        page.set_default_timeout(60_000)
        noise: list[str] = []
        own = ("/".join(url.split("/")[:3]) + "/", "data:", "blob:")
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith(own) else noise.append(r.url),
        )
        page.goto(url)
        yield page
        browser.close()
    assert noise == []


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


def speak(page: Page, seconds: float) -> None:
    """Records for as long as the microphone speaks, and waits for the grade."""
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_text("Recording.", exact=True).wait_for()
    page.wait_for_timeout(1000 * seconds + 700)
    page.get_by_role("button", name="Stop and send").click()
    page.locator("#result").wait_for()


def score_of(page: Page) -> float:
    return float(page.locator("#score b").inner_text())


@pytest.mark.weights
def test_spoken_answers_are_heard_graded_and_kept(
    base_parts: Parts, whisper: Any, recordings: Path, tmp_path: Path
) -> None:
    store = MemoryStore()
    parts = with_store(base_parts, store, tmp_path / "r", transcriber=whisper)
    scores = {}
    with serving(parts) as client:
        for name in TOLD:
            seconds = as_microphone(recordings / f"spoken-{name}.ogg", tmp_path / f"{name}.wav")
            with opened(client.url, tmp_path / f"{name}.wav") as page:
                page.get_by_role("button", name="Draw a question").click()
                page.get_by_label("or pick one").select_option("bias-variance")
                assert "bias and variance" in page.locator("#question").inner_text()
                speak(page, seconds)
                scores[name] = score_of(page)
                assert "underfit" in page.locator(".said").first.inner_text().lower()
                assert page.get_by_text("Delivery", exact=True).is_visible()
                player = page.locator("audio")
                page.locator("button.play").first.click()
                # All that was said; a busy machine may stop the recording late.
                assert player.evaluate("a => a.duration") > seconds - 1.5
                assert page.get_by_text("The time before").count() == (name != "good")
                assert violations(page) == []
                page.get_by_role("link", name="Progress").click()
                row = page.get_by_role("row").filter(has_text="bias and variance")
                assert str(round(scores[name])) in row.inner_text()
    assert scores["good"] > max(scores["partial"], scores["wrong"])
    for attempt, name in zip(store.attempts(), TOLD, strict=True):
        told = set(re.findall(r"\w+", TOLD[name].lower()))
        heard = set(re.findall(r"\w+", attempt.answer.text.lower()))
        assert len(told & heard) >= 0.8 * len(told)
    assert [m.counts for m in store.marks()] == [True] * 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_pages_fit_and_are_accessible(client: Client, width: int, scheme: str) -> None:
    size = {"width": width, "height": 800}
    with opened(client.url, viewport=size, color_scheme=scheme, reduced_motion="reduce") as page:
        page.get_by_label("or pick one").select_option("bias-variance")
        page.get_by_label("or type it").fill(f"{SAID} High bias means overfitting.")
        page.get_by_role("button", name="Send the typed answer").click()
        page.locator("#result").wait_for()
        for path in ("", "progress", "transcripts"):
            if path:
                page.goto(f"{client.url}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page) == []


def test_keyboard_alone_is_enough(client: Client) -> None:
    with opened(client.url) as page:
        page.get_by_role("button", name="Draw a question").focus()
        page.keyboard.press("Enter")
        page.locator("#answer").wait_for()
        assert page.evaluate("document.activeElement.id") == "question"
        while page.evaluate("document.activeElement.id") != "text":
            page.keyboard.press("Tab")
        page.keyboard.type(SAID)
        page.keyboard.press("Control+Enter")
        page.locator("#result").wait_for()
        assert page.evaluate("document.activeElement.id") == "score"
        page.keyboard.press("Tab")


def test_a_follow_up_is_asked_and_answered(client: Client, store: MemoryStore) -> None:
    with opened(client.url + "/?question=bias-variance") as page:
        page.get_by_label("or type it").fill("High bias means that the model underfits the data.")
        page.get_by_role("button", name="Send the typed answer").click()
        page.get_by_role("button", name="Answer the follow-up").click()
        asked = page.locator("#follow").inner_text()
        page.get_by_label("or type it").fill("High variance means that it overfits the noise.")
        page.get_by_role("button", name="Send the typed answer").click()
        page.locator("#result").wait_for()
        page.get_by_role("button", name="Next question").wait_for()
        assert page.get_by_role("button", name="Answer the follow-up").count() == 0
    first, second = store.attempts()
    assert (second.follow_up_of, second.asked) == (first.id, asked)


def test_hostile_answers_stay_text(client: Client) -> None:
    with opened(client.url + "/?question=bias-variance") as page:
        hostile = "<img src=x onerror=alert(1)> High bias underfits. <script>alert(2)</script>"
        page.get_by_label("or type it").fill(hostile)
        page.get_by_role("button", name="Send the typed answer").click()
        page.locator("#result").wait_for()
        assert page.locator("#result img, #result script").count() == 0
        assert "<img src=x" in page.locator("#result .said").first.inner_text()


def test_a_transcript_is_dropped_and_its_report_read(client: Client) -> None:
    with opened(client.url + "/transcripts") as page:
        page.locator("#file").set_input_files("examples/interview.vtt")
        page.locator("#result").wait_for()
        assert "answers graded" in page.locator("#sum").inner_text()
        inside = page.frame_locator("#report").locator("main")
        inside.wait_for()
        assert "interview.vtt" in inside.inner_text()


def test_a_server_that_is_gone_is_told_and_the_words_stay(
    base_parts: Parts, tmp_path: Path
) -> None:
    parts = with_store(base_parts, MemoryStore(), tmp_path, transcriber=ScriptedTranscriber())
    with serving(parts) as client:
        pages = opened(client.url + "/?question=bias-variance")
        page = pages.__enter__()
        page.get_by_label("or type it").fill(SAID)
    page.get_by_role("button", name="Send the typed answer").click()
    page.get_by_text("The server cannot be reached").wait_for()
    assert page.get_by_label("or type it").input_value() == SAID
    with pytest.raises(AssertionError, match="ERR_CONNECTION_REFUSED"):
        # The browser itself notes the failed request, and nothing else does.
        pages.__exit__(None, None, None)
