"""Results as one JSON document, and JSON or JSON Lines read back."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Recorded, Results
from vivavoce.core.transcript import Alignment
from vivavoce.errors import InputError
from vivavoce.reports._text import one_line, visible

__all__ = ["SCHEMA", "encode", "grade_record", "is_lines", "load", "load_line", "render"]

SCHEMA = "vivavoce.results/1"

_SHOWN = 60
_ModelT = TypeVar("_ModelT", bound=BaseModel)

_RECORDS: dict[str, type[Grade | Ungraded | Alignment | Recorded]] = {
    "alignment": Alignment,
    "grade": Grade,
    "recorded": Recorded,
    "ungraded": Ungraded,
}
# json.dumps leaves these as they are; a terminal or a line reader would act on them.
_ACTIVE = re.compile(r"[^\n -~]")


def encode(value: Any, indent: int | None = None) -> str:
    """JSON text in which control, line-separating and reordering characters are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ACTIVE.sub(lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return character if visible(character) == character else json.dumps(character)[1:-1]


def grade_record(grade: Grade) -> dict[str, Any]:
    """A grade as plain JSON values, with `needs_review`; an unscored credit is null."""
    return {**grade.model_dump(mode="json"), "needs_review": grade.needs_review}


def render(results: Results, _: object = ()) -> str:
    """The results as an indented JSON document whose `schema` names its version.

    People's reviews are no part of it: they are kept beside the results.
    """
    plain = results.model_dump(mode="json")
    if not results.recorded:
        plain.pop("recorded")
    plain["grades"] = [grade_record(grade) for grade in results.grades]
    return encode({"schema": SCHEMA, **plain}, indent=2) + "\n"


def load(text: str, source: str = "") -> Results:
    """Results from a JSON document or JSON Lines that vivavoce wrote.

    JSON Lines carry no title, so theirs is the default one. Of lines whose `key` names the same
    answer the last counts.

    Args:
        text: the file's text.
        source: the file's name, for messages.

    Raises:
        InputError: the text is not such results; the message names line or field.
    """
    text = text.removeprefix("\ufeff")
    place = source or "results"
    if not text.strip():
        raise InputError(
            f"{place}, line 1: there is nothing in it; give JSON or JSON Lines "
            "that `viva grade` or `viva batch` wrote"
        )
    return _load_lines(text, place) if is_lines(text) else _load_document(text, place)


def is_lines(text: str) -> bool:
    """Whether it is JSON Lines and no document: its first line that is not empty is a whole JSON
    object with a `type`."""
    try:
        first = json.loads(text.lstrip().partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and "type" in first


def _load_document(text: str, place: str) -> Results:
    plain = _object(text, place, 1)
    _check_schema(plain, place)
    plain.pop("schema")
    grades = plain.get("grades")
    if isinstance(grades, list):
        plain["grades"] = [_without(grade, "needs_review") for grade in grades]
    return _validated(Results, plain, place)


def _load_lines(text: str, place: str) -> Results:
    found: dict[str | int, BaseModel] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        key, record = _record(line, place, number)
        # The newest result of an answer takes the place of the one before it.
        found[key.partition("-")[0] or number] = record
    return Results(
        grades=tuple(r for r in found.values() if isinstance(r, Grade)),
        ungraded=tuple(r for r in found.values() if isinstance(r, Ungraded)),
        alignments=tuple(r for r in found.values() if isinstance(r, Alignment)),
        recorded=tuple(r for r in found.values() if isinstance(r, Recorded)),
    )


def load_line(text: str, source: str, number: int) -> Grade | Ungraded | Alignment | Recorded:
    """The result in one line of JSON Lines.

    Args:
        number: of the line, from 1, for messages.

    Raises:
        InputError: it is none; the message names line and field.
    """
    return _record(text, source, number)[1]


def _record(
    line: str, place: str, number: int
) -> tuple[str, Grade | Ungraded | Alignment | Recorded]:
    """A line's key, empty where it has none, and its result."""
    where = f"{place}, line {number}"
    plain = _object(line, place, number)
    _check_schema(plain, where)
    kind = plain.pop("type", None)
    if not isinstance(kind, str) or kind not in _RECORDS:
        raise InputError(
            f"{where}, field type: found {_shown(kind)}; it has to be one of {', '.join(_RECORDS)}"
        )
    key = plain.pop("key", None)
    plain = _without(plain, "schema", *(["needs_review"] if kind == "grade" else []))
    return key if isinstance(key, str) else "", _validated(_RECORDS[kind], plain, where)


def _object(text: str, place: str, first_line: int) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as exc:
        line = first_line + exc.lineno - 1
        raise InputError(
            f"{place}, line {line}, column {exc.colno}: not JSON ({exc.msg}); "
            "was the file cut off or edited?"
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise InputError(
            f"{place}, line {first_line}: not JSON that can be read ({type(exc).__name__}); "
            "it is nested too deeply or holds a number that is too long"
        ) from exc
    if not isinstance(value, dict):
        raise InputError(
            f"{place}, line {first_line}: found {_shown(value)} where a JSON object is needed"
        )
    return value


def _check_schema(plain: dict[str, Any], where: str) -> None:
    schema = plain.get("schema")
    if schema != SCHEMA:
        raise InputError(
            f"{where}, field schema: found {_shown(schema)}, but this version reads "
            f'"{SCHEMA}"; use a file that this version of vivavoce wrote'
        )


def _without(value: Any, *names: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: item for key, item in value.items() if key not in names}


def _validated(model: type[_ModelT], plain: dict[str, Any], where: str) -> _ModelT:
    try:
        return model.model_validate(plain)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        field = _field(first["loc"])
        more = f" ({exc.error_count() - 1} more like it)" if exc.error_count() > 1 else ""
        raise InputError(
            f"{where}, field {field}: {first['msg']}, found {_shown(first['input'])}{more}; "
            "correct it or write the file again"
        ) from exc


def _field(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return one_line(path.removeprefix(".")) or "(the whole)"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = one_line(encode(value) if isinstance(value, (str, dict, list)) else repr(value))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
