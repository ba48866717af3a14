"""The JSON API. FastAPI describes it at `/api/openapi.json`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from vivavoce.reports.attempt_view import AttemptView
from vivavoce.web.attempts import Attempts
from vivavoce.web.desk import Desk
from vivavoce.web.schemas import (
    Answered,
    Asked,
    Drawn,
    Graded,
    History,
    Identifier,
    Listened,
    Order,
    Problem,
    Questions,
    Transcribed,
)
from vivavoce.web.transcripts import Transcripts
from vivavoce.web.uploads import read_recording, read_text_file
from vivavoce.web.work import Work

__all__ = ["make_api"]

QuestionQuery = Annotated[Identifier, Query(description="Id of the question.")]
FollowsQuery = Annotated[
    Identifier | None, Query(description="Id of the attempt that this follows up.")
]
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem}
    for status in (400, 401, 403, 404, 405, 413, 415, 421, 422, 500, 502, 503)
}


def _body(*kinds: str) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"requestBody": {"required": True, "content": content}}


AUDIO = _body("audio/wav", "audio/webm", "audio/ogg", "audio/mpeg", "application/octet-stream")
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: queued, heard or aligned and graded, done or failed.",
        "content": {"text/event-stream": {}},
    }
}


def make_api(work: Work, desk: Desk, attempts: Attempts, transcripts: Transcripts) -> APIRouter:
    """The routes under `/api`."""
    api = APIRouter(prefix="/api", responses=REFUSALS)
    _add_grading(api, work, desk)
    _add_practice(api, work, desk, attempts)
    _add_transcripts(api, desk, transcripts)
    return api


def _add_grading(api: APIRouter, work: Work, desk: Desk) -> None:
    @api.get("/questions")
    async def questions() -> Questions:
        """The questions of the bank, without what would give the answers away."""
        return await run_in_threadpool(work.questions)

    @api.post("/grade")
    async def grade(asked: Asked) -> Graded:
        """Grade a typed answer; nothing is kept."""
        return await desk.do(partial(work.grade_text, asked.question, asked.answer))

    @api.post("/grade/recording", openapi_extra=AUDIO)
    async def grade_recording(request: Request, question: QuestionQuery) -> Graded:
        """Grade a recorded answer; nothing is kept."""
        content = await read_recording(request)
        return await desk.do(partial(work.grade_audio, question, content))

    @api.post("/transcribe", openapi_extra=AUDIO)
    async def transcribe(
        request: Request,
        question: Annotated[
            Identifier | None, Query(description="Whose words may be expected.")
        ] = None,
    ) -> Transcribed:
        """A recording's words with their times, and how it sounded; nothing is kept."""
        content = await read_recording(request)
        return await desk.do(partial(work.transcribe, question, content))

    @api.post("/listen", openapi_extra=AUDIO)
    async def listen(request: Request, question: QuestionQuery) -> Listened:
        """What is heard so far of a recording that goes on; nothing is kept.

        While others are served there is no text: the whole recording is listened to in any case.
        """
        content = await read_recording(request)
        heard = await desk.do_if_idle(partial(work.listen, question, content))
        return heard or Listened(text=None)


def _add_practice(api: APIRouter, work: Work, desk: Desk, attempts: Attempts) -> None:
    @api.get("/draw")
    async def draw(
        order: Order = "due",
        topic: Annotated[str | None, Query(max_length=100)] = None,
        difficulty: Annotated[int | None, Query(ge=1, le=3)] = None,
        leave_out: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Drawn:
        """A question to answer now."""
        return await run_in_threadpool(work.draw, order, topic, difficulty, leave_out)

    @api.get("/history")
    async def history(question: Annotated[Identifier | None, Query()] = None) -> History:
        """What was practised, mastery, trend, what is due, and the newest attempts."""
        return await run_in_threadpool(work.history, question)

    @api.post("/attempts")
    async def attempt(answered: Answered) -> AttemptView:
        """Grade a typed answer and keep it in the history."""
        return await desk.do(
            partial(attempts.typed, answered.question, answered.answer, answered.follows)
        )

    @api.post(
        "/attempts/recording",
        openapi_extra=AUDIO,
        response_class=StreamingResponse,
        responses=EVENTS,
    )
    async def spoken_attempt(
        request: Request, question: QuestionQuery, follows: FollowsQuery = None
    ) -> StreamingResponse:
        """Grade a recorded answer and keep it; events tell the words as they are heard."""
        work.rubric(question)
        content = await read_recording(request)
        return desk.stream(partial(attempts.spoken, question, content, follows))


def _add_transcripts(api: APIRouter, desk: Desk, transcripts: Transcripts) -> None:
    @api.post(
        "/transcripts",
        openapi_extra=_body("text/plain", "application/octet-stream"),
        response_class=StreamingResponse,
        responses=EVENTS,
    )
    async def transcript(
        request: Request,
        name: Annotated[str, Query(max_length=300, description="The file's name.")] = "",
    ) -> StreamingResponse:
        """Grade a transcript or a file of answers; the last event names the report's address."""
        content = await read_text_file(request)
        return desk.stream(partial(transcripts.grade, name, content))
