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
    "is_clarifying",
    "is_closing",
    "is_courtesy",
    "is_lead_in",
    "is_reply",
    "is_return",
    "is_small_talk",
    "leans",
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

CLARIFYING = re.compile(
    r"\b(?:do you mean|you mean|did you mean|what do you mean|should i|shall i|can i (?:ask|assume|"
    r"check|just)|may i|(?:could|can) you (?:repeat|rephrase|say that)|"
    r"sorry,? (?:what|which|could|can|did|do|the)|are you asking|are we talking|is (?:that|this|it)"
    r" (?:about|for|what|the one|in|a|with)|(?:in|for) (?:general|which|what) (?:or|sense|case)|"
    r"would you like me|do you want me|want me to|just to (?:check|clarify|be sure|be clear)|"
    r"does that (?:answer|make sense|help)|is that (?:okay|ok|enough|clear|what)|"
    r"which (?:one|kind|sort|of the)|the question (?:is|was|again)|what was the question|"
    r"how (?:deep|much detail|detailed)|where should)\b",
    re.IGNORECASE,
)
RETURN = re.compile(
    r"\b(?:back to|return(?:ing)? to|revisit|come back|coming back|circle back|go back|going back|"
    r"jump back|earlier|you (?:said|mentioned) before|one more (?:thing|word) (?:on|about)|"
    r"pick up (?:on )?(?:the|that|where)|add (?:something )?to)\b",
    re.IGNORECASE,
)
LEAD_IN = re.compile(
    r"\b(?:next (?:one|question|up|thing|topic)|let['\u2019]?s|moving on|move on|another (?:one|"
    r"question|classic)|last (?:one|question|thing)|one more|first (?:one|question)|"
    r"question (?:is|for you)|a question|on to|turn(?:ing)? to|switch|change (?:of )?topic|"
    r"here['\u2019]?s|different (?:one|topic|question)|start with|i['\u2019]d like to ask|"
    r"thank you|thanks)\b",
    re.IGNORECASE,
)
REPLY = re.compile(
    r"^(?:sure|yeah|yes|yep|um+|uh+|erm?|well|hmm+|so|okay so|ok so|right so|ah|oh|i think|"
    r"i (?:would|guess|usually)|i['\u2019]d)\b(?!.*\b(?:take your time|feel free|no rush|"
    r"don['\u2019]?t worry|i (?:want|wanted|am asking)|i['\u2019]m asking|what i mean|"
    r"let me|we)\b)",
    re.IGNORECASE | re.DOTALL,
)
LEANS = re.compile(
    r"\b(?:that|it|its|this|those|these|them|they|their|there|then|both|either|each)\b"
    r"|^(?:and|but|so|or|why)\b",
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
COURTESY_TEXT = """
afternoon all bye care coming day evening everyone for goodbye have having hello hey hi likewise
lovely me meet meeting morning night pleasure same soon talk time to today too us week weekend
welcome with worries
"""
COURTEOUS = ACKNOWLEDGING | frozenset(COURTESY_TEXT.split())
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


def is_courtesy(text: str) -> bool:
    """Whether it greets, thanks or takes leave, and says nothing else: "you too, bye"."""
    words = [re.sub(r"['\u2019]", "", w).casefold() for w in WORD.findall(text)]
    return (
        len(words) <= ACKNOWLEDGING_WORDS
        and "?" not in text
        and all(word in COURTEOUS for word in words)
    )


def is_closing(text: str) -> bool:
    """Whether it ends a topic: "let's move on", "that's all from me"."""
    return CLOSING.search(text) is not None


def is_clarifying(sentence: str) -> bool:
    """Whether a candidate asks how the question is meant, or whether the answer will do."""
    return ("?" in sentence or is_ask(sentence)) and CLARIFYING.search(sentence) is not None


def is_return(text: str) -> bool:
    """Whether it takes up something from before: "going back to ..."."""
    return RETURN.search(text) is not None


def is_lead_in(sentence: str) -> bool:
    """Whether an interviewer says it before a question: "great, let's move on", "next one"."""
    return is_acknowledgement(sentence) or (
        len(sentence.split()) <= LEAD_IN_WORDS and LEAD_IN.search(sentence) is not None
    )


LEAD_IN_WORDS = 14


def is_reply(text: str) -> bool:
    """Whether it begins as an answer does: "sure, so ...", "well ..."."""
    return REPLY.search(text.strip()) is not None


def leans(sentence: str) -> bool:
    """Whether it points at what was said before: "and how would you measure that?"."""
    return LEANS.search(sentence.strip()) is not None


def is_small_talk(text: str) -> bool:
    """Whether it asks after the person or the line, not after knowledge."""
    match = SMALL_TALK.match(text.strip())
    return match is not None and not content_words(text.strip()[match.end() :])
