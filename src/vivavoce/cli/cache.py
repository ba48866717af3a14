"""`viva cache`: what is kept to save time."""

from __future__ import annotations

import json as json_module
import sys

import typer

from vivavoce.cli.shared import JsonOption, write_json

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="What is kept to save time.")


@app.command()
def info(json: JsonOption = False) -> None:
    """Where the cache is and how large it has grown."""
    from vivavoce.wiring import cache_folder, settings
    from vivavoce.wiring.judge_calls import reply_info

    chosen = settings()
    folder = cache_folder(chosen) / "rubrics"
    sizes = [p.stat().st_size for p in folder.glob("*.npz")] if folder.is_dir() else []
    kept = reply_info(chosen)
    if json:
        record = {
            "folder": str(folder),
            "files": len(sizes),
            "bytes": sum(sizes),
            "replies": {"file": str(kept.path), **kept.info._asdict()},
        }
        write_json(json_module.dumps(record))
    else:
        sys.stdout.write(f"{folder}: {len(sizes)} rubrics, {sum(sizes) / 1e6:.1f} MB\n")
        waiting = f", {kept.info.waiting} calls in batches" if kept.info.waiting else ""
        sys.stdout.write(
            f"{kept.path}: {kept.info.replies} replies of judges, "
            f"{kept.info.bytes / 1e6:.1f} MB{waiting}\n"
        )


@app.command()
def clear() -> None:
    """Delete the cache; the next grade computes what it needs again, and judges are asked anew."""
    from vivavoce.adapters.sentence_files import SentenceFiles
    from vivavoce.adapters.vector_files import VectorFiles
    from vivavoce.wiring import cache_folder, settings
    from vivavoce.wiring.judge_calls import clear_replies

    chosen = settings()
    count = VectorFiles(cache_folder(chosen) / "rubrics").clear()
    count += SentenceFiles(cache_folder(chosen) / "banks").clear()
    replies = clear_replies(chosen)
    sys.stdout.write(f"Deleted {count} files and {replies} replies.\n")
