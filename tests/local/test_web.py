"""Where the web servers of `make run` listen: any address of this machine, or the message if that is impossible."""

import shutil
import tempfile
from pathlib import Path

import pytest

from portal.local import processes, stack, web
from portal.local.processes import Unavailable, wait_until


@pytest.fixture
def var(monkeypatch):
    """A folder with a path short enough for sockets."""
    monkeypatch.setattr(processes, "STARTED", [])
    folder = Path(tempfile.mkdtemp(prefix="portal-web-"))
    (folder / "log").mkdir()
    yield folder
    shutil.rmtree(folder)


IPV6 = pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="this machine has no IPv6")
NGINX = pytest.mark.skipif(web.nginx() is None, reason="there is no nginx (apt-get install nginx)")


@pytest.mark.parametrize("program", [pytest.param("1", marks=NGINX), "0"])
@pytest.mark.parametrize(
    ("address", "host", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://localhost"),
        ("127.0.0.2", "127.0.0.2", "http://127.0.0.2"),
        ("0.0.0.0", "127.0.0.1", "http://localhost"),
        pytest.param("::1", "::1", "http://localhost", marks=IPV6),
        pytest.param("::", "::1", "http://localhost", marks=IPV6),
    ],
)
def test_portal_is_asked_where_it_listens(var, monkeypatch, program, address, host, url):
    monkeypatch.setenv("PORTAL_NGINX", program)
    with web.listening(0, address) as line:
        port = line.getsockname()[1]
        assert (web.host_of(line), web.url_of(line)) == (host, f"{url}:{port}")
        with web.serving(line, var, var, {"BARE_FOLDER": str(var)}, "bench.bare:application"):
            wait_until(lambda: stack._is_healthy(line), seconds=20, what="The web server")
        said = (var / "log" / "web.log").read_text()
        assert '"GET /healthz HTTP/1.' in said


def refusal(port: int, address: str) -> str:
    with pytest.raises(Unavailable) as refused:
        web.listening(port, address)
    return str(refused.value)


def test_what_cannot_be_had_is_said_as_it_is():
    with web.listening(0) as line:
        port = line.getsockname()[1]
        assert (
            refusal(port, "127.0.0.1") == f"Port {port} is in use. Choose another: make run PORT={port + 1}"
        )
    for foreign in ("203.0.113.7", "2001:db8::7", "no.such.host.invalid"):
        assert refusal(0, foreign) == f"LISTEN_ADDRESS must be an address of this machine, not '{foreign}'."


def test_address_of_its_own_is_no_host_of_other_peoples_pages(monkeypatch, tmp_path):
    """An IP address has no subdomains: zipped websites are then listed but not opened."""
    found = {
        url: stack._defaults(tmp_path, url, True, {})
        for url in ("http://localhost:8000", "http://[fd00::2]:8000")
    }
    assert {
        url: (settings["ALLOWED_HOSTS"], settings["SITE_URL"], settings["USER_CONTENT_ORIGIN"])
        for url, settings in found.items()
    } == {
        "http://localhost:8000": (
            "127.0.0.1,localhost",
            "http://localhost:8000",
            "http://content.localhost:8000",
        ),
        "http://[fd00::2]:8000": ("127.0.0.1,[fd00::2],localhost", "http://[fd00::2]:8000", ""),
    }
