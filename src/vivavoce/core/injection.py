"""Finds words in an answer that are addressed to its grader instead of answering."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from vivavoce.core.answer import Span
from vivavoce.core.clauses import sentences

__all__ = ["instruction_spans", "normalise"]

_GRADER = r"(?:grader|examiner|evaluator|marker|assessor|judge|scorer|scoring (?:system|model)|llm|ai model|language model|chatgpt|gpt)"
_MARK = r"(?:marks?|points?|scores?|credits?|grades?|verdicts?|ratings?)"
_PATTERNS = (
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,20}\b(?:all|any|every|previous|prior|preceding|above|your|earlier|given|system|grading|marking|these|those)\b.{0,25}\b(?:instructions?|prompts?|rules|guidelines|criteria|text|else)",
    r"\b(?:ignore|disregard|forget|bypass)\b.{0,15}\b(?:rubrics?|everything (?:above|before)|(?:the )?above)\b",
    rf"\b(?:give|award|assign|grant|allow|enter|record|output|return|set)\b[^.,;]{{0,40}}\b(?:full|maximum|max|perfect|top|highest|all(?: the)?|100|hundred|ten|10)\b[^.,;]{{0,20}}\b{_MARK}",
    rf"\b(?:give|award|grade|score|rate|mark)\s+(?:me|this|it|my answer|this answer|the answer|this candidate|the candidate|this response|every criterion|all criteria)\b.{{0,30}}\b(?:100|ten|10|full|perfect|excellent|correct|as met|met|pass(?:ed)?|highest|maximum|top|a plus)\b",
    rf"\b(?:note|message|instructions?|attention|dear|hello|hey)\b.{{0,12}}\b(?:to |for )?(?:the |all )?{_GRADER}\b",
    rf"\b(?:you are|you're|act as|pretend (?:to be|you are)|as an?|now you are)\b.{{0,30}}\b{_GRADER}\b",
    rf"\b{_GRADER}\b.{{0,25}}\b(?:must|should|shall|has to|have to|please|is required|are required)\b.{{0,25}}\b(?:give|award|mark|score|grade|accept|pass)\b",
    r"\b(?:mark|treat|consider|count|accept|set|score|grade)\s+(?:all|every|each)\b.{0,30}\b(?:criteri(?:a|on)|points?|items?|answers?)\b",
    r"\b(?:new|updated|revised|system|developer|admin(?:istrator)?)\s+(?:instructions?|prompt|message|override|directive)\b",
    r"\b(?:this|the following|my) (?:answer|response) (?:is|should be|must be) (?:graded|scored|marked|considered|rated|awarded|given)\b",
    r"<\s*/?\s*(?:system|assistant|instructions?|answer|candidate_answer|rubric|end_of_answer)\b[^>]*>",
    r"\[/?(?:INST|SYSTEM|ASSISTANT)\]|<\|[a-z_]+\|>|^#{2,}\s*(?:system|instructions?)\b",
    r"[\"']?(?:verdict|score|total|credit|grade)s?[\"']?\s*[:=]\s*[\"']?(?:met|100|1\.0|full|10/10|100/100)\b",
    r"\b(?:final|total|overall) (?:score|grade|mark)\s*(?:is|:|=)\s*(?:100|10|full|perfect)\b(?!\s*(?:%|per))",
    r"\b(?:100|10)\s*(?:/|out of)\s*(?:100|10)\b.{0,30}\b(?:please|score|grade|mark)|\b(?:score|grade|mark)\b.{0,20}\b(?:100|10)\s*(?:/|out of)\s*(?:100|10)\b",
    r"\b(?:ignor(?:a|iere|ez)|olvida|vergiss|oublie[zr]?|dimentica|ignorieren sie)\b.{0,40}\b(?:instruc\w+|anweisung\w*|consignes?|istruzioni|r[eè]gles?|reglas|regeln|todo|alles|tout)\b",
    r"\b(?:dame|deme|otorga|gib|geben sie|donne[zr]?|dammi|assegna)\b.{0,40}\b(?:puntuaci[oó]n|puntos|nota|punkte|punktzahl|note|points|punteggio|voto)\b",
    r"忽略.{0,12}(?:指示|指令|说明|提示)|(?:满分|滿分)|無視.{0,12}(?:指示|命令)|(?:игнорируй|забудь).{0,30}(?:инструкц|указани|правил)|(?:максимальн|высш)\w+\s+(?:балл|оценк)",
)
_INSTRUCTION = re.compile("|".join(f"(?:{p})" for p in _PATTERNS), re.IGNORECASE | re.MULTILINE)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=])")
_HOMOGLYPHS = str.maketrans("аеорсухіјѕԁ", "aeopcyxijsd")  # noqa: RUF001


def normalise(text: str) -> str:
    """Letters as they look, one for one, so that offsets stay.

    Compatibility forms (full-width, mathematical alphabets) and the commonest look-alikes become
    plain letters, invisible characters become spaces.
    """
    out: list[str] = []
    for char in text:
        if unicodedata.category(char) in {"Cf", "Cc"} and char not in "\n\t":
            out.append("\u200b")
            continue
        plain = unicodedata.normalize("NFKC", char)
        out.append(plain if len(plain) == 1 else char)
    return "".join(out).translate(_HOMOGLYPHS)


def instruction_spans(text: str) -> list[Span]:
    """Sentences that speak to the grader, in order; the whole sentence is taken.

    Invisible characters, look-alike letters and base64 do not hide them.
    """
    plain = normalise(text)
    compact, back = _without_invisible(plain)
    hits = [(back[m.start()], back[m.end() - 1] + 1) for m in _INSTRUCTION.finditer(compact)]
    hits += [m.span() for m in _BASE64.finditer(text) if _hides_instruction(m.group())]
    if not hits:
        return []
    whole = sentences(text)
    return [s for s in whole if any(a < s.end and s.start < b for a, b in hits)]


def _without_invisible(plain: str) -> tuple[str, list[int]]:
    """The text without invisible characters, and each remaining character's offset."""
    back = [i for i, char in enumerate(plain) if char != "\u200b"]
    return "".join(plain[i] for i in back), back


def _hides_instruction(blob: str) -> bool:
    try:
        hidden = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return bool(_INSTRUCTION.search(hidden))
