"""Formats, encodings and limits; any bytes give a result or an InputError."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vivavoce.adapters.answer_files import is_answers_file, read_answer_text, read_answers
from vivavoce.adapters.transcripts import FORMATS, read_transcript
from vivavoce.adapters.transcripts.decoding import MAX_BYTES, clean
from vivavoce.errors import AnswerFileError, InputError

EXAMPLES = Path(__file__).parents[3] / "examples"

PLAIN = "Interviewer: What is recall?\nMaya Chen: The share of positives found.\n"
VTT = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nInterviewer: What is recall?\n\n"
    "2\n00:00:03.000 --> 00:00:04.000\nMaya Chen: The share of positives found.\n"
)
SRT = VTT.removeprefix("WEBVTT\n\n").replace(".000 -->", ",000 -->").replace("0.000", "0,000")
MARKDOWN = (
    "# Talk\n\n**Interviewer:** What is recall?\n\n**Maya Chen:** The share of positives found."
)


def write(tmp_path: Path, name: str, data: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("content", "name"),
    [(c, n) for c in (VTT, SRT) for n in ("a.txt", "a.vtt", "a.srt", "a.md", "a")]
    + [(c, n) for c in (PLAIN, MARKDOWN) for n in ("a.txt", "a.md", "a", "a.MARKDOWN")],
)
def test_content_tells_the_format_whatever_the_ending(
    tmp_path: Path, content: str, name: str
) -> None:
    transcript = read_transcript(write(tmp_path, name, content))
    assert transcript.name == name
    assert [(t.speaker, t.text) for t in transcript.turns] == [
        ("Interviewer", "What is recall?"),
        ("Maya Chen", "The share of positives found."),
    ]


def test_ending_decides_where_content_tells_nothing(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match=r"a\.vtt, line 1: .*WEBVTT"):
        read_transcript(write(tmp_path, "a.vtt", PLAIN))
    with pytest.raises(AnswerFileError, match=r"'\*\*Interviewer:\*\*"):
        read_transcript(write(tmp_path, "a.md", "nobody is named here"))
    with pytest.raises(AnswerFileError, match="begin every turn with who speaks and a colon"):
        read_transcript(write(tmp_path, "a.txt", "nobody is named here"))


def test_format_overrides_and_unknown_format_lists_the_known(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", VTT)
    assert len(read_transcript(path, format="webvtt").turns) == 2
    with pytest.raises(AnswerFileError, match=r"'pages'; there are webvtt, srt, markdown, plain"):
        read_transcript(path, format="pages")
    assert FORMATS == (
        "webvtt", "srt", "markdown", "plain", "whisper", "jsonl", "csv", "docx",
    )  # fmt: skip


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"], ids=lambda e: f"as-{e}"
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    text = "Interviewer: Où est le café?\nZoë: À côté, she said – naïve.\n".replace("\n", newline)
    transcript = read_transcript(write(tmp_path, "a.txt", text.encode(encoding)))
    assert [(t.speaker, t.text) for t in transcript.turns] == [
        ("Interviewer", "Où est le café?"),
        ("Zoë", "À côté, she said – naïve."),
    ]


def test_utf16_without_the_reader_being_told(tmp_path: Path) -> None:
    for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        path = write(tmp_path, "a.txt", mark + PLAIN.encode(codec))
        assert read_transcript(path).turns[1].speaker == "Maya Chen"


def test_one_broken_byte_does_not_turn_utf8_into_another_encoding(tmp_path: Path) -> None:
    data = "A: café, naïve, Zoë, déjà vu".encode() + b"\xe9\nB: yes"
    assert read_answer_text(write(tmp_path, "a.txt", data)) == (
        "A: café, naïve, Zoë, déjà vu\ufffd\nB: yes"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \r\n\t", "the file is empty"),
        (b"\xef\xbb\xbf\n", "the file is empty"),
        (b"Q: hello\x00\x01\x02 there", "not a text file"),
        (bytes(range(1, 32)) * 9, "not a text file"),
        (b"PK\x03\x04rest of a docx", "Word, Excel or ZIP"),
        (b"%PDF-1.7 ...", "this is a PDF"),
        (PLAIN.encode("utf-16-le"), "not a text file"),
    ],
)
def test_unreadable_files_say_why(tmp_path: Path, data: bytes, message: str) -> None:
    path = write(tmp_path, "a.txt", data)
    for read in (read_transcript, read_answer_text):
        with pytest.raises(AnswerFileError, match=message) as caught:
            read(path)
        assert str(caught.value).startswith(str(path))


def test_missing_file_folder_and_too_large_file(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match="no such file"):
        read_transcript(tmp_path / "absent.vtt")
    with pytest.raises(AnswerFileError, match="is a folder"):
        read_transcript(tmp_path)
    with pytest.raises(AnswerFileError, match="cannot be read"):
        read_answer_text(Path("nul\0inside"))
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(AnswerFileError, match="larger than 20 MB"):
        read_transcript(large)


def test_clean_is_nfc_without_controls() -> None:
    assert clean("cafe\u0301\r\nnext\rline\tend") == "café\nnext\nline\tend"
    assert clean("a\x1b[31mred\x00\x85\x7f") == "a [31mred   "
    assert clean("lone \ud800 surrogate") == "lone \ufffd surrogate"


@pytest.mark.parametrize(
    "name", ["interview.vtt", "interview.srt", "interview.txt", "interview.md"]
)
def test_examples_say_the_same_in_every_format(name: str) -> None:
    reference = read_transcript(EXAMPLES / "interview.vtt")
    transcript = read_transcript(EXAMPLES / name)
    assert [(t.speaker, t.text) for t in transcript.turns] == [
        (t.speaker, t.text) for t in reference.turns
    ]
    assert {t.speaker for t in transcript.turns} == {"Interviewer", "Maya Chen"}
    timed = name != "interview.md"
    assert all((t.from_s is not None) == timed for t in transcript.turns)


LINES = st.sampled_from(
    [
        "WEBVTT",
        "NOTE x",
        "STYLE",
        "1",
        "00:00:01.000 --> 00:00:02.000",
        "00:00:01,000 --> ",
        "00:00:0x --> 1",
        "a --> b",
        "<v Ann>hi</v> <v Bob>ho",
        "Ann: what is it?",
        "[00:01] Bob (00:02): words",
        "Bob  0:12",
        "**Ann (0:01)**: *yes*",
        "**: **",
        "> - **Q:** `x` [a](b)",
        "&#0; &amp; &#x1b; <",
        '{"question": 1, "answer": "x"}',
        '{"question": [[', "question,answer", '"a,b', 'q,"x"y', "\x00", "", "\u2028", "\ud83d",
    ]
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda mark, body: mark + body,
            st.sampled_from(
                [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"WEBVTT"]
            ),
            st.binary(max_size=100),
        ),
        st.lists(LINES, max_size=12).map(lambda x: "\n".join(x).encode("utf-8", "surrogatepass")),
    ),
    ending=st.sampled_from(["vtt", "srt", "md", "txt", "jsonl", "json", "csv", "tsv", "bin"]),
)
def test_any_bytes_give_a_result_or_an_input_error(
    tmp_path: Path, data: bytes, ending: str
) -> None:
    path = write(tmp_path, f"fuzz.{ending}", data)
    for form in (None, *FORMATS):
        try:
            transcript = read_transcript(path, format=form)
        except InputError as error:
            assert str(path) in str(error)
        else:
            assert transcript.turns
            for turn in transcript.turns:
                assert turn.text == " ".join(turn.text.split())
                assert turn.text
                transcript.model_dump_json().encode()
    try:
        for one in read_answers(path):
            one.model_dump_json().encode()
    except InputError as error:
        assert str(path) in str(error)
    try:
        read_answer_text(path).encode()
    except InputError as error:
        assert str(path) in str(error)
    assert is_answers_file(path) in (True, False)
