"""What `viva doctor` looks at."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vivavoce.wiring.choices import Settings
from vivavoce.wiring.objects import (
    bank_path,
    build_embedder,
    build_scorer,
    cache_folder,
    load_bank_in_use,
    load_calibration,
)

if TYPE_CHECKING:
    from vivavoce.services.doctor import Check

__all__ = ["checkup"]

EXTRAS = {
    "sentence-transformers": "sentence_transformers",
    "voice": "faster_whisper",
    "documents": "docx",
    "excel": "xlsxwriter",
    "parquet": "pyarrow",
    "practice": "fsrs",
    "web": "starlette",
    "ray": "ray",
    "evaluation": "sklearn",
    "redact": "presidio_analyzer",
    "training": "transformers",
}


def checkup(chosen: Settings) -> list[Check]:
    """What `viva doctor` prints: the parts in use work, the optional ones are there or not."""
    from vivavoce.services.doctor import ABSENT, FAILED, OK, Check, run

    probes = [
        ("python", lambda: sys.version.split()[0]),
        ("vivavoce", lambda: importlib.metadata.version("vivavoce")),
        ("embedder", lambda: _probe_embedder(chosen)),
        ("scorer", lambda: _probe_scorer(chosen)),
        ("calibration", lambda: load_calibration().name),
        ("bank", lambda: f"{len(load_bank_in_use(chosen))} rubrics in {bank_path(chosen)}"),
        ("cache", lambda: _probe_cache(cache_folder(chosen))),
    ]
    extras = [
        Check(f"extra {name}", OK, "installed")
        if importlib.util.find_spec(module)
        else Check(f"extra {name}", ABSENT, f"pip install 'vivavoce[{name}]'")
        for name, module in EXTRAS.items()
    ]
    # None of these is optional, so a package that one of them lacks is a failure.
    core = [c._replace(state=FAILED) if c.state == ABSENT else c for c in run(probes)]
    return [*core, *extras]


def _probe_embedder(chosen: Settings) -> str:
    embedder = build_embedder(chosen)
    width = embedder.embed(["Is it there?"]).shape[1]
    return f"{embedder.name}, {width} dimensions"


def _probe_scorer(chosen: Settings) -> str:
    from vivavoce.core.claims import reading_key
    from vivavoce.core.reading import Asked

    scorer = build_scorer(chosen)
    if scorer is None:
        return "none (late interaction alone)"
    rubrics = load_bank_in_use(chosen).rubrics
    scorer.read([Asked(r, "It is there.", ()) for r in rubrics[:1]])
    known = sum(scorer.knows(reading_key(r)) for r in rubrics)
    return f"{scorer.name}, knows {known} of {len(rubrics)} rubrics"


def _probe_cache(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        return f"{folder} cannot be written ({exc.strerror}); grading works without it"
    return str(folder)
