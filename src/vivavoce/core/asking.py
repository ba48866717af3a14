"""What an interviewer's turn is by its wording alone: question, prompt, back-channel, closing.

Written English and speech without punctuation alike. The word lists are closed classes
(openers, fillers, acknowledgements); what a question is *about* is `core.question_matching`'s.
"""

from __future__ import annotations

import re

from vivavoce.core.text import stem

__all__ = [
    "content_words",
    "is_acknowledgement",
    "is_ask",
    "is_closing",
    "is_small_talk",
    "openers",
]

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001

OPENER = re.compile(
    r"\b(?:"
    r"(?:what|how|why|when|where|which|who)(?:['’](?:s|re|d|ll)|s)?\s+"  # noqa: RUF001
    r"(?:is|are|was|were|do|does|did|would|will|can|could|should|might|has|have|had|about|"
    r"the|a|an|it|else|makes?|kinds?|types?|happens?|comes?|sets?|\w+\s+(?:is|are|do|does|did|"
    r"would|can|could|should|have))"
    r"|(?:what|how|why|where|who)['’](?:s|re|d)"  # noqa: RUF001
    r"|why\s+not|how\s+come"
    r"|(?:can|could|would|will|do|did|have|are|were)\s+you"
    r"|(?:^|(?<=[.!?,;] )|(?<=\band )|(?<=\bso ))(?:is|are|does|do)\s+(?:there|it|they|that|the)"
    r"|(?:please\s+)?(?:explain|describe|define|compare|outline|summari[sz]e|contrast|name|list)"
    r"\s+\w+"
    r"|(?:tell|give|show|remind)\s+me|(?:talk|walk|take)\s+(?:me|us)\s+through"
    r"|(?:let['’]?s|shall\s+we)\s+(?:talk|discuss|turn|look)"  # noqa: RUF001
    r"|i(?:['’]d|\s+would)\s+(?:like|love)\s+(?:you\s+)?to"  # noqa: RUF001
    r"|(?:suppose|imagine|say)\s+(?:that\s+)?(?:you|we|i)"
    r")\b",
    re.IGNORECASE,
)
TAG = re.compile(
    r"(?:^|[,.;!?\s])(?:right|okay|ok|yeah|yes|no|huh|really|correct|"
    r"make sense|makes sense|you know|isn't it|doesn't it|don't you|is that right)\s*\?+\s*$",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"\b(?:let['’]?s (?:move on|skip|leave|stop|wrap|pause|come back)|moving on|"  # noqa: RUF001
    r"we(?:['’]ll| will| can)? (?:skip|leave|come back|move on|wrap)|"  # noqa: RUF001
    r"that['’]?s (?:all|everything|it) (?:from me|i had|i have|the questions|we have|for)|"  # noqa: RUF001
    r"(?:out of|run out of|ran out of|short of) time|"
    r"thanks? (?:you )?(?:so much )?for (?:your time|coming|joining|talking))",
    re.IGNORECASE,
)
SMALL_TALK = re.compile(
    r"^(?:(?:hi|hello|hey|so|okay|ok|and|great|good|well|right|thanks|morning|afternoon|"
    r"\w+)[\s,.!-]+){0,4}?"
    r"(?:how are you|how['’]?s it going|how have you been|nice to meet|can you hear|"  # noqa: RUF001
    r"could you hear|do you hear|are you (?:ready|there|okay|all right|comfortable|set|good)|"
    r"shall we|ready|should we|is (?:that|this) (?:okay|ok|all right|clear|better)|"
    r"does (?:that|this) (?:make sense|sound|work)|do you (?:mind|need a (?:minute|break|moment))|"
    r"are we (?:ready|good)|can (?:i|we) (?:start|begin|record|get started))\b",
    re.IGNORECASE,
)

# Words that acknowledge, hesitate or hold a turn; they ask nothing and claim nothing.
ACKNOWLEDGING_TEXT = """
a absolutely ah aha all alright and awesome brilliant cool course enough er erm exactly
excellent fair fine go going good got great ha hm hmm huh i in interesting it its just keep know
like lovely makes mhm mhmm mm mmhm nice no now of oh ok okay on perfect please point really
right see sense so sorry sounds super sure take thank thanks that thats the then time uh uhhuh
uhuh um understood very wait well wonderful wow yeah yep yes you your
"""
ACKNOWLEDGING = frozenset(ACKNOWLEDGING_TEXT.split())
ACKNOWLEDGING_WORDS = 12
STOP_TEXT = """
a about above actually after again all alright also am an and another answer answers any
anything are as ask at back basically be been before being best between bit both but by can case
cases clarify come concrete concretely cool could d deeper describe detail details did do does
doing done down each elaborate else er erm ever every example expand explain explanation few
first for from further get give go going good got great had happen happens has have having he
help helps her here hey hi him his hmm how i if important in interesting interview into is it
its just kind know last less let like list little ll look lot m made make many matter matters
may me mean mhm might mind minute mm more most move much my name need new next nice no not now
of off oh ok okay on one only or other our out over own part people perfect please point
practice practise precise precisely question quick quickly re ready really reason reasons right
roughly s said same say second see shall she should show simpler simply so some something sort
specific specifically start still such suppose sure t take talk tell terms than thank thanks
that the their them then there these they thing things think this those through time to today
together too try turn uh um under up us use used using ve very walk want was way we well were
what when where whether which while who why will with word words work working works would yeah
yes yet you your yours yourself
"""
STOP = frozenset(STOP_TEXT.split())


def content_words(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, the same in British and American spelling."""
    found = (re.split(r"['’]", m)[0].casefold() for m in WORD.findall(text))  # noqa: RUF001
    return frozenset(
        stem(word.replace("z", "s").replace("our", "or")) for word in found if word not in STOP
    )


def openers(text: str) -> list[int]:
    """Offsets at which words that open a question begin."""
    return [m.start() for m in OPENER.finditer(text)]


def is_ask(text: str) -> bool:
    """Whether it has the form of a question or of a request to explain."""
    bare = TAG.sub("", text)
    return "?" in bare or OPENER.search(bare) is not None


def is_acknowledgement(text: str) -> bool:
    """Whether nothing is said but "mm-hm", "right", "okay great, thanks"."""
    if "?" in TAG.sub("", text):
        return False
    words = [re.sub(r"['’]", "", w).casefold() for w in WORD.findall(text)]  # noqa: RUF001
    return len(words) <= ACKNOWLEDGING_WORDS and all(word in ACKNOWLEDGING for word in words)


def is_closing(text: str) -> bool:
    """Whether it ends a topic: "let's move on", "that's all from me"."""
    return CLOSING.search(text) is not None


def is_small_talk(text: str) -> bool:
    """Whether it asks after the person or the line, not after knowledge."""
    match = SMALL_TALK.match(text.strip())
    return match is not None and not content_words(text.strip()[match.end() :])
