"""The application: routes behind the guard, and every error as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse

from vivavoce import __version__
from vivavoce.errors import BackendError, InputError, UnknownQuestionError, VivaError
from vivavoce.web.api import make_api
from vivavoce.web.attempts import Attempts
from vivavoce.web.desk import Desk
from vivavoce.web.guard import Guard
from vivavoce.web.pages import make_pages
from vivavoce.web.transcripts import Transcripts
from vivavoce.web.work import Work
from vivavoce.wiring.serving import Parts

__all__ = ["make_app"]


def make_app(parts: Parts, *, hosts: Sequence[str] = (), token: str = "") -> FastAPI:
    """The page and its API as an ASGI application.

    Args:
        hosts: names besides loopback that it answers under; "*" for any.
        token: that every request must show; none is asked for where empty.
    """
    # FastAPI's own documentation pages load scripts from elsewhere.
    app = FastAPI(
        title="vivavoce",
        version=__version__,
        summary="Grades answers to interview questions against rubrics, and says why.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        middleware=[Middleware(Guard, hosts=hosts, token=token)],
    )
    work = Work(parts)
    transcripts = Transcripts(work)
    app.include_router(make_api(work, Desk(), Attempts(work), transcripts))
    app.include_router(make_pages(work, transcripts))
    app.add_exception_handler(VivaError, _explain)
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)
    return app


async def _explain(_: Request, exc: Exception) -> JSONResponse:
    """Deliberate errors with what the user can do."""
    if isinstance(exc, UnknownQuestionError):
        status = 404
    elif isinstance(exc, InputError):
        status = 422
    else:
        status = 502 if isinstance(exc, BackendError) else 500
    return JSONResponse({"error": str(exc)}, status)


async def _refuse(_: Request, exc: Exception) -> JSONResponse:
    status = getattr(exc, "status_code", 500)
    detail = str(getattr(exc, "detail", ""))
    return JSONResponse({"error": detail}, status, getattr(exc, "headers", None))


async def _invalid(_: Request, exc: Exception) -> JSONResponse:
    """The first mistake of a request, by its field; what was sent is not repeated."""
    errors = exc.errors() if isinstance(exc, RequestValidationError) else []
    first = errors[0] if errors else {"loc": (), "msg": "invalid"}
    field = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"error": f"{field}: {first['msg']}"}, 422)


async def _broken(_: Request, exc: Exception) -> JSONResponse:
    text = "Something went wrong here; see the server's messages."
    return JSONResponse({"error": text}, 500)
