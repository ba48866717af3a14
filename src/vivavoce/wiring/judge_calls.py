"""Settings to judges with their cache, their limits and their batches."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vivavoce.core.prices import Price, price_of
from vivavoce.errors import SettingsError
from vivavoce.wiring.choices import Settings
from vivavoce.wiring.objects import cache_folder

if TYPE_CHECKING:
    from vivavoce.adapters.openai_batches import OpenAIBatches
    from vivavoce.adapters.openai_judge import OpenAIJudge
    from vivavoce.adapters.reply_store import ReplyFile, StoreInfo
    from vivavoce.core.judge_calls import Prompt
    from vivavoce.ports import Judge
    from vivavoce.services.judge_calls import IdentifiedJudge

__all__ = ["JudgeCalls", "KeptReplies", "clear_replies", "load_prices", "reply_info"]

SAMPLED = 0.7
"""Temperature of several samples: at 0 they would all be the same."""


class JudgeCalls:
    """The judges of a run, what they may spend, and the batches that they wait for.

    Attributes:
        judges: in the order given.
        spending: of all of them.
        submitted: batches submitted in this run, by `submit`.

    Raises:
        SettingsError: a key, an address, a price or a file cannot be used.
    """

    def __init__(self, chosen: Settings) -> None:
        from vivavoce.services.judge_calls import Spending

        self.spending = Spending(chosen.max_calls, chosen.max_cost)
        self.submitted: list[str] = []
        self._chosen = chosen
        self._prices = load_prices(chosen.prices) if chosen.prices else {}
        self._store: ReplyFile | None = None
        self._callers: dict[str, OpenAIJudge] = {}
        self._collected: dict[str, dict[str, dict[str, Any]]] = {}
        if chosen.judge_via == "batch" and not chosen.judge_cache:
            raise SettingsError("--judge-via batch keeps replies in the cache: drop --no-cache.")
        if chosen.judge_cache:
            from vivavoce.adapters.reply_store import ReplyFile

            self._store = ReplyFile(reply_path(chosen))
        try:
            self.judges = self._judges(list(dict.fromkeys(chosen.judge)))
        except BaseException:
            self.close()
            raise

    def collect(self) -> list[str]:
        """Collects what batches have brought; a line for each batch that was waited for.

        Raises:
            JudgeStoppedError: a server cannot be asked.
        """
        told: list[str] = []
        store = self._store
        if store is None:
            return told
        for model, caller in self._callers.items():
            for batch, keys in store.waiting(caller.name).items():
                found = self._batches(model).collect(batch)
                wanted = set(keys)
                for key in wanted & found.replies.keys():
                    store.save(key, found.replies[key])
                failed = {k: v for k, v in found.failures.items() if k in wanted}
                for key, why in failed.items():
                    store.fail([key], why)
                left = [k for k in keys if k not in found.replies and k not in failed]
                if found.over and left:
                    store.fail(left, f"batch {batch} is {found.status}. {found.problem}".strip())
                told.append(
                    f"Batch {batch}: {found.status}, {len(found.replies)} of {len(keys)} replies"
                )
        return told

    def submit(self) -> None:
        """Submits the calls that this run collected.

        Raises:
            JudgeStoppedError: the server does not take them.
        """
        if self._store is None:
            return
        for model, calls in self._collected.items():
            if calls:
                # Each batch is noted as soon as the server has it: it is paid for from then on.
                for batch, keys in self._batches(model).submit(calls):
                    self._store.submit(keys, self._callers[model].name, batch)
                    self.submitted.append(f"{batch} ({len(keys)} calls)")
        self._collected = {}

    def close(self) -> None:
        """Closes the cache."""
        if self._store is not None:
            self._store.close()

    def _judges(self, models: list[str]) -> tuple[Judge, ...]:
        judges = tuple(map(self._judge, models))
        if self._chosen.max_cost is not None and self.spending.unknown:
            unknown = ", ".join(sorted(self.spending.unknown))
            raise SettingsError(
                f"--max-cost: no price is known of {unknown}. Give one by --prices FILE, or limit "
                "the run by --max-calls."
            )
        return judges

    def _judge(self, model: str) -> Judge:
        from vivavoce.adapters.openai_hosts import is_local, is_openai
        from vivavoce.services.judge_calls import (
            BatchedJudge,
            CachedJudge,
            EstimatedJudge,
            MeteredJudge,
        )

        chosen, spending = self._chosen, self.spending
        caller = self._callers[model] = _caller(model, chosen)
        url = caller.url
        price = price_of(model, self._prices, listed=is_openai(url), free=is_local(url))
        made: IdentifiedJudge
        if chosen.estimate:
            made = EstimatedJudge(caller, spending, price)
        elif chosen.judge_via == "batch" and self._store is not None:
            collect = None if chosen.judge_resume else self._collector(model)
            made = BatchedJudge(caller, self._store, collect, spending, price)
        else:
            made = MeteredJudge(caller, spending, price)
        return CachedJudge(made, self._store, spending) if self._store else made

    def _collector(self, model: str) -> Any:
        calls = self._collected.setdefault(model, {})

        def collect(key: str, prompt: Prompt, schema: Mapping[str, object], sample: int) -> None:
            calls[key] = self._callers[model].body(prompt, schema, sample)

        return collect

    def _batches(self, model: str) -> OpenAIBatches:
        from vivavoce.adapters.openai_batches import OpenAIBatches

        url, key = _endpoint(self._chosen)
        return OpenAIBatches(model, base_url=url, api_key=key)


def _endpoint(chosen: Settings) -> tuple[str | None, str | None]:
    """Base URL and key: a key goes to the endpoint that it was given for and to no other."""
    if chosen.judge_base_url or chosen.judge_api_key:
        own = chosen.judge_api_key.get_secret_value() if chosen.judge_api_key else None
        return chosen.judge_base_url or chosen.openai_base_url, own or _openai_key(chosen)
    return chosen.openai_base_url, _openai_key(chosen)


def _openai_key(chosen: Settings) -> str | None:
    from vivavoce.adapters.openai_hosts import OPENAI, is_openai

    url = chosen.judge_base_url or chosen.openai_base_url or OPENAI
    stored = chosen.openai_api_key if is_openai(url) else None
    return stored.get_secret_value() if stored else None


def _caller(model: str, chosen: Settings) -> OpenAIJudge:
    from vivavoce.adapters.openai_hosts import OPENAI, is_openai
    from vivavoce.adapters.openai_judge import CallOptions, OpenAIJudge

    url, key = _endpoint(chosen)
    openai = is_openai(url or OPENAI)
    given = chosen.judge_temperature
    temperature = (SAMPLED if chosen.judge_samples > 1 else 0.0) if given is None else given
    options = CallOptions(
        timeout=chosen.judge_timeout,
        max_retries=chosen.judge_retries,
        temperature=temperature,
        max_tokens=chosen.judge_max_tokens,
        concurrency=chosen.judge_concurrency,
        # What is kept for OpenAI's host goes to no other, so that changing it would not help there.
        variable="VIVA_JUDGE_API_KEY" if chosen.judge_api_key or not openai else "OPENAI_API_KEY",
    )
    return OpenAIJudge(model, base_url=url, api_key=key, options=options)


def reply_path(chosen: Settings) -> Path:
    """Where judges' replies are kept."""
    return cache_folder(chosen) / "replies.sqlite"


