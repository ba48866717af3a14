from __future__ import annotations

import asyncio

from vivavoce.adapters.call_limit import CallLimit


def test_a_burst_of_refusals_halves_the_limit_once_and_answers_raise_it():
    now = [0.0]
    limit = CallLimit(32, clock=lambda: now[0])
    for _ in range(10):
        limit.refused()
    assert limit.limit == 16
    now[0] = 2.0
    limit.refused()
    assert limit.limit == 8
    for _ in range(9):  # eight answers at a limit of eight add about one
        limit.answered()
    assert limit.limit == 9
    for _ in range(2000):
        limit.answered()
    assert limit.limit == 32


def test_at_least_one_call_is_always_allowed():
    now = [0.0]
    limit = CallLimit(2, clock=lambda: now[0])
    for second in range(0, 20, 2):
        now[0] = float(second)
        limit.refused()
    assert limit.limit == 1


def test_no_more_calls_than_the_limit_are_under_way_even_if_some_are_cancelled():
    async def run() -> int:
        limit = CallLimit(3)
        active = most = 0

        async def call(number: int) -> None:
            nonlocal active, most
            async with limit:
                active += 1
                most = max(most, active)
                try:
                    await asyncio.sleep(0.001)
                finally:
                    active -= 1

        tasks = [asyncio.create_task(call(n)) for n in range(30)]
        await asyncio.sleep(0)
        for task in tasks[::4]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with limit:
            pass
        return most

    assert asyncio.run(run()) == 3
