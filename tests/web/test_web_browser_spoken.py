"""Spoken answers end to end: a real browser with a WAV as its microphone, real weights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.web.chromium import as_microphone, opened, score_of, speak, violations
from tests.web.conftest import SAID, serving, with_store

from vivavoce.testing import MemoryStore
from vivavoce.wiring.serving import Parts

pytestmark = pytest.mark.browser
TOLD = {
    "good": SAID + " As the model gets more complex, bias falls and variance rises, so the best "
    "one lies in between.",
    "partial": "High bias means that the model is too simple, so it underfits.",
    "wrong": "High bias means that the model is too complex, so it overfits. High variance means "
    "that the model is too simple, so it underfits.",
}
"""What espeak-ng read in `spoken-*.ogg`."""


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