class KeptReplies(NamedTuple):
    """Where judges' replies are kept, and how many."""

    path: Path
    info: StoreInfo


def reply_info(chosen: Settings) -> KeptReplies:
    """How many replies are kept; makes no file."""
    from vivavoce.adapters.reply_store import ReplyFile, StoreInfo

    path = reply_path(chosen)
    if not path.exists():
        return KeptReplies(path, StoreInfo(0, 0, 0))
    with closing(ReplyFile(path)) as store:
        return KeptReplies(path, store.info())


def clear_replies(chosen: Settings) -> int:
    """Deletes kept replies; how many there were."""
    from vivavoce.adapters.reply_store import ReplyFile

    path = reply_path(chosen)
    if not path.exists():
        return 0
    with closing(ReplyFile(path)) as store:
        return store.clear()


def load_prices(path: Path) -> dict[str, Price]:
    """Prices by model: a TOML table for each, with `prompt` and `completion` in US dollars for a
    million tokens, and the date that they are of as `as_of` before them.

    Raises:
        SettingsError: the file cannot be read, or a price has no meaning.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise SettingsError(f"{path}: cannot be read ({exc.strerror}).") from exc
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise SettingsError(f"{path}: not TOML ({exc}).") from exc
    as_of = found.pop("as_of", "")
    if not isinstance(as_of, str | date):
        raise SettingsError(f"{path}, as_of: give the day that the prices are of, 2026-01-31.")
    return {model: _price(path, model, table, str(as_of)) for model, table in found.items()}


def _price(path: Path, model: str, table: object, as_of: str) -> Price:
    names = ("prompt", "completion")
    values = [table.get(n) for n in names] if isinstance(table, dict) else []
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(names) or not all(math.isfinite(v) and v >= 0 for v in numbers):
        raise SettingsError(
            f'{path}, ["{model}"]: give prompt and completion, each a number of US dollars for a '
            "million tokens."
        )
    prompt, completion = map(float, numbers)
    return Price(prompt, completion, as_of)
