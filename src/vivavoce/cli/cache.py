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

    folder = cache_folder(settings()) / "rubrics"
    sizes = [p.stat().st_size for p in folder.glob("*.npz")] if folder.is_dir() else []
    if json:
        record = {"folder": str(folder), "files": len(sizes), "bytes": sum(sizes)}
        write_json(json_module.dumps(record))
    else:
        sys.stdout.write(f"{folder}: {len(sizes)} rubrics, {sum(sizes) / 1e6:.1f} MB\n")


@app.command()
def clear() -> None:
    """Delete the cache; the next grade computes what it needs again."""
    from vivavoce.adapters.vector_files import VectorFiles
    from vivavoce.wiring import cache_folder, settings

    count = VectorFiles(cache_folder(settings()) / "rubrics").clear()
    sys.stdout.write(f"Deleted {count} files.\n")
