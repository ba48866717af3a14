"""The practice page in a real browser: answers spoken and typed, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.web.chromium import (
    launched,
    score_of,
    tab,
    type_in,
)
from tests.web.conftest import SAID, Client, serving, with_store

from vivavoce.testing import MemoryStore, ScriptedTranscriber
from vivavoce.wiring.serving import Parts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser
ASKED = "/?question=bias-variance"
OTHER = {
    "id": "hash-table",
    "question": "How does a hash table work?",
    "category": "programming",
    "difficulty": 1,
    "seconds": 60,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def test_a_follow_up_is_asked_and_answered(
    browser: Browser, client: Client, store: MemoryStore
) -> None:
    with tab(browser, client.url + ASKED) as page:
        type_in(page, "High bias means that the model underfits the data.")
        page.get_by_role("button", name="Answer the follow-up").click()
        asked = page.locator("#follow").inner_text()
        type_in(page, "High variance means that it overfits the noise.")
        page.get_by_role("button", name="Next question").wait_for()
        assert page.get_by_role("button", name="Answer the follow-up").count() == 0
    first, second = store.attempts()
    assert (second.follow_up_of, second.asked) == (first.id, asked)


def test_a_question_drawn_late_does_not_replace_the_one_that_was_picked(
    browser: Browser, client: Client
) -> None:
    with tab(browser, client.url) as page:
        held: list[Route] = []
        page.route("**/api/draw?*", lambda route: held.append(route))  # noqa: PLW0108
        with page.expect_request("**/api/draw?*"):
            page.get_by_role("button", name="Draw a question").click()
        page.get_by_label("or pick one").select_option("bias-variance")
        with page.expect_response("**/api/draw?*"):
            held[0].fulfill(json={"question": OTHER, "note": ""})
        page.wait_for_timeout(200)
        assert "bias and variance" in page.locator("#question").inner_text()


def test_the_time_before_stands_beside_the_new_try(browser: Browser, client: Client) -> None:
    first = "High variance means that it follows the noise of the training data, so it overfits."
    with tab(browser, client.url + ASKED, viewport={"width": 1200, "height": 900}) as page:
        type_in(page, first)
        before = score_of(page)
        page.get_by_role("button", name="Try again").click()
        assert page.evaluate("document.activeElement.id") == "question"
        assert page.get_by_label("or type it").input_value() == ""
        assert page.locator("#result").is_hidden()
        type_in(page, SAID)
        told = page.locator("details", has_text="The time before").locator("summary").inner_text()
        more = f"{score_of(page) - before:.0f} more now"
        assert told == f"The time before: {before:.0f} of 100, {more}"
        then, now = page.locator(".beside > section").all()
        assert first[:40] in then.inner_text()
        assert SAID[:40] in now.inner_text()
        assert then.bounding_box()["x"] < now.bounding_box()["x"]  # type: ignore[index]
        changes = page.locator(".changes li").all_inner_texts()
        moved = re.compile(r"1\. (Missing|Wrong|Partly), now met: Bias is error")
        assert any(moved.match(c) for c in changes), changes


def test_hostile_answers_stay_text(browser: Browser, client: Client) -> None:
    hostile = "<img src=x onerror=alert(1)> High bias underfits. <script>alert(2)</script>"
    with tab(browser, client.url + ASKED) as page:
        type_in(page, hostile)
        page.get_by_role("button", name="Try again").click()
        type_in(page, hostile)
        assert page.locator("#result img, #result script").count() == 0
        assert page.locator("#result .said").count() == 3
        assert all("<img src=x" in said.inner_text() for said in page.locator(".said").all())


DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const told = { dataTransfer: files, bubbles: true, cancelable: true };
  for (const kind of ["dragover", "drop"]) {
    document.getElementById("drop").dispatchEvent(new DragEvent(kind, told));
  }
}"""


@pytest.mark.parametrize("way", ["dropped", "chosen"])
def test_a_transcript_is_given_and_its_report_read(
    browser: Browser, client: Client, tmp_path: Path, way: str
) -> None:
    text = f"Interviewer: What is the bias variance trade-off?\nAnna: {SAID}\n"
    file = tmp_path / "anna.txt"
    file.write_text(text)
    with tab(browser, client.url + "/transcripts") as page:
        if way == "dropped":
            page.evaluate(DROP, [file.name, text])
        else:
            page.locator("#file").set_input_files(file)
        page.locator("#result").wait_for()
        assert page.evaluate("document.activeElement.id") == "name"
        assert "1 answer graded" in page.locator("#sum").inner_text()
        inside = page.frame_locator("#report").locator("main")
        inside.wait_for()
        assert SAID[:60] in inside.inner_text()


def test_a_file_that_is_no_transcript_is_told(browser: Browser, client: Client) -> None:
    pages = tab(browser, client.url + "/transcripts")
    page = pages.__enter__()
    page.evaluate(DROP, ["song.mp3", "ID3\0\0\0"])
    page.get_by_text("That is no text file.").wait_for()
    assert page.locator("#result").is_hidden()
    assert page.locator("#file").is_enabled()
    with pytest.raises(AssertionError, match="415"):
        # The browser itself notes the refused request, and nothing else does.
        pages.__exit__(None, None, None)


def test_a_server_that_is_gone_is_told_and_the_words_stay(
    browser: Browser, base_parts: Parts, tmp_path: Path
) -> None:
    parts = with_store(base_parts, MemoryStore(), tmp_path, transcriber=ScriptedTranscriber())
    with serving(parts) as client:
        pages = tab(browser, client.url + ASKED)
        page = pages.__enter__()
        page.get_by_label("or type it").fill(SAID)
    page.get_by_role("button", name="Send the typed answer").click()
    page.get_by_text("The server cannot be reached").wait_for()
    assert page.get_by_label("or type it").input_value() == SAID
    assert page.evaluate("document.activeElement.id") == "text"
    with pytest.raises(AssertionError, match="ERR_CONNECTION_REFUSED"):
        pages.__exit__(None, None, None)
