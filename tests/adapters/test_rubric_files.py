"""The loader: every mistake with file, field and remedy, all of them at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vivavoce.adapters.rubric_files import find_file, load_bank, load_rubric, rubric_files
from vivavoce.errors import InputError, RubricError

SOUND = """\
id: {id}
number: {number}
question: What is it?
category: algorithms
reference: It is that.
criteria:
  - id: point
    points: 2
    statement: It is that.
    accept: [That it is.]
misconceptions:
  - {{id: belief, statement: It is this., correction: It is that., deduct: 1}}
exemplars:
  - level: good
    score: 100
    answer: That.
    verdicts: {{point: met}}
"""


Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the bank and returns its path."""

    def put(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


def sound(id: str = "one", number: int = 1, *, more: str = "") -> str:
    return SOUND.format(id=id, number=number) + more


def mistakes(path: Path) -> list[str]:
    """What loading a file complains of, without the path that begins each line."""
    with pytest.raises(RubricError) as error:
        load_rubric(path)
    assert str(error.value) == "\n".join(error.value.mistakes)
    assert all(line.startswith(str(path)) for line in error.value.mistakes)
    return [line[len(str(path)) :] for line in error.value.mistakes]


def test_a_sound_file(write: Write) -> None:
    rubric = load_rubric(write("one.yaml", sound()))
    assert (rubric.id, rubric.number, rubric.points) == ("one", 1, 2)
    assert rubric.criteria[0].affirmations == ("It is that.", "That it is.")


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"---\n", b"# a comment\n\n"])
def test_bom_document_mark_and_comments_are_fine(write: Write, prefix: bytes) -> None:
    assert load_rubric(write("one.yaml", prefix + sound().encode())).id == "one"


def test_windows_line_ends_and_other_scripts(write: Write) -> None:
    text = sound().replace("It is that.", "Größe μ — 大きさ").replace("\n", "\r\n")
    assert load_rubric(write("one.yaml", text)).reference == "Größe μ — 大きさ"


def test_every_mistake_is_told_at_once(write: Write) -> None:
    text = """\
id: Bad Id
number: 0
question: "  "
category: sports
referense: x
criteria:
  - {id: a, points: 99, statement: A., acept: []}
  - {id: b, points: many, statement: B., accept: one sentence}
  - {id: c, points: 1, statement: C.}
misconceptions:
  - {id: m, statement: M.}
reading:
  - {title: T, url: "ftp://example.org"}
exemplars:
  - {level: superb, score: 101, answer: x, verdicts: {a: unscored}}
"""
    lines = mistakes(write("bad.yaml", text))
    # The file's name is not its id, so the id is told as well.
    assert all(line.startswith(" (Bad Id): ") for line in lines)
    fields = [line.split(": ")[1] for line in lines]
    assert sorted(fields) == sorted(
        [
            "id",
            "number",
            "question",
            "category",
            "reference",
            "referense",
            "criteria[0].points",
            "criteria[0].acept",
            "criteria[1].points",
            "criteria[1].accept",
            "misconceptions[0].correction",
            "reading[0].url",
            "exemplars[0].level",
            "exemplars[0].score",
            "exemplars[0].verdicts.a",
        ]
    )
    by_field = dict(zip(fields, lines, strict=True))
    assert "field is missing; add it" in by_field["reference"]
    assert "check its spelling or remove it" in by_field["referense"]
    assert "found 'Bad Id'. ids are lower-case words" in by_field["id"]
    assert "URLs begin with http" in by_field["reading[0].url"]
    assert "'algorithms', 'programming', 'company' or 'interest'" in by_field["category"]
    assert "less than or equal to 10, found 99" in by_field["criteria[0].points"]


def test_ids_that_do_not_agree(write: Write) -> None:
    text = sound(
        more="  - {level: good, score: 1, answer: x, verdicts: {pint: met}, misconceptions: [q]}\n"
    )
    (line,) = mistakes(write("one.yaml", text))
    assert "exemplars[1].verdicts names the unknown criterion 'pint'; the criteria are" in line
    assert "exemplars[1].misconceptions names the unknown misconception 'q'" in line


def test_a_long_value_is_not_printed_whole(write: Write) -> None:
    (line,) = mistakes(write("one.yaml", sound(more=f"extra: {'x' * 5000}\n")))
    assert len(line) < 250
    assert "xxx..." in line


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id: a\nquestion: one: two\n", ":2:14: "),
        ("id: a\nasked_as: [x\nnumber: 1\n", ":3:"),
        ("id: a\n\tnumber: 1\n", ":2:1: "),
        ("id: *nowhere\n", ":1:5: "),
        ("question: !!python/object:os.system x\n", ":1:11: "),
    ],
)
def test_bad_yaml_is_told_with_its_place(write: Write, text: str, place: str) -> None:
    (line,) = mistakes(write("bad.yaml", text))
    assert line.startswith(place)
    assert "not valid YAML" in line
    assert "Quote text" in line


def test_two_documents_are_refused(write: Write) -> None:
    (line,) = mistakes(write("two.yaml", sound() + "---\n" + sound("two", 2)))
    assert "not valid YAML" in line


