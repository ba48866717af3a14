"""The API over a real socket: grading, practice with its history, transcripts, bad input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.web.conftest import SAID, Client, serving, with_store

from vivavoce.errors import TranscriberError
from vivavoce.testing import MemoryStore, ScriptedTranscriber
from vivavoce.wiring.serving import Parts

GOOD = {"question": "bias-variance", "answer": SAID}
HEARD = "/api/attempts/recording?question=bias-variance"


@pytest.fixture(scope="session")
def sound(recordings: Path) -> bytes:
    return (recordings / "bias.ogg").read_bytes()


def test_questions_do_not_give_answers_away(client: Client) -> None:
    reply = client.send("/api/questions")
    assert len(reply.json()["questions"]) == 51
    assert b"accept" not in reply.body
    assert b"reference" not in reply.body
    assert b"exemplar" not in reply.body


def test_a_typed_grade_is_the_graders_own_and_is_not_kept(
    client: Client, parts: Parts, store: MemoryStore
) -> None:
    graded = client.post("/api/grade", GOOD).json()
    rubric = parts.bank.get("bias-variance")
    assert rubric is not None
    own = parts.grader.grade(rubric, _answer(SAID))
    assert graded["grade"] == own.model_dump(mode="json")
    assert graded["ungraded"] is None
    assert store.attempts() == []


def _answer(text: str):  # type: ignore[no-untyped-def]
    from vivavoce.core.answer import Answer

    return Answer(question="bias-variance", text=text)


def test_a_recorded_grade_has_words_and_delivery(client: Client, sound: bytes) -> None:
    graded = client.send("/api/grade/recording?question=bias-variance", sound).json()
    assert graded["grade"]["answer"]["text"] == SAID
    assert graded["recorded"]["source"] == "recording"
    assert graded["recorded"]["delivery"]["measures"]


def test_a_recording_without_words_is_ungraded_and_no_zero(
    parts: Parts, sound: bytes, store: MemoryStore
) -> None:
    with serving(parts._replace(transcriber=ScriptedTranscriber())) as client:
        graded = client.send("/api/grade/recording?question=bias-variance", sound).json()
        assert graded["grade"] is None
        assert "No words were heard" in graded["ungraded"]
        (done,) = (v for n, v in client.send(HEARD, sound).events() if n == "done")
    assert done["score"] is None
    assert "No words were heard" in done["reason"]
    assert [m.score for m in store.marks()] == [None]
    assert list(parts.recordings.iterdir()) == []


def test_a_typed_attempt_is_kept_and_the_next_stands_beside_it(
    client: Client, store: MemoryStore
) -> None:
    first = client.post("/api/attempts", GOOD).json()
    assert first["earlier"] is None
    assert "".join(p["text"] for p in first["pieces"]) == SAID
    assert any(p["labels"] for p in first["pieces"])
    second = client.post("/api/attempts", GOOD).json()
    assert second["earlier"]["score"] == first["score"]
    assert second["earlier"]["text"] == SAID
    assert [a.id for a in store.attempts()] == [first["id"], second["id"]]


def test_a_follow_up_is_graded_with_the_answer_before(client: Client, store: MemoryStore) -> None:
    first = client.post("/api/attempts", GOOD).json()
    assert first["ask_next"]
    more = {
        **GOOD,
        "answer": "A model in between has the least total error.",
        "follows": first["id"],
    }
    second = client.post("/api/attempts", more).json()
    assert second["follow_up"]
    assert second["asked"] == first["ask_next"]
    assert second["text"] == f"{SAID}\n\n{more['answer']}"
    assert second["ask_next"] is None
    assert second["earlier"]["score"] == first["score"]
    again = client.post("/api/attempts", {**more, "follows": second["id"]})
    assert again.status == 422
    assert "no follow-up" in again.json()["error"]
    assert len(store.attempts()) == 2


def test_words_come_before_the_grade_and_the_recording_goes(
    client: Client, parts: Parts, sound: bytes, store: MemoryStore
) -> None:
    events = client.send(HEARD, sound).events()
    assert [name for name, _ in events] == ["heard", "heard", "done"]
    assert SAID.startswith(events[0][1]["text"])
    done = events[-1][1]
    assert done["text"] == SAID
    assert done["delivery"]["duration_s"] > 0
    assert done["delivery"]["words"][0]["text"] == "High"
    (kept,) = store.attempts()
    assert kept.audio is None
    assert kept.delivery is not None
    assert list(parts.recordings.iterdir()) == []


def test_recordings_stay_where_that_was_asked_for(
    parts: Parts, sound: bytes, store: MemoryStore
) -> None:
    with serving(parts._replace(keep_audio=True)) as client:
        client.send(HEARD, sound)
    (kept,) = store.attempts()
    assert kept.audio is not None
    assert Path(kept.audio).read_bytes() == sound


class _Broken:
    name = "broken"

    def transcribe(self, audio: Path, **_: object) -> None:
        raise TranscriberError(f"{audio}: the model fell over.")


def test_what_could_not_be_heard_is_kept(parts: Parts, sound: bytes, store: MemoryStore) -> None:
    with serving(parts._replace(transcriber=_Broken())) as client:  # type: ignore[arg-type]
        ((name, values),) = client.send(HEARD, sound).events()
    assert name == "failed"
    assert values["error"].startswith("The recording: the model fell over.")
    assert str(parts.recordings) not in values["error"]
    (kept,) = store.attempts()
    assert kept.grade is None
    assert kept.audio is not None
    assert Path(kept.audio).read_bytes() == sound


def test_without_a_recogniser_typing_still_works(parts: Parts, sound: bytes) -> None:
    with serving(parts._replace(transcriber=None, deaf="Fetch it with: hf download X")) as client:
        ((_, values),) = client.send(HEARD, sound).events()
        assert "hf download X" in values["error"]
        assert client.send("/api/transcribe", sound).status == 502
        assert client.post("/api/attempts", GOOD).json()["score"] is not None
        assert b"Recording is off. Fetch it with: hf download X" in client.send("/").body


def test_history_tells_what_was_practised(client: Client) -> None:
    assert client.send("/api/history").json()["progress"]["attempts"] == 0
    done = client.post("/api/attempts", GOOD).json()
    found = client.send("/api/history?question=bias-variance").json()
    assert [a["id"] for a in found["attempts"]] == [done["id"]]
    assert found["progress"]["counted"] == 1
    assert client.send("/api/history?question=hash-table").json()["attempts"] == []
    page = client.send("/progress").body.decode()
    assert "What comes back, and when" in page
    assert "What is the trade-off between bias and variance?" in page


def test_draw_asks_another_question_than_the_last(client: Client) -> None:
    first = client.send("/api/draw?order=due").json()["question"]
    second = client.send(f"/api/draw?order=due&leave_out={first['id']}").json()["question"]
    assert first["number"] == 1
    assert second["id"] != first["id"]
    none = client.send("/api/draw?topic=astrology").json()
    assert none == {"question": None, "note": "No question fits this choice."}


def test_a_transcript_is_graded_and_its_report_is_read(client: Client) -> None:
    content = Path("examples/interview.vtt").read_bytes()
    events = client.send("/api/transcripts?name=C:%5Ctalks%5Canna.vtt", content).events()
    assert events[0][0] == "aligned"
    done = events[-1][1]
    assert done["name"] == "anna.vtt"
    assert done["graded"] == events[0][1]["answers"] > 3
    assert sum(name == "graded" for name, _ in events) == done["graded"]
    report = client.send(done["report"])
    assert report.status == 200
    assert "sandbox" in report.headers["content-security-policy"]
    assert b"anna.vtt" in report.body
    assert client.send("/reports/" + "0" * 32).status == 404


@pytest.mark.parametrize(
    ("path", "content", "status", "said"),
    [
        ("/api/transcribe", b"MZ this is no sound", 415, "no recording"),
        ("/api/transcribe", b"", 415, "no recording"),
        ("/api/grade/recording?question=nothing-such", b"fLaC", 404, "/api/questions"),
        ("/api/attempts/recording?question=nothing-such", b"fLaC", 404, "/api/questions"),
        ("/api/grade/recording", b"fLaC", 422, "question"),
        ("/api/transcripts?name=x.vtt", b"\0\0\0", 415, "no text file"),
        ("/api/nothing", b"", 404, "Not Found"),
    ],
)
def test_bad_uploads_are_told_what_is_wrong(
    client: Client, path: str, content: bytes, status: int, said: str
) -> None:
    reply = client.send(path, content)
    assert (reply.status, said in reply.json()["error"]) == (status, True)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"question": "bias-variance"}, 422),
        ({"question": "bias-variance", "answer": 5}, 422),
        ({"question": "bias-variance", "answer": "x", "score": 100}, 422),
        ({"question": "nothing-such", "answer": "x"}, 404),
        ({"question": "../../etc/passwd", "answer": "x"}, 404),
        ([], 422),
    ],
)
def test_bad_json_is_told_what_is_wrong(client: Client, value: object, status: int) -> None:
    reply = client.post("/api/grade", value)
    assert reply.status == status
    assert reply.json()["error"]


def test_an_empty_answer_is_no_attempt(client: Client, store: MemoryStore) -> None:
    reply = client.post("/api/attempts", {**GOOD, "answer": " \n"})
    assert (reply.status, "empty" in reply.json()["error"]) == (422, True)
    assert store.attempts() == []


def test_a_damaged_recording_leaves_no_path_in_the_message(
    base_parts: Parts, whisper: object, tmp_path: Path
) -> None:
    parts = with_store(base_parts, MemoryStore(), tmp_path / "r", transcriber=whisper)
    with serving(parts) as client:
        damaged = b"RIFF\x24\0\0\0WAVEfmt " + b"\xff" * 200
        ((name, values),) = client.send(HEARD, damaged).events()
        graded = client.send("/api/grade/recording?question=bias-variance", damaged)
    assert name == "failed"
    assert graded.status == 422
    for said in (values["error"], graded.json()["error"]):
        assert said.startswith("The recording")
        assert "/" not in said.partition("Give")[0]
    assert list((tmp_path / "r").iterdir()) == []


def test_bodies_are_read_no_further_than_their_limit(client: Client) -> None:
    long = b'{"question": "bias-variance", "answer": "' + b"a" * 2_100_000 + b'"}'
    reply = client.send("/api/grade", long, kind="application/json")
    assert (reply.status, "larger than 2 MB" in reply.json()["error"]) == (413, True)
    reply = client.send("/api/transcripts?name=a.txt", b"a" * 10_000_001)
    assert (reply.status, "larger than 10 MB" in reply.json()["error"]) == (413, True)


def test_ten_people_at_once_are_all_answered(client: Client, store: MemoryStore) -> None:
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: client.post("/api/attempts", GOOD), range(30)))
    assert {r.status for r in replies} == {200}
    assert len({r.json()["score"] for r in replies}) == 1
    assert len(store.attempts()) == 30


def test_what_was_said_never_becomes_markup(client: Client) -> None:
    hostile = "<script>alert(1)</script> High bias underfits. \x1b[31m \u202e event: done"
    done = client.post("/api/attempts", {**GOOD, "answer": hostile}).json()
    assert "\x1b" not in done["text"]
    assert "\u202e" not in "".join(p["text"] for p in done["pieces"])
    report = b"WEBVTT\n\n00:00.000 --> 00:05.000\n<v A>What is the bias variance trade-off?\n\n"
    report += (
        b"00:05.000 --> 00:20.000\n<v B>&lt;script&gt;alert(1)&lt;/script&gt; bias underfits\n"
    )
    name = "%3Cscript%3Ealert(2)%3C/script%3E.vtt"
    events = client.send(f"/api/transcripts?name={name}", report).events()
    page = client.send(events[-1][1]["report"]).body
    assert b"<script" not in page
