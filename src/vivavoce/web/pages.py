"""The pages, and their files by fixed names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import APIRouter
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from vivavoce import __version__
from vivavoce.reports.html import CONTENT_SECURITY_POLICY as REPORT_POLICY
from vivavoce.reports.progress import render_html
from vivavoce.web.transcripts import Transcripts
from vivavoce.web.uploads import MOST_TEXT
from vivavoce.web.work import Work

__all__ = ["make_pages"]

STATIC = Path(__file__).parent / "static"
FILES = {
    "page.css": "text/css",
    "api.js": "text/javascript",
    "capture.js": "text/javascript",
    "practice.js": "text/javascript",
    "recorder.js": "text/javascript",
    "sound.js": "text/javascript",
    "take.js": "text/javascript",
    "voice.js": "text/javascript",
    "transcripts.js": "text/javascript",
    "view.js": "text/javascript",
    "delivery.js": "text/javascript",
}
FRAMED = {
    "Content-Security-Policy": f"{REPORT_POLICY}; sandbox; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


def make_pages(work: Work, transcripts: Transcripts) -> APIRouter:
    """The routes that browsers open."""
    pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @pages.get("/")
    async def practice() -> HTMLResponse:
        page = await run_in_threadpool(_practice, work)
        # Loaded by the time that the first answer has been spoken.
        page.background = BackgroundTask(work.prepare)
        return page

    @pages.get("/progress")
    async def progress() -> HTMLResponse:
        found = await run_in_threadpool(work.history)
        asked = {r.id: r.question for r in work.parts.bank.rubrics}
        return _page("progress.html.j2", progress=found.progress, last=found.attempts, asked=asked)

    @pages.get("/progress/plots")
    async def plots() -> HTMLResponse:
        found = await run_in_threadpool(work.history)
        return HTMLResponse(render_html(found.progress), headers=FRAMED)

    @pages.get("/transcripts")
    async def transcript() -> HTMLResponse:
        return _page("transcripts.html.j2", most_mb=MOST_TEXT // 1_000_000)

    @pages.get("/reports/{key}")
    async def report(key: str) -> HTMLResponse:
        page = transcripts.report(key)
        if page is None:
            raise HTTPException(404, "This report is gone; send the file again.")
        return HTMLResponse(page, headers=FRAMED)

    @pages.get("/static/{name}")
    async def static(name: str) -> Response:
        # Only names of this table reach the file system.
        if name not in FILES:
            raise HTTPException(404, "There is no such file.")
        content = await run_in_threadpool((STATIC / name).read_bytes)
        return Response(content, media_type=FILES[name])

    return pages


def _practice(work: Work) -> HTMLResponse:
    questions = work.questions().questions
    topics = sorted({q.category for q in questions})
    return _page(
        "practice.html.j2",
        groups=[(t, [q for q in questions if q.category == t]) for t in topics],
        deaf=work.parts.deaf,
        listens=work.parts.transcriber is not None,
        listens_along=work.listens_along,
        keep_audio=work.parts.keep_audio,
    )


def _page(name: str, **values: object) -> HTMLResponse:
    return HTMLResponse(_environment().get_template(name).render(version=__version__, **values))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("vivavoce.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
