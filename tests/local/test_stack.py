"""What `make run` starts."""

from pathlib import Path

from portal.kit.outbox import Lane
from portal.local import stack


def test_every_lane_has_a_worker_of_its_own():
    workers = list(stack._workers(Path("var")))
    queues = [command[command.index("--queues") + 1] for _, command in workers if "--queues" in command]
    assert sorted(queues) == sorted(lane.value for lane in Lane)
