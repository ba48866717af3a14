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


def test_calls_begin_in_the_order_in_which_they_came():
    async def run() -> list[int]:
        limit = CallLimit(3)
        begun: list[int] = []

        async def call(number: int) -> None:
            async with limit:
                begun.append(number)
                # Some leave early, so that there is room while others wait.
                for _ in range(1 + number % 4):
                    await asyncio.sleep(0)

        first = [asyncio.create_task(call(n)) for n in range(20)]
        await asyncio.sleep(0)
        later = [asyncio.create_task(call(n)) for n in range(20, 40)]
        await asyncio.gather(*first, *later)
        return begun

    assert asyncio.run(run()) == list(range(40))


def test_answers_after_a_burst_of_refusals_let_more_calls_in_at_once():
    async def run() -> tuple[int, int]:
        limit = CallLimit(4)
        limit.refused()
        active = 0
        over = asyncio.Event()

        async def call() -> None:
            nonlocal active
            async with limit:
                active += 1
                await over.wait()

        tasks = [asyncio.create_task(call()) for _ in range(8)]
        await asyncio.sleep(0)
        before = active
        for _ in range(20):
            limit.answered()
        await asyncio.sleep(0)
        after = active
        over.set()
        await asyncio.gather(*tasks)
        return before, after

    assert asyncio.run(run()) == (2, 4)


def test_a_turn_that_comes_as_its_call_is_cancelled_passes_to_the_next():
    async def run() -> list[str]:
        limit = CallLimit(1)
        done: list[str] = []

        async def call(name: str) -> None:
            async with limit:
                done.append(name)

        await limit.__aenter__()
        second = asyncio.create_task(call("second"))
        third = asyncio.create_task(call("third"))
        await asyncio.sleep(0)
        await limit.__aexit__(None, None, None)
        second.cancel()
        await asyncio.wait_for(third, 5)
        await asyncio.gather(second, return_exceptions=True)
        return done

    assert asyncio.run(run()) == ["third"]


def test_calls_begin_a_moment_apart_in_order_and_the_cancelled_cost_none():
    async def run() -> list[tuple[int, float]]:
        limit = CallLimit(8, apart=0.02)
        began: list[tuple[int, float]] = []

        async def call(number: int) -> None:
            async with limit:
                began.append((number, asyncio.get_running_loop().time()))

        tasks = [asyncio.create_task(call(n)) for n in range(6)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return began

    began = asyncio.run(run())
    assert [number for number, _ in began] == [0, 1, 2, 4, 5]
    times = [at for _, at in began]
    assert all(b - a >= 0.019 for a, b in zip(times, times[1:], strict=False))
