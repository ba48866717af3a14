"""Recording on the page: what is heard along the way, the time line, what cannot get lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.web.chromium import begin, end, launched, tab, type_in
from tests.web.conftest import SAID, Client, serving, with_store

from vivavoce.core.speech import Speech, Word
from vivavoce.testing import MemoryStore, ScriptedTranscriber
from vivavoce.wiring.serving import Parts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ASKED = "/?question=bias-variance"
UNSURE = 0.1
SPOKEN = "High bias means um that it underfits .".split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def hesitant() -> Speech:
    """Eight words in four seconds, with a pause of one second behind the fourth."""
    words = tuple(
        Word(
            text=text,
            from_s=round(0.5 + 0.3 * i + (i > 3), 2),
            to_s=round(0.8 + 0.3 * i + (i > 3), 2),
            probability=UNSURE if text == "bias" else 0.9,
        )
        for i, text in enumerate(SPOKEN)
    )
    return Speech(words=words, duration_s=4.0, model="scripted", verbatim=True)


@contextmanager
def hearing(base: Parts, folder: Path, transcriber: object) -> Iterator[Client]:
    parts = with_store(base, MemoryStore(), folder, transcriber=transcriber)
    with serving(parts) as client:
        yield client


def at(page: Page) -> float:
    return float(page.locator("audio").evaluate("a => a.currentTime"))


def test_the_time_line_plays_from_where_it_is_pressed(
    browser: Browser, base_parts: Parts, tmp_path: Path
) -> None:
    hears = ScriptedTranscriber(otherwise=hesitant())
    with (
        hearing(base_parts, tmp_path, hears) as client,
        tab(browser, client.url + ASKED) as page,
    ):
        begin(page)
        page.wait_for_timeout(4300)
        end(page)
        # A player that stands still tells where it was put.
        page.locator("audio").evaluate("a => { a.play = () => Promise.resolve(); }")
        line = page.get_by_role("group", name="Pauses, fillers and slips in the recording")
        line.get_by_role("button", name="pause of 1.0 s").focus()
        page.keyboard.press("Enter")
        assert at(page) == pytest.approx(1.7 - 0.5, abs=0.05)
        line.get_by_role("button", name="hesitation: um").click()
        assert at(page) == pytest.approx(1.4 - 0.5, abs=0.05)
        width = line.bounding_box()["width"]  # type: ignore[index]
        line.click(position={"x": 0.9 * width, "y": 20})
        assert at(page) == pytest.approx(3.6, abs=0.1)
        page.get_by_role("button", name="Play “bias” 0:00").click()
        assert at(page) == pytest.approx(0.8 - 0.5, abs=0.05)


def test_words_are_on_the_page_while_one_still_speaks(
    browser: Browser, base_parts: Parts, tmp_path: Path
) -> None:
    hears = ScriptedTranscriber(otherwise=SAID)
    with (
        hearing(base_parts, tmp_path, hears) as client,
        tab(browser, client.url + ASKED) as page,
    ):
        begin(page)
        page.locator("#heard").get_by_text(SAID).wait_for()
        assert page.get_by_role("button", name="Stop and send").is_visible()
        assert page.get_by_role("button", name="Draw a question").is_disabled()
        page.get_by_role("button", name="Throw away").click()
        page.get_by_text("Thrown away.").wait_for()
        assert page.locator("#heard").is_hidden()
        assert page.get_by_role("button", name="Draw a question").is_enabled()
    assert hears.prepared
    assert len(hears.hot_words) == 1


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_blocks_of_a_recording_have_no_seams(browser: Browser, client: Client, rate: int) -> None:
    """A tone, as a browser hands it on at this rate, becomes the same tone at 16,000."""
    with tab(browser, client.url) as page:
        tone = page.evaluate(TONE, rate)
    assert tone == {"length": 11.5 * 16_000, "early": 10 * 16_000, "same": True, "near": True}


TONE = """async (rate) => {
  const { Recorder } = await import("/static/recorder.js");
  const recorder = new Recorder({ onLevel() {}, onBlock() {}, onLost() {} });
  Object.assign(recorder, { taken: [], dropped: 0, length: 0, blocks: [], cut: 0, cutting: Promise.resolve() });
  recorder.stream = { getTracks: () => [] };
  recorder.context = { sampleRate: rate, close: async () => {} };
  const tone = (i, rate) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / rate);
  const samples = Float32Array.from({ length: 11.5 * rate }, (_, i) => tone(i, rate));
  for (let at = 0; at < samples.length; at += 128) recorder.take(samples.slice(at, at + 128));
  await recorder.cutting;
  const pcm = async (blob) => new Int16Array((await blob.arrayBuffer()).slice(44));
  const [early, all] = [await pcm(recorder.soFar()), await pcm(await recorder.stop())];
  return {
    length: all.length,
    early: early.length,
    same: early.every((s, i) => s === all[i]),
    near: all.slice(100, -100).every((s, i) => Math.abs(s / 32767 - tone(i + 100, 16000)) < 0.01),
  };
}"""


def test_a_recording_that_could_not_be_sent_is_sent_again(
    browser: Browser, base_parts: Parts, tmp_path: Path
) -> None:
    parts = with_store(
        base_parts, MemoryStore(), tmp_path, transcriber=ScriptedTranscriber(otherwise=SAID)
    )
    pages = None
    with serving(parts) as client:
        pages = tab(browser, client.url + ASKED)
        page = pages.__enter__()
        begin(page)
        page.wait_for_timeout(600)
    page.get_by_role("button", name="Stop and send").click()
    page.get_by_text("The server cannot be reached").wait_for()
    assert page.evaluate("document.activeElement.id") == "again"
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save it as a file").click()
    assert Path(saved.value.path()).read_bytes()[:4] == b"RIFF"
    with serving(parts, port=client.port):
        page.get_by_role("button", name="Send it again").click()
        page.locator("#result").wait_for()
        assert page.locator("#unsent").is_hidden()
    with pytest.raises(AssertionError, match="ERR_CONNECTION_REFUSED"):
        pages.__exit__(None, None, None)


def test_a_microphone_that_goes_away_sends_what_it_gave(
    browser: Browser, base_parts: Parts, tmp_path: Path
) -> None:
    hears = ScriptedTranscriber(otherwise=SAID)
    with (
        hearing(base_parts, tmp_path, hears) as client,
        tab(browser, client.url + ASKED, script=UNPLUG) as page,
    ):
        begin(page)
        page.wait_for_timeout(500)
        page.evaluate("unplug()")
        page.locator("#result").wait_for()
        assert page.get_by_role("button", name="Record", exact=True).is_enabled()


UNPLUG = """
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await get(wanted);
  window.unplug = () => stream.getAudioTracks()[0].dispatchEvent(new Event("ended"));
  return stream;
};
"""


def test_without_leave_to_record_typing_is_offered(browser: Browser, client: Client) -> None:
    refuse = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
    with tab(browser, client.url + ASKED, script=refuse) as page:
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_text("(NotAllowedError). Allow it for this page, or type").wait_for()
        type_in(page, SAID)


VOICES = """
window.said = [];
const voices = [
  { lang: "en-US", localService: false, name: "far" },
  { lang: "en-GB", localService: true, name: "near" },
];
Object.defineProperty(window, "speechSynthesis", { value: {
  speaking: false,
  getVoices: () => voices.slice(0, window.onlyFar ? 1 : 2),
  speak(said) { this.speaking = true; window.said.push([said.text, said.voice.name]); },
  cancel() { this.speaking = false; },
  addEventListener() {},
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_a_question_is_read_aloud_by_a_voice_of_this_machine(
    browser: Browser, client: Client
) -> None:
    with tab(browser, client.url + ASKED, script=VOICES) as page:
        page.get_by_role("button", name="Read aloud").click()
        asked = page.locator("#question").inner_text()
        assert page.evaluate("said") == [[asked, "near"]]
        page.get_by_role("button", name="Stop reading").click()
        assert not page.evaluate("speechSynthesis.speaking")
    with tab(browser, client.url + ASKED, script=f"window.onlyFar = true; {VOICES}") as page:
        assert page.locator("#read").is_hidden()
