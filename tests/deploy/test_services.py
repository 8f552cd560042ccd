"""The service units and their page are right: how gunicorn is called, and how many connections that uses."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portal.local import web
from tests.local.test_setup import FONTS, PACKAGES

DEPLOY = settings.BASE_DIR / "deploy"
UNIT = re.compile(r"^ExecStart=/srv/portal/\.venv/bin/(\w+) (.*)$", re.MULTILINE)
SHARED = [
    "access_log_format", "accesslog", "control_socket_disable", "preload_app", "timeout", "worker_class",
]  # fmt: skip


def told(arguments: list[str]) -> dict[str, str]:
    """How gunicorn itself reports its command line: {setting: value}."""
    command = [sys.executable, "-m", "gunicorn", "--print-config", *arguments]
    run = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    return dict(re.split(r"\s+= ", line, maxsplit=1) for line in run.stdout.splitlines() if " = " in line)


def of_unit(service: str) -> dict[str, str]:
    program, line = UNIT.search((DEPLOY / "systemd" / "portal-web@.service").read_text()).groups()
    assert program == "gunicorn"
    own = (DEPLOY / "systemd" / f"web-{service}.env").read_text().strip().removeprefix("WEB_ARGUMENTS=")
    return told(line.replace("portal.wsgi", "bench.bare:application").replace("$WEB_ARGUMENTS", own).split())


@pytest.mark.parametrize("service", ["pages", "uploads"])
def test_web_service_is_told_the_same_as_by_make_run(service):
    _, _, *ours = web.gunicorn("unix:/tmp/none", 1, 1, "bench.bare:application")
    found, by_make_run = of_unit(service), told(ours)
    assert {name: found[name] for name in SHARED} == {name: by_make_run[name] for name in SHARED}
    assert found["access_log_format"].startswith("%({x-forwarded-for}i)s ")  # the person, not nginx
    assert (found["worker_class"], found["preload_app"]) == ("gthread", "True")


def test_page_counts_the_connections_that_the_services_take():
    sizes = {service: of_unit(service) for service in ("pages", "uploads")}
    (processes, threads), (receivers, lines) = (
        (int(size["workers"]), int(size["threads"])) for size in sizes.values()
    )
    worker = UNIT.search((DEPLOY / "systemd" / "portal-worker@.service").read_text())[2]
    tasks = int(re.search(r"--concurrency (\d+)", worker)[1])
    machine = (processes * threads, receivers * lines, 3 * tasks * 3)
    page = " ".join((DEPLOY / "README.md").read_text().split())
    assert (
        f"{machine[0]} for the pages of a web machine ({processes} processes × {threads} threads), {machine[1]} for "
        f"its uploads ({receivers} × {lines}) and {machine[2]} for a worker machine (3 lanes × {tasks} processes × 3). "
        f"Two machines of each kind use up to {2 * sum(machine)}: `max_connections = 400` is enough."
    ) in page
    assert 2 * sum(machine) + 10 < 400  # PostgreSQL keeps some back


@pytest.mark.parametrize("page", ["README.md", "deploy/README.md"])
def test_pages_name_what_setup_installs_for_office_documents(page):
    words = set(re.findall(r"[\w-]+", Path(settings.BASE_DIR, page).read_text()))
    assert set((FONTS + " " + PACKAGES).split()) - words == set()
