"""Finds words in an answer that are addressed to its grader instead of answering.

Interview answers about machine learning are full of "ignore", "score", "points" and "language
model", and an honest answer that is taken for an attack loses four fifths of its mark. So each
pattern asks for what only a demand has: marks as its object, an imperative, or the grader as
the one spoken to. A sentence that tells *of* such an attack is left alone.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from vivavoce.core.answer import Span
from vivavoce.core.clauses import sentences

__all__ = ["instruction_spans", "normalise"]

INVISIBLE = "\u200b"
INVISIBLE_CATEGORIES = frozenset({"Cf", "Cc", "Cs", "Mn", "Me"})
# Letters without ink that Unicode does not count as format characters.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
LATIN_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝАВЕКМНОРСТУХІЈЅӀοαινρτυκεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlqwABEKMHOPCTYXIJSIoaivptukeABEZHIKMNOPTYX",
)
LOOK_BACK = 160
"""Characters before a hit, in its sentence, that may show that it is only told of."""

# Where an imperative stands: a sentence or a quoted part begins, or "please" and the like.
_START = r"(?:^|(?<=[.!?:;…\"'(\[>*\n-])|(?<=[.!?:;…\"'(\[>*\n-]\s))"
_IMPERATIVE = (
    rf"(?:{_START}|(?<=,\s)|(?<=\band\s)|(?<=\bso\s)|(?<=\bthen\s)|(?<=\bjust\s)|(?<=\bnow\s)"
    r"|(?<=\bplease\s)|(?<=\bkindly\s)|(?<=\bmust\s)|(?<=\byou\sshould\s)|(?<=\byou\sshall\s))"
)
_PERSON = (
    r"(?:(?:kind|lenient|generous|helpful|fair|ai|human|automatic|automated)\s){0,2}"
    r"(?:grader|examiner|evaluator|marker|assessor|judge|scorer|scoring\s(?:system|model))"
)
_MACHINE = r"(?:llm|ai(?!\s[a-z])|ai\smodel|ai\sassistant|language\smodel|assistant|chatgpt|gpt)"
_MARKS = (
    r"(?:marks?|grades?|verdicts?|credits?(?!\s(?:scores?|risks?|limits?|cards?|ratings?|history))"
    r"(?!\sto\s(?:the|each|every)\s(?!answer|candidate|response|student)))"
)
_POINTS = r"(?:marks?|points?|scores?|credits?|grades?|ratings?)"
_MOST = r"(?:full|maximum|max|perfect|top|highest|all(?:\sthe)?|100|hundred|ten|10)"
_MINE = (
    r"(?:my\s(?:answer|response|submission|work)|this\s(?:answer|response|candidate|submission)"
    r"|every\scriterion|all\scriteria)"
)
_OBJECT = (
    rf"(?:me\b|{_MINE}|full\s(?:marks|credit|points)|(?:the\s)?(?:maximum|highest)\s(?:marks?|"
    r"points|credit)|100\s?(?:%|/|out|points|marks))"
)
_TEN_OF_TEN = r"(?:10\s?(?:/|out\sof)\s?10|100\s?(?:/|out\sof)\s?100)"

_PATTERNS = (
    # Set the grader's orders aside.
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,20}\b(?:all|any|every|previous|prior|preceding|above|your|earlier|given|system|grading|marking|scoring|these|those)\b.{0,25}\b(?:instructions?|prompts?|guidelines)\b",
    r"\b(?:ignore|disregard|forget|override|bypass)\s(?:instructions|prompts)\b",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,15}\b(?:your|grading|marking|scoring)\s(?:\w+\s)?(?:rules?|criteria|scheme|text)\b",
    r"\b(?:ignore|disregard|forget|bypass)\b.{0,15}\b(?:rubrics?\b|text\sabove\b|(?:above|preceding)\stext\b)",
    r"\b(?:ignore|disregard|forget|bypass)\s(?:all\s(?:of\s)?|everything\s|anything\s|what\sis\s)?(?:the\s)?(?:above|before(?:\sthis)?)(?=\s?(?:[.!,;:\n]|and\b|$))",
    rf"{_IMPERATIVE}(?:ignore|disregard|forget|bypass)\s(?:(?:all|the|these|those|of)\s){{0,3}}criteria\b(?=\s?(?:$|[.!,;:\n]|and\b))",
    r"\b(?:do\snot|don't|never)\s(?:follow|use|apply)\s(?:the|your|any)\s(?:rubrics?|grading|marking)\b|\bstop\sgrading\b",
    # Demand marks.
    rf"\b(?:give|award|assign|grant|allow|allocate|enter|record|output|return|set|deserves?)\b[^.,;]{{0,40}}\b{_MOST}\s(?:possible\s|available\s|of\sthe\s)?{_MARKS}\b",
    rf"{_IMPERATIVE}(?:give|award|assign|grant|allow|allocate)\s(?:me|my\s\w+|this\s(?:answer|response|candidate|submission)|the\s(?:candidate|student|applicant))\s(?:(?:a|an|the|at|least|score|total|grade|of)\s){{0,4}}{_MOST}\s(?:possible\s)?{_POINTS}\b",
    rf"{_IMPERATIVE}(?:output|return|give|enter|record|set|assign|award|grant|print|write|(?:respond|reply)\s(?:only\s)?with)\s(?:a\s|an\s|the\s)?(?:maximum|max|perfect|full|highest\spossible|all(?:\sthe)?|100|10)\s(?:possible\s|available\s)?{_POINTS}\b(?=\s?(?:$|[.!,;)\n\"']|please\b|for\s(?:this|me|my|every|all|each)\b|to\s(?:this|me|my|the\s(?:answer|candidate|response))\b))",
    rf"\b(?:give|award|assign|grant)\s(?:the\s)?{_MOST}\s(?:possible\s)?{_POINTS}\s(?:to|for)\s(?:me\b|{_MINE}|the\s(?:candidate|student)\b)",
    rf"\b(?:score|grade|mark)\s(?:for|of)\s{_MINE}\s(?:is|should\sbe|must\sbe)\b",
    rf"{_IMPERATIVE}(?:award|grant|give)\s[^.,;]{{0,15}}\b100\b\s?(?:$|[.!%])",
    rf"{_IMPERATIVE}set\s(?:the\s|my\s|its\s)?(?:score|total|grade|credit|mark|verdict)s?\sto\s(?:100|10|full|max\w*|met|perfect)\b(?!\s?(?:%|per))",
    rf"\b(?:give|award|grade|score|rate|mark|accept|evaluate|assess)\s(?:{_MINE})\b.{{0,30}}\b(?:100|ten|10|full|perfect|excellent|correct|as\smet|met|pass(?:ed)?|highest|maximum|top|a\splus)\b",
    rf"{_IMPERATIVE}(?:give|grade|score|rate|mark)\s(?:me|this|the\s(?:answer|response|candidate))\s(?:(?:a|an|the|as|with|at|score|grade|mark|of)\s){{0,4}}(?:100|ten|10|full|perfect|excellent|correct|met|passed|highest|maximum)\b(?=\s?(?:$|[.!,;)%/\n]|out\sof|for\b|please\b|and\b|points?\b|on\sall\b))",
    rf"{_IMPERATIVE}(?:grade|score|rate|mark)\sit\s(?:as\s)?(?:a\s)?(?:100|ten|10|full|perfect|excellent|met|passed)\b",
    rf"{_IMPERATIVE}give\sit\s(?:a\s)?(?:100|10|ten)\b(?=\s?(?:$|[.!%/\n]|out\sof|please\b))",
    rf"{_IMPERATIVE}(?:mark|treat|consider|count|accept|grade|score)\s(?:all|every|each)\s(?:\w+\s){{0,3}}?(?:criteri(?:a|on)|points?|items?|answers?)\s(?:as\s|to\sbe\s)?(?:fully\s)?(?:met|satisfied|fulfilled|passed|covered|full)\b",
    r"\b(?:mark|set|score|grade|treat|count)\s(?:all|every|each)\s(?:\w+\s){0,2}?criteri(?:a|on)\b.{0,15}\b(?:100|10|full|met|max\w*|correct)\b",
    rf"{_IMPERATIVE}(?:mark|treat|consider|count|accept|set)\s(?:all|everything|all\s(?:answers|points|items))\s(?:as\s)?(?:met|correct|passed)\b",
    rf"{_IMPERATIVE}(?:mark|treat|consider|count|accept|set|grade|score)\s(?:every|each)\s?(?:one\s|of\sthem\s)?(?:of\sthem\s)?as\s(?:met|satisfied|fulfilled|passed)\b",
    rf"(?:{_IMPERATIVE}|\b(?:the\s)?(?:{_PERSON}|{_MACHINE}|you)\s(?:must|should|shall|has\sto|have\sto)\s)(?:output|return|print|write|answer|reply|say)\s[\"']?met[\"']?\s(?:for|on|to)\b",
    r"\b(?:this|the\sfollowing|my)\s(?:answer|response)\s(?:should|must|has\sto|deserves\sto)\sbe\s(?:graded|scored|marked|considered|rated|awarded|given)\b",
    rf"\b(?:deserves?|worth|award|please)\b.{{0,25}}\b{_TEN_OF_TEN}|\b{_TEN_OF_TEN}[^.,;]{{0,10}}\bplease\b",
    # Speak to the grader, or cast it in another part.
    rf"\b(?:attention|dear|hello|hi|hey)\b\W{{1,3}}(?:the\s|all\s|my\s)?{_PERSON}\b",
    rf"\b{_PERSON}\s?[:,]\s?(?:please|you|accept|give|award|mark|pass)\b",
    rf"\b(?:note|message)\s?[:,]?\s(?:to|for)\s(?:the\s|all\s|any\s|my\s)?{_PERSON}\b",
    rf"{_START}(?:note|message|instructions?|attention|dear|hello|hi|hey)\W{{1,3}}(?:(?:to|for)\s)?(?:the\s|all\s|any\s)?(?:{_PERSON}|{_MACHINE})\s?[:,!-]",
    rf"(?<!\bif\s)(?<!\bwhen\s)(?<!\bthat\s)\b(?:you\sare|you're)\s(?:now\s)?(?:a|an|the|my)\s(?:\w+\s){{0,3}}?(?:{_PERSON}|{_MACHINE})\b",
    rf"(?:{_START}|(?<=\bplease\s)|(?<=\byou\smust\s)|(?<=\byou\sshould\s))(?:act\sas|pretend\s(?:to\sbe|you\sare))\s(?:a|an|the|my)\s(?:\w+\s){{0,3}}?(?:{_PERSON}|{_MACHINE})\b",
    rf"\b(?:{_PERSON}|{_MACHINE}|you)\s(?:must|should|shall|has\sto|have\sto|please|(?:is|are)\srequired\sto)\b.{{0,25}}\b(?:give|award|mark|score|grade|accept|pass|rate)\s{_OBJECT}",
    r"\b(?:new|updated|revised)\s(?:instructions?|directives?)\s?(?:[:]|(?:for|to)\sthe\s(?:grader|examiner|judge|model))",
    rf"{_START}(?:system|developer|admin(?:istrator)?)\s(?:instructions?|message|override|directive)\b\s?[:>\]]|\b(?:system|admin(?:istrator)?|developer)\soverride\b",
    # Forge the markup around the answer, or the grader's reply.
    r"<\s?/?\s?(?:system|assistant|instructions?|answer|candidate_answer|rubric|end_of_answer)\b[^<>]{0,200}>",
    r"(?:[<\u2039]\s?){2,3}(?:end|begin|start)\sof\s(?:the\s)?answer\b[^<>\u2039\u203a]{0,60}(?:[>\u203a]\s?){2,3}",
    r"\{%-?\s?(?:end)?(?:block|raw|macro|include|extends|set)\b.{0,80}?%\}",
    r"\[/?(?:INST|SYSTEM|ASSISTANT)\]|<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id|eot_id|eom_id)\|>|^#{2,9}\s?(?:system|instructions?)\b",
    r"[\"'](?:verdict|score|total|total_score|credit|grade)s?[\"']\s?:\s?[\"']?(?:met|100|1\.0|full|10/10|10)\b",
    rf"\b(?:verdict|grade)s?\s?[:=]\s?[\"']?(?:met|100|full|{_TEN_OF_TEN})\b(?!\s?%)",
    rf"{_START}(?:my\s|the\s|your\s)?(?:final\s|total\s|overall\s)?(?:score|grade|mark)\s?[:=]\s?(?:{_TEN_OF_TEN}|100|full|perfect)\b(?!\s?%)",
    rf"\b(?:final|total|overall)\s(?:score|grade|mark)\s?(?:is|:|=|should\sbe|must\sbe)\s?(?:{_TEN_OF_TEN}|100|full|perfect)\b(?!\s?(?:%|per))",
    # The same in other languages.
    r"\b(?:ignor(?:a|iere|ez)|olvida|vergiss|oublie[zr]?|dimentica|ignorieren\ssie)\b.{0,40}\b(?:instruc\w+|anweisung\w*|consignes?|istruzioni|r[eè]gles?|reglas|regeln|todo|alles|tout)\b",
    r"\b(?:dame|deme|otorga|gib|geben\ssie|donne[zr]?|dammi|assegna)\b.{0,40}\b(?:puntuaci[oó]n|puntos|nota|punkte|punktzahl|note|points|punteggio|voto)\b",
    r"忽略.{0,12}(?:指示|指令|说明|提示)|(?:满分|滿分)|無視.{0,12}(?:指示|命令)|(?:игнорируй|забудь).{0,30}(?:инструкц|указани|правил)|(?:максимальн|высш)\w{1,12}\s(?:балл|оценк)",
)
# A word or sign that some pattern begins with; only there are the patterns tried.
_TRIGGER = re.compile(
    r"\b(?:10|100|accept|act|admin|allocate|allow|ass(?:egna|ess|ign|istant)|attention|award|"
    r"answer|bypass|chatgpt|consider|count|dame|dammi|dear|deme|deserve|developer|dimentica|disregard|do\s|"
    r"don't|donne|enter|evalua|examiner|final|forget|gib|geben|give|gpt|grade|grader|grant|hello|hey|hi\b|"
    r"ignor|instruction|judge|language|llm|mark|message|my\s|never|new\s|note|olvida|otorga|"
    r"oublie|output|overall|override|please|pretend|print|rate|record|reply|respond|return|"
    r"revised|scor|set|skip|stop|system|the\s|this\s|total|treat|updated|verdict|vergiss|worth|"
    r"write|you|your\s|ai\b|игнорируй|забудь)|忽略|满分|滿分|無視|максимальн|высш|[<\u2039\[\"']|\{%|^##",
    re.IGNORECASE | re.MULTILINE,
)
_INSTRUCTION = re.compile(
    "|".join(f"(?:{p})" for p in _PATTERNS), re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=])")
# Someone else's words, told of: an answer about prompt injection has to quote one.
_TOLD_OF = re.compile(
    r"\b(?:injections?|injected|jailbreak\w*|attack(?:s|ers?)?|adversar\w+|malicious|hackers?)\b"
    r"|\b(?:an?|the|some)\s(?:users?|documents?|web\s?pages?|e?mails?)\b.{0,40}\b(?:says?|said|"
    r"types?|writes?|tells?|asks?|hides?|sends?|contains?|reads?)\b"
    r"|\b(?:tell(?:s|ing)?|told|trick(?:s|ing|ed)?)\s(?:the|an?)\s(?:model|llm|bot|chatbot|gpt)\b",
    re.IGNORECASE,
)
_SENTENCE_BEGINS = re.compile(r"[.!?\n]\s")


def normalise(text: str) -> str:
    """Letters as they look, one for one, so that offsets stay.

    Compatibility forms (full-width, mathematical alphabets), accented letters and the commonest
    look-alikes become plain letters; invisible and combining characters become U+200B.
    """
    return "".join(_as_seen(text)).translate(LATIN_LOOKALIKES)


def instruction_spans(text: str) -> list[Span]:
    """Sentences that speak to the grader, in order; the whole sentence is taken.

    Invisible characters, look-alike letters, white space and base64 do not hide them.
    """
    return list(_spans(text))


# Grading one answer asks three times.
@lru_cache(maxsize=128)
def _spans(text: str) -> tuple[Span, ...]:
    compact, back = _compact(text)
    found = [m.span() for plain in _readings(compact) for m in _hits(plain) if not _told_of(m)]
    found += [m.span() for m in _BASE64.finditer(compact) if _hides_instruction(m.group())]
    hits = sorted((back[start], back[end - 1] + 1) for start, end in found)
    out: list[Span] = []
    reached = 0
    for sentence in sentences(text) if hits else []:
        while reached < len(hits) and hits[reached][1] <= sentence.start:
            reached += 1
        if reached < len(hits) and hits[reached][0] < sentence.end:
            out.append(sentence)
    return tuple(out)


_PLAIN = re.compile(r"[\x20-\x7e\s]*", re.ASCII)
_RUN = re.compile(r"\s+|\S+", re.ASCII)


def _as_seen(text: str) -> list[str]:
    out: list[str] = []
    for char in text:
        if char.isascii() and (char.isprintable() or char.isspace()):
            out.append(char)
        elif char.isspace():
            out.append(" ")
        elif unicodedata.category(char) in INVISIBLE_CATEGORIES or char in FILLERS:
            out.append(INVISIBLE)
        else:
            plain = unicodedata.normalize("NFKC", char)
            plain = plain if len(plain) == 1 else char
            base = unicodedata.normalize("NFD", plain)[0]
            out.append(base if base.isascii() else plain)
    return out


def _compact(text: str) -> tuple[str, list[int]]:
    """What is seen of a text, runs of white space as one, and each character's offset."""
    kept: list[str] = []
    back: list[int] = []
    if _PLAIN.fullmatch(text):
        # Nothing is hidden there; character by character takes twenty times as long.
        for run in _RUN.finditer(text):
            said = run.group()
            space = "\n" if "\n" in said or "\r" in said else " "
            kept.append(space if said.isspace() else said)
            back += range(run.start(), run.start() + 1 if said.isspace() else run.end())
        return "".join(kept), back
    for i, char in enumerate(_as_seen(text)):
        if char == INVISIBLE:
            continue
        if char.isspace():
            line = "\n" if char in "\n\r" else " "
            if kept and kept[-1] in " \n":
                kept[-1] = min(kept[-1], line)
                continue
            kept.append(line)
        else:
            kept.append(char)
        back.append(i)
    return "".join(kept), back


def _hits(plain: str) -> Iterator[re.Match[str]]:
    for trigger in _TRIGGER.finditer(plain):
        hit = _INSTRUCTION.match(plain, trigger.start())
        if hit:
            yield hit


def _readings(compact: str) -> set[str]:
    """Cyrillic and Greek words as such, and as the Latin letters they look like."""
    return {compact, compact.translate(LATIN_LOOKALIKES)}


def _told_of(match: re.Match[str]) -> bool:
    """Whether the words before a hit, in its own sentence, say that others say it."""
    before = match.string[max(0, match.start() - LOOK_BACK) : match.start()]
    return bool(_TOLD_OF.search(_SENTENCE_BEGINS.split(before)[-1]))


def _hides_instruction(blob: str) -> bool:
    try:
        hidden = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return any(True for plain in _readings(_compact(hidden)[0]) for _ in _hits(plain))
