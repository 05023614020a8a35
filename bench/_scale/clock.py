"""Times pieces of work in turns: a busy machine slows all alike, so the ratios of medians travel."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """The seconds of each, once a round; the first round warms up and is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for step in range(rounds + 1):
        for name, work in works.items():
            took = seconds(work)
            if step:
                taken[name].append(took)
    return taken


def in_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each."""
    return {name: median(times) for name, times in turns(works, rounds).items()}
