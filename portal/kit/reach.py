"""A service that this process uses and can do without: if it does not answer, it is left alone for a while."""

import logging
import time

logger = logging.getLogger(__name__)


class Reach:
    """Whether to call `name` at all. If it hangs, it costs its time-out once every `pause_seconds`, not once a call."""

    def __init__(self, name: str, *, pause_seconds: float):
        self.name, self.pause_seconds = name, pause_seconds
        self._until = 0.0  # by the monotonic clock

    @property
    def is_given_up(self) -> bool:
        return time.monotonic() < self._until

    def give_up(self, fault: Exception) -> None:
        """Leave it alone for a while, as it did not answer."""
        self._until = time.monotonic() + self.pause_seconds
        logger.error(
            "%s cannot be reached and is left alone for %g s: %s", self.name, self.pause_seconds, fault
        )

    def try_again(self) -> None:
        self._until = 0.0
