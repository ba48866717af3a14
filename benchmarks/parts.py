"""Named parts of benchmarks/RESULTS.md, which the benchmarks replace with what they measured."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def replace_part(name: str, text: str, path: Path = RESULTS) -> None:
    """Puts the text between `<!-- name -->` and `<!-- /name -->`.

    Raises:
        SystemExit: the file has no such part.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    old = path.read_text(encoding="utf-8")
    if begin not in old or end not in old:
        raise SystemExit(f"{path}: the lines {begin} and {end} are not there; write them first.")
    before, rest = old.split(begin, 1)
    after = rest.split(end, 1)[1]
    path.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
