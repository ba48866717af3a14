"""Settings to the practice history and to a practice session."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import platformdirs

from vivavoce.errors import OfflineError
from vivavoce.wiring.choices import Settings
from vivavoce.wiring.objects import build_grader, load_bank_in_use
from vivavoce.wiring.speech import build_transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

    from vivavoce.adapters.fsrs_schedule import FsrsSchedule
    from vivavoce.adapters.history_database import HistoryDatabase
    from vivavoce.core.answer import Answer
    from vivavoce.core.progress import Progress
    from vivavoce.core.rubric import Rubric
    from vivavoce.services.practice import Practice

__all__ = [
    "Heard",
    "build_history",
    "build_listener",
    "build_practice",
    "build_schedule",
    "data_folder",
    "load_topics",
    "local_now",
    "progress_in_use",
    "recordings_folder",
]


def data_folder() -> Path:
    """Where what cannot be computed again is kept."""
    return Path(platformdirs.user_data_dir("vivavoce"))


def recordings_folder() -> Path:
    """Where recordings are written to as they run, and kept where that was asked for."""
    return data_folder() / "recordings"


def local_now() -> datetime:
    """The time in the zone of this machine."""
    return datetime.now().astimezone()


def build_history(chosen: Settings) -> HistoryDatabase:
    """The history that is in use.

    Raises:
        MissingExtraError: the extra `practice` is absent.
        HistoryError: it cannot be opened.
        OfflineError: it is on a server.
    """
    from vivavoce.adapters.history_database import HistoryDatabase, sqlite_url

    if chosen.database_url is None:
        return HistoryDatabase(sqlite_url(data_folder() / "history.sqlite"))
    url = chosen.database_url.get_secret_value()
    if chosen.offline and not url.startswith("sqlite"):
        raise OfflineError(
            "--offline forbids a history on a server. Leave out --offline, or let "
            "VIVA_DATABASE_URL name a sqlite file."
        )
    return HistoryDatabase(url)


def build_schedule() -> FsrsSchedule:
    """The schedule by which questions come back.

    Raises:
        MissingExtraError: the extra `practice` is absent.
    """
    from vivavoce.adapters.fsrs_schedule import FsrsSchedule

    return FsrsSchedule()


def build_practice(chosen: Settings) -> Practice:
    """A practice session on the bank, the grader and the history that are in use."""
    from vivavoce.services.practice import Practice

    return Practice(
        load_bank_in_use(chosen),
        build_grader(chosen),
        build_history(chosen),
        build_schedule(),
        clock=local_now,
        new_id=lambda: uuid.uuid4().hex,
    )


def progress_in_use(chosen: Settings) -> Progress:
    """What the history in use adds up to, now."""
    from vivavoce.services.practice import progress

    return progress(build_history(chosen), load_bank_in_use(chosen), build_schedule(), local_now())


class Heard(NamedTuple):
    """A recording in words.

    Attributes:
        answer: the words with their times; without text for silence.
        delivery: how it sounded, as JSON; None where it was not measured.
        seconds: of the recording.
    """

    answer: Answer
    delivery: dict[str, JsonValue] | None
    seconds: float


def build_listener(chosen: Settings) -> Callable[[Path, Rubric], Heard]:
    """What turns a recorded answer into words.

    Raises:
        MissingExtraError: no recogniser is installed.
        SettingsError: no recogniser has the name that was chosen.
    """
    from vivavoce.core.delivery import deliver
    from vivavoce.core.hot_words import hot_words

    transcriber = build_transcriber(chosen)

    def listen(audio: Path, rubric: Rubric) -> Heard:
        heard = transcriber.transcribe(audio, hot_words=hot_words(rubric.question))
        delivery = deliver(heard, seconds=rubric.seconds, bands=chosen.delivery)
        answer = heard.answer(rubric.id, source=audio.name)
        return Heard(answer, delivery.model_dump(mode="json"), heard.duration_s)

    return listen


def load_topics(chosen: Settings) -> list[str]:
    """The topics of the bank in use, in alphabetical order."""
    return sorted({r.category.value for r in load_bank_in_use(chosen).rubrics})
