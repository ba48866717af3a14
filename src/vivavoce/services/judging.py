"""Asks judges about graded answers: many at once, in order, and never more than is needed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from vivavoce.core.grade import Flag, Grade, Ungraded
from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.core.judge_prompts import nonce_of, repaired, shown, shuffled
from vivavoce.core.judged import Ballot, fuse, unjudged
from vivavoce.core.redaction import Redacted, people_in, redact
from vivavoce.core.rubric import Criterion, Rubric
from vivavoce.core.verdicts import Heard, Reading, Unreadable, read_reply, reply_schema
from vivavoce.errors import BackendError, JudgeDeniedError, JudgeError, JudgeStoppedError
from vivavoce.ports import Judge, NameFinder, PromptWriter
from vivavoce.services.judge_loop import LoopThread, Turns
from vivavoce.services.judge_plan import JudgePlan, Tally, is_uncertain

__all__ = ["JudgePlan", "Judging", "Tally", "is_uncertain"]

Result = Grade | Ungraded
READ_LATER = 0.002
"""Seconds from a reply to its reading."""


class _Words(NamedTuple):
    """Of an answer: what quotes are looked up in, and what is sent."""

    said: str
    sent: Redacted


class Judging:
    """Asks judges about local grades and joins both into one.

    Args:
        judges: each is asked about every answer that the plan lets through.
        writer: of the prompts.
        plan: how they are asked.
        names: finds people's names where the plan hides names; None where only those that the
            plan lists are hidden.
    """

    def __init__(
        self,
        judges: Sequence[Judge],
        writer: PromptWriter,
        plan: JudgePlan | None = None,
        names: NameFinder | None = None,
    ) -> None:
        if not judges:
            raise ValueError("no judge was given")
        self._judges = tuple(judges)
        self._writer = writer
        self._names = names
        self.plan = plan or JudgePlan()
        self.tally = Tally()
        self._deadline: float | None = None
        self._turns = Turns()

    @property
    def name(self) -> str:
        """Judges and plan, for the signature: all that decides a verdict besides the prompt."""
        plan = self.plan
        parts = [
            "+".join(judge.name for judge in self._judges),
            f"samples={plan.samples}",
            f"calls={'per-criterion' if plan.per_criterion else 'one'}",
            f"weight={plan.weight:g}",
            *([f"seed={plan.seed}"] if plan.samples > 1 else []),
            *([f"redacted={self._names.name}" if self._names else "redacted"] * plan.redact),
        ]
        return ",".join(parts)

    @property
    def settings(self) -> str:
        """All that decides a judged grade besides answer, rubric and local grader."""
        plan = self.plan
        when: str = plan.when
        if when == "uncertain":
            when += f",wide={plan.wide:g},pass={plan.pass_mark:g}"
        hidden = ",".join(plan.names)
        return f"{self.name};{self._writer.digest};{when};{hidden}"

    def wants(self, grade: Grade) -> bool:
        """Whether the plan asks about this grade; an empty answer holds nothing to be judged."""
        if self.plan.when == "never" or Flag.EMPTY in grade.flags:
            return False
        return self.plan.when == "always" or is_uncertain(grade, self.plan)

    def calls_for(self, rubric: Rubric) -> int:
        """Calls that one answer costs, repairs aside."""
        each = len(rubric.criteria) if self.plan.per_criterion else 1
        return each * self.plan.samples * len(self._judges)

    async def judge(self, rubric: Rubric, grade: Grade) -> Grade:
        """The grade with the judges' verdicts; the local one, marked, where none could be had."""
        if not self.wants(grade):
            if self.plan.when == "uncertain" and Flag.EMPTY not in grade.flags:
                self.tally.spared += 1
                self.tally.saved += self.calls_for(rubric)
            return grade
        if self.tally.stopped:
            return unjudged(grade, self.tally.stopped)
        self.tally.asked += 1
        try:
            words = await self._words(rubric, grade)
        except BackendError as exc:
            # Words that may hold names are not sent.
            return unjudged(grade, self._failed(str(exc)))
        asked = [
            self._ballot(rubric, grade, words, judge, sample)
            for judge in self._judges
            for sample in range(self.plan.samples)
        ]
        try:
            ballots = await self._within_time(asyncio.gather(*asked))
        except JudgeStoppedError as exc:
            self.tally.stopped = self.tally.stopped or str(exc)
            if isinstance(exc, JudgeDeniedError):
                self.tally.denied = self.tally.denied or str(exc)
            return unjudged(grade, self.tally.stopped)
        return fuse(
            rubric,
            grade,
            ballots,
            judge=self.name,
            prompt=self._writer.digest,
            weight=self.plan.weight,
        )

    def judge_all(
        self, graded: Iterable[Result], rubric_of: Callable[[str], Rubric | None]
    ) -> Iterator[Result]:
        """Results in the order given, `in_flight` of them at once and no more in memory.

        The calls run in a thread of their own, so that local grading goes on meanwhile.

        Args:
            graded: local results; what is ungraded passes through.
            rubric_of: the rubric with an id; a grade without one passes through.

        Raises:
            JudgeDeniedError: no call can work. No more local results are taken then; those that
                were taken are given out first, marked as not judged.
        """
        with LoopThread() as loop:
            try:
                yield from self._in_order(graded, rubric_of, loop)
            finally:
                loop.run(self._close())

    def _in_order(
        self, graded: Iterable[Result], rubric_of: Callable[[str], Rubric | None], loop: LoopThread
    ) -> Iterator[Result]:
        waiting: deque[Future[Grade] | Result] = deque()
        most = self.plan.in_flight
        for result in graded:
            # Room first: the next is graded while calls run, but none begins above the limit.
            yield from _leaving(waiting, most - 1)
            rubric = rubric_of(result.question_id) if isinstance(result, Grade) else None
            if isinstance(result, Grade) and rubric is not None:
                most = max(1, -(-self.plan.in_flight // self.calls_for(rubric)))
                waiting.append(loop.start(self.judge(rubric, result)))
            else:
                waiting.append(result)
            yield from _leaving(waiting, most)
            if self.tally.denied:
                break
        yield from _leaving(waiting, 0)
        if self.tally.denied:
            raise JudgeDeniedError(self.tally.denied)

    async def _close(self) -> None:
        """Closes judges that hold connections; they may have an `aclose`."""
        for judge in self._judges:
            close = getattr(judge, "aclose", None)
            if close is not None:
                await close()

    async def _within_time(self, ballots: asyncio.Future[list[Ballot]]) -> list[Ballot]:
        if self.plan.timeout is None:
            return await ballots
        now = asyncio.get_running_loop().time()
        self._deadline = self._deadline or now + self.plan.timeout
        try:
            async with asyncio.timeout_at(self._deadline):
                return await ballots
        except TimeoutError as exc:
            raise JudgeStoppedError(
                f"The time for judging, {self.plan.timeout:g} seconds, is over."
            ) from exc

    async def _words(self, rubric: Rubric, grade: Grade) -> _Words:
        """The words to judge: none that speak to the grader, and, if wanted, no names."""
        async with self._turns.next():
            text = shown(grade.answer.text)
        if not self.plan.redact:
            return _Words(text, Redacted(text, {}))
        people: tuple[str, ...] = ()
        if self._names:
            # A model reads for some 20 ms; calls go on meanwhile.
            found = await asyncio.to_thread(self._names.find, text)
            people = people_in(found, rubric)
        return _Words(text, redact(text, [*self.plan.names, grade.answer.candidate], people))

    async def _ballot(
        self, rubric: Rubric, grade: Grade, words: _Words, judge: Judge, sample: int
    ) -> Ballot:
        criteria = shuffled(rubric.criteria, self.plan.seed, sample)
        groups = [[c] for c in criteria] if self.plan.per_criterion else [criteria]
        # Misconceptions are listened for once, not anew with each criterion.
        parts = await asyncio.gather(
            *(
                self._ask(
                    rubric if i == 0 else rubric.model_copy(update={"misconceptions": ()}),
                    group,
                    grade,
                    words,
                    judge,
                    sample,
                )
                for i, group in enumerate(groups)
            )
        )
        read = [part for part in parts if isinstance(part, Reading)]
        problem = next((part for part in parts if isinstance(part, str)), "")
        if not read:
            return Ballot(judge.name, sample, None, problem)
        heard: list[Heard] | None = None
        for part in read:
            if part.heard is not None:
                heard = [*(heard or []), *part.heard]
        joined = Reading(
            {name: opinion for part in read for name, opinion in part.opinions.items()},
            None if heard is None else tuple(heard),
            sum(part.quotes for part in read),
            sum(part.real for part in read),
        )
        return Ballot(judge.name, sample, joined, problem)

    async def _ask(
        self,
        rubric: Rubric,
        criteria: Sequence[Criterion],
        grade: Grade,
        words: _Words,
        judge: Judge,
        sample: int,
    ) -> Reading | str:
        """A reading, or why there is none; one repair is asked for."""
        async with self._turns.next():
            nonce = nonce_of(rubric, words.sent.text)
            sent = grade.answer.model_copy(update={"text": words.sent.text})
            prompt = self._writer.write(rubric, sent, criteria, nonce=nonce)
            schema = reply_schema(criteria, rubric.misconceptions)
        heard = (criteria, rubric.misconceptions, words.said, words.sent.names)
        found: Reading | Unreadable
        try:
            reply = await self._call(judge, prompt, schema, sample)
            found = read_reply(reply, *heard)
            if isinstance(found, Unreadable) and found.repair:
                reply = await self._call(judge, repaired(prompt, found.problem), schema, sample)
                found = read_reply(reply, *heard)
        except JudgeStoppedError:
            raise
        except JudgeError as exc:
            return self._failed(str(exc))
        if isinstance(found, Unreadable):
            return self._failed(f"{judge.name}: the reply cannot be used. {found.problem}")
        self.tally.quotes += found.quotes
        self.tally.real += found.real
        return found

    async def _call(
        self, judge: Judge, prompt: Prompt, schema: dict[str, object], sample: int
    ) -> JudgeReply:
        if self.tally.stopped:
            raise JudgeStoppedError(self.tally.stopped)
        self.tally.calls += 1
        reply = await judge.ask(prompt, schema, sample=sample)
        if not reply.cached:
            # A call that waits for this one's place is sent meanwhile: reading costs no time then.
            await asyncio.sleep(READ_LATER)
        self.tally.cached += reply.cached
        self.tally.prompt_tokens += reply.prompt_tokens or 0
        self.tally.completion_tokens += reply.completion_tokens or 0
        return reply

    def _failed(self, problem: str) -> str:
        self.tally.failed += 1
        self.tally.reasons[problem] = self.tally.reasons.get(problem, 0) + 1
        return problem


def _leaving(waiting: deque[Future[Grade] | Result], most: int) -> Iterator[Result]:
    """The first of those that wait, while it is done or more than `most` are left."""
    while waiting and (len(waiting) > most or _is_done(waiting[0])):
        item = waiting.popleft()
        yield item.result() if isinstance(item, Future) else item


def _is_done(item: Future[Grade] | Result) -> bool:
    return not isinstance(item, Future) or item.done()
