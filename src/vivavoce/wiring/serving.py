"""Settings to everything that the practice page works with."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vivavoce.errors import VivaError
from vivavoce.wiring.choices import Settings
from vivavoce.wiring.objects import build_embedder, build_grader, build_sentences, load_bank_in_use
from vivavoce.wiring.practice import build_history, build_schedule, local_now, recordings_folder
from vivavoce.wiring.speech import build_transcriber

if TYPE_CHECKING:
    from vivavoce.core.delivery import Bands
    from vivavoce.core.rubric import Bank
    from vivavoce.ports import HistoryStore, Schedule, Transcriber
    from vivavoce.services.bank_sentences import BankSentences
    from vivavoce.services.grader import Grader
    from vivavoce.services.practice import Practice

__all__ = ["Parts", "build_parts"]


class Parts(NamedTuple):
    """What the page works with.

    Attributes:
        transcriber: None where none is at hand; `deaf` then says why and what to do.
        recordings: folder that recordings are kept in while they are worked on.
        keep_audio: whether they stay there afterwards.
    """

    bank: Bank
    sentences: BankSentences
    grader: Grader
    store: HistoryStore
    schedule: Schedule
    practice: Practice
    transcriber: Transcriber | None
    deaf: str
    bands: Bands
    recordings: Path
    keep_audio: bool = False


def build_parts(
    chosen: Settings,
    *,
    keep_audio: bool = False,
    store: HistoryStore | None = None,
    transcriber: Transcriber | None = None,
    recordings: Path | None = None,
) -> Parts:
    """The parts under these settings; without a recogniser answers can still be typed.

    Raises:
        VivaError: the bank, the embedder or the history cannot be used.
    """
    from vivavoce.services.practice import Practice

    bank, embedder = load_bank_in_use(chosen), build_embedder(chosen)
    grader = build_grader(chosen, embedder)
    store = store or build_history(chosen)
    schedule = build_schedule()
    deaf = ""
    if transcriber is None:
        try:
            transcriber = build_transcriber(chosen)
        except VivaError as exc:
            deaf = str(exc)
    return Parts(
        bank=bank,
        sentences=build_sentences(chosen, embedder),
        grader=grader,
        store=store,
        schedule=schedule,
        practice=Practice(
            bank, grader, store, schedule, clock=local_now, new_id=lambda: uuid.uuid4().hex
        ),
        transcriber=transcriber,
        deaf=deaf,
        bands=chosen.delivery,
        recordings=recordings or recordings_folder(),
        keep_audio=keep_audio,
    )