@pytest.mark.parametrize("raw", [b"id: \xff\xfe", "id: größe".encode("latin-1"), b"\x80"])
def test_not_utf8(write: Write, raw: bytes) -> None:
    (line,) = mistakes(write("raw.yaml", raw))
    assert "not UTF-8 text" in line
    assert "Save it as UTF-8." in line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "NoneType"),
        ("# only a comment\n", "NoneType"),
        ("- id: a\n", "list"),
        ("just words", "str"),
        ("42", "int"),
    ],
)
def test_what_holds_no_fields(write: Write, text: str, found: str) -> None:
    (line,) = mistakes(write("x.yaml", text))
    assert line == f": holds a {found}, expected fields such as 'id:'."


@pytest.mark.parametrize("text", ["2024-13-45", "[" * 5000, "id: \x01"])
def test_what_yaml_itself_chokes_on(write: Write, text: str) -> None:
    assert len(mistakes(write("x.yaml", text))) == 1


def test_a_field_whose_name_is_a_number(write: Write) -> None:
    (line,) = mistakes(write("one.yaml", sound(more="7: x\n")))
    assert "keys should be strings" in line


def test_a_huge_file_is_not_read(write: Write) -> None:
    (line,) = mistakes(write("one.yaml", sound(more="# " + "x" * 2_000_000)))
    assert "larger than 2,000,000 bytes" in line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "gone.yaml") == [": cannot be read (No such file or directory)."]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads every file")
def test_a_file_that_may_not_be_read(write: Write) -> None:
    path = write("one.yaml", sound())
    path.chmod(0)
    assert mistakes(path) == [": cannot be read (Permission denied)."]


def test_a_bank_is_in_order_of_number_whatever_its_folders(write: Write, tmp_path: Path) -> None:
    write("bank/c.yaml", sound("c", 3))
    write("bank/sub/a.yml", sound("a", 1))
    write("bank/b.yaml", sound("b", 2))
    write("bank/notes.md", "no rubric")
    bank = load_bank(tmp_path / "bank")
    assert [r.id for r in bank.rubrics] == ["a", "b", "c"]
    assert bank.name == "bank"


def test_a_single_file_is_a_bank(write: Write) -> None:
    path = write("one.yaml", sound())
    assert rubric_files(path) == [path]
    assert len(load_bank(path)) == 1


def test_ids_and_numbers_used_twice(write: Write, tmp_path: Path) -> None:
    first = write("a.yaml", sound("a", 1))
    second = write("b.yaml", sound("a", 2))
    third = write("c.yaml", sound("c", 1))
    with pytest.raises(RubricError) as error:
        load_bank(tmp_path)
    assert error.value.mistakes == (
        f"{second}: id: 'a' is already used by {first}; give each its own.",
        f"{third}: number: '1' is already used by {first}; give each its own.",
    )


def test_mistakes_of_all_files_come_together(write: Write, tmp_path: Path) -> None:
    paths = [
        write("a.yaml", "id: [\n"),
        write("b.yaml", b"\xff"),
        write("c.yaml", sound("c", 0)),
        write("d.yaml", sound("d", 4)),
        write("e.yaml", sound("d", 5)),
    ]
    with pytest.raises(RubricError) as error:
        load_bank(tmp_path)
    told = error.value.mistakes
    assert len(told) == 4
    for path, line in zip((*paths[:3], paths[4]), told, strict=True):
        assert line.startswith(str(path))


def test_a_path_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"no such file or folder. Give --bank an existing path"):
        load_bank(tmp_path / "gone")


def test_a_folder_without_rubrics(write: Write, tmp_path: Path) -> None:
    write("README.md", "nothing here")
    with pytest.raises(RubricError, match=r"holds no \.yaml file. A bank is a folder"):
        load_bank(tmp_path)


@pytest.mark.parametrize("head", ["id: two\nnumber: 2", "number: '2'\nid: \"two\"  # note"])
def test_a_file_is_found_by_id_or_number_although_another_is_broken(
    write: Write, tmp_path: Path, head: str
) -> None:
    write("a.yaml", "id: [\n")
    wanted = write("z.yaml", f"# first\n{head}\n")
    assert find_file(tmp_path, "two") == wanted
    assert find_file(tmp_path, "2") == wanted
    assert find_file(tmp_path, "tw") is None
    assert find_file(tmp_path, "3") is None


def test_an_id_further_in_is_a_criterions(write: Write, tmp_path: Path) -> None:
    write("one.yaml", sound())
    assert find_file(tmp_path, "point") is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_whatever_a_file_holds_is_a_rubric_or_a_clear_error(
    write: Write, content: bytes | str
) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    path = write("x.yaml", raw)
    with pytest.raises(InputError, match=r"x\.yaml"):
        load_rubric(path)


def test_a_key_given_twice_is_a_mistake_with_its_line(tmp_path):
    file = tmp_path / "twice.yaml"
    file.write_text("id: twice\nnumber: 1\nnumber: 2\n", encoding="utf-8")
    with pytest.raises(RubricError, match=r"twice\.yaml:3:1: .*'number' is given twice"):
        load_rubric(file)
