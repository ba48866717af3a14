"""Hypothesis strategies that damage examples: bytes, lines, cells, JSON values, XML parts."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

NASTY = (
    "\x00", "\ufeff", "\ud800", "\u202e", "\u2028", "\x85", "\x1b[2J", "\r", "\n\n", "\t", '"', "'",
    "=cmd|' /C calc'!A0", "{{ 7*7 }}", "{% for x in y %}", "../../../etc/passwd", "-->", "WEBVTT",
    "00:00:01.000 --> 99999:99:99.999", "1:2 --> 3:4", "<v >", "<v A><v B>x", "NOTE", "STYLE",
    "&#x110000;", "&#1114112;", "&lt;", "&" * 50, "Speaker 1  0:03", "**:**", "**Q:** ", "> > > ",
    "- " * 40, "[" * 3000, "{" * 3000, '{"a":' * 1500, "(" * 200, "*" * 400, "_" * 400, "9" * 5000,
    "-" * 300, "1e999", "-1e999", "NaN", "Infinity", "null", "[]", "{}", "true", "0x10", "1_000",
    "&a [*a, *a]", "!!python/object/apply:os.system [x]", "<<: *x", "? : ", "%YAML 9.9", "- - - -",
    "! ! !", "---", "...", ": ", "#", "|", ">", "@", "`", ",", ";", "a" * 20_000, "é" * 500,
    "x,y\n" * 2000, "\n" * 3000, " " * 5000, "\\", "\\u0000", "\\ud800", "\U0001f600" * 100,
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -1e308, float("nan"), float("inf"), 10**400, "", " ", "\ud800",
    "\x00", "x" * 5000, [], {}, [[]], {"": ""}, [None], "2026-13-45T99:99:99Z", "1:99:99.9999",
    {"type": "grade"}, ["a", 1, None], "met", "contradicted", -5.5, 101, "100", 3,
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-le")


@st.composite
def changed_text(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example with some of its lines, words or characters changed, in any encoding."""
    lines = draw(st.sampled_from(originals)).decode("utf-8", "replace").split("\n")
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        what = draw(
            st.sampled_from(["drop", "again", "swap", "put", "into", "cut", "words", "many"])
        )
        if not lines:
            lines = [draw(st.sampled_from(NASTY))]
        elif what == "drop":
            del lines[at : at + draw(st.integers(1, 8))]
        elif what == "again":
            lines[at:at] = lines[at : at + 6] * draw(st.integers(1, 4))
        elif what == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif what == "put":
            lines.insert(at, draw(st.sampled_from(NASTY) | st.text(max_size=40)))
        elif what == "into":
            place = draw(st.integers(0, len(lines[at])))
            piece = draw(st.sampled_from(NASTY) | st.text(max_size=20))
            lines[at] = lines[at][:place] + piece + lines[at][place:]
        elif what == "cut":
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        elif what == "words":
            words = lines[at].split(" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(NASTY))
            lines[at] = " ".join(words)
        else:
            lines[at : at + 1] = [lines[at]] * draw(st.sampled_from([100, 1000]))
    text = "\n".join(lines)[:400_000]
    if draw(st.booleans()):
        text = text.replace("\n", draw(st.sampled_from(["\r\n", "\r", "\n\n", "\u2028"])))
    encoding = draw(st.sampled_from(ENCODINGS))
    # cp1252 has no way to write half of a surrogate pair.
    halves = encoding != "cp1252" and draw(st.booleans())
    return text.encode(encoding, "surrogatepass" if halves else "replace")


@st.composite
def changed_bytes(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example cut, with bytes changed, or bytes that are no example at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=300))
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        what = draw(st.integers(0, 3))
        if what == 0:
            del data[at : at + draw(st.integers(1, 200))]
        elif what == 1:
            data[at:at] = draw(st.binary(min_size=1, max_size=20))
        elif what == 2:
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
        else:
            del data[at:]
    return bytes(data)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in inside:
        yield from _places(child, (*path, key))


@st.composite
def changed_json(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example with values of its JSON replaced, dropped, renamed or repeated."""
    text = draw(st.sampled_from(originals)).decode()
    try:
        records = [json.loads(text)]
    except ValueError:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, records)
    out = "\n".join(json.dumps(one, ensure_ascii=draw(st.booleans())) for one in records)
    return out.encode("utf-8", "surrogatepass")[:600_000]


def _change(draw: st.DrawFn, records: list[Any]) -> None:
    place = draw(st.sampled_from(list(_places(records))[1:] or [()]))
    if not place:
        return
    holder: Any = records
    for key in place[:-1]:
        holder = holder[key]
    last = place[-1]
    what = draw(st.sampled_from(["odd", "odd", "drop", "name", "many", "text"]))
    if what == "odd":
        holder[last] = draw(st.sampled_from(ODD))
    elif what == "text":
        holder[last] = draw(st.sampled_from(NASTY) | st.text(max_size=30))
    elif what == "drop":
        del holder[last]
    elif what == "name" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["type", "text", "start", "Speaker", "", "x" * 300]))] = holder[
            last
        ]
    elif what == "many" and isinstance(holder, list):
        holder[last:last] = [holder[last]] * draw(st.sampled_from([2, 300]))


@st.composite
def changed_table(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example's cells changed, written with another delimiter and other quotes."""
    rows = list(csv.reader(io.StringIO(draw(st.sampled_from(originals)).decode(), newline="")))
    for _ in range(draw(st.integers(1, 5))):
        row = draw(st.sampled_from(rows))
        cell = draw(st.integers(0, max(0, len(row) - 1)))
        row[cell : cell + 1] = draw(
            st.lists(st.sampled_from(NASTY) | st.text(max_size=20), max_size=3)
        )
    out = io.StringIO()
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    csv.writer(
        out, delimiter=delimiter, escapechar="\\", quoting=draw(st.sampled_from([0, 1, 3]))
    ).writerows(rows)
    text = out.getvalue()
    if draw(st.booleans()):
        text = text.replace('"', "", draw(st.integers(0, 3)))
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


@st.composite
def changed_parts(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """A Word document with parts changed or dropped."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(originals)))) as source,
        zipfile.ZipFile(out, "w") as made,
    ):
        parts = {name: source.read(name) for name in source.namelist()}
        for _ in range(draw(st.integers(1, 3))):
            name = draw(st.sampled_from([*parts, *["word/document.xml"] * len(parts)]))
            if name not in parts or draw(st.integers(0, 9)) == 0:
                parts.pop(name, None)
            else:
                parts[name] = draw(changed_text([parts[name]]) | changed_bytes([parts[name]]))
        if draw(st.booleans()):
            parts[draw(st.sampled_from(["../../out.txt", "/tmp/x", "word/a\x00b"]))] = b"x"
        for name, body in parts.items():
            made.writestr(name, body)
    return out.getvalue()
