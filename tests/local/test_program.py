"""Programs end with a line for people, and an exit status."""

import pytest

from portal.local.processes import Unavailable, program


@pytest.mark.parametrize(
    ("fault", "status", "out", "err"),
    [
        (None, 0, "", ""),
        (Unavailable("nginx is missing."), 1, "", "nginx is missing.\n"),
        (KeyboardInterrupt(), 1, "\nStopped for now.\n", ""),
    ],
)
def test_what_is_missing_or_ctrl_c_is_one_line(capsys, fault, status, out, err):
    @program(stopped="Stopped for now.")
    def main() -> None:
        if fault:
            raise fault

    assert (main(), *capsys.readouterr()) == (status, out, err)


def test_exit_status_of_the_program_is_kept():
    assert program()(lambda: 3)() == 3
