"""Methods of running objects to the seconds that were spent in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, process_time


class Clock:
    """Seconds by the wall and seconds of work of all cores, by part.

    Where other programs share the machine the wall says as much of them as of the part measured.
    """

    def __init__(self) -> None:
        self.wall = defaultdict[str, float](float)
        self.work = defaultdict[str, float](float)
        self._watched: list[tuple[object, str]] = []

    @contextmanager
    def during(self, part: str) -> Iterator[None]:
        """Count what is done inside as the part's."""
        wall, work = perf_counter(), process_time()
        try:
            yield
        finally:
            self.wall[part] += perf_counter() - wall
            self.work[part] += process_time() - work

    def watch(self, owner: object, names: Sequence[str], part: str) -> None:
        """Count these methods of `owner` as the part's, until `leave`."""
        for name in names:
            object.__setattr__(owner, name, self._counted(getattr(owner, name), part))
            self._watched.append((owner, name))

    def leave(self) -> None:
        """Let all methods be as they were."""
        for owner, name in self._watched:
            object.__delattr__(owner, name)
        self._watched = []

    def _counted(self, method: Callable[..., object], part: str) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            with self.during(part):
                return method(*args, **named)

        return call
