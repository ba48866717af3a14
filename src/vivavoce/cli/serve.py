"""`viva serve`: the practice page on this machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vivavoce.cli.shared import BankOption, EmbedderOption, OfflineOption, TranscriberOption

__all__ = ["serve"]


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than loopback need a token.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 for any that is free.")
    ] = 8000,
    token: Annotated[
        str,
        typer.Option("--token", envvar="VIVA_TOKEN", help="What every visitor must show."),
    ] = "",
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    keep_audio: Annotated[
        bool, typer.Option("--keep-audio", help="Keep recordings (deleted otherwise).")
    ] = False,
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    transcriber: TranscriberOption = None,
    offline: OfflineOption = None,
) -> None:
    """Serve the practice page: speak or type an answer, see what was right and what to say."""
    from vivavoce.web.server import check_host
    from vivavoce.web.server import serve as run
    from vivavoce.wiring import settings
    from vivavoce.wiring.serving import build_parts

    check_host(host, token)
    chosen = settings(bank=bank, embedder=embedder, transcriber=transcriber, offline=offline)
    parts = build_parts(chosen, keep_audio=keep_audio)

    def ready(address: str) -> None:
        if parts.deaf:
            sys.stderr.write(f"Answers can be typed, not spoken: {parts.deaf}\n")
        sys.stderr.write(f"Practise at {address} (Ctrl-C ends).\n")
        sys.stderr.flush()
        if open_page:
            import webbrowser

            webbrowser.open(address)

    run(parts, host=host, port=port, token=token, ready=ready)
