"""Bodies of requests, read no further than their limit."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from vivavoce.adapters.audio_files import HEAD, kind_of

__all__ = ["MOST_AUDIO", "MOST_JSON", "MOST_TEXT", "read_recording", "read_text_file"]

MOST_AUDIO = 64_000_000
"""Bytes of a recording: over half an hour as 16-bit WAV at 16 kHz."""
MOST_TEXT = 10_000_000
"""Bytes of a transcript."""
MOST_JSON = 2_000_000
"""Bytes of a typed answer: the longest that is graded, however it is escaped."""


async def read_recording(request: Request) -> bytes:
    """The body, where it begins like a recording; what the request calls it counts for nothing.

    Raises:
        HTTPException: 413 too long, 415 no recording.
    """
    content = await _read(request, MOST_AUDIO)
    if kind_of(content[:HEAD]) is None:
        raise HTTPException(
            415, "That is no recording. Send WAV, FLAC, Ogg, MP3, M4A, WebM or AIFF."
        )
    return content


async def read_text_file(request: Request) -> bytes:
    """The body as it is.

    Raises:
        HTTPException: 413 too long, 415 not text.
    """
    content = await _read(request, MOST_TEXT)
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise HTTPException(
            415, "That is no text file. Send VTT, SRT, TXT, MD, JSON, JSONL or CSV."
        )
    return content


async def _read(request: Request, most: int) -> bytes:
    """Refused as soon as it is too long, whatever Content-Length claims."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > most:
            raise HTTPException(413, f"The upload is larger than {most // 1_000_000} MB.")
    return bytes(chunks)
