"""The web servers of `make run`: nginx where the machine has it, and behind it gunicorn, once for pages and once for
files on their way in, which may take as long as they like. Figures: docs/decisions/web-servers.md.
"""

import os
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .processes import Child, Unavailable, child

CHECKOUT = Path(__file__).resolve().parents[2]
ADDRESS = "127.0.0.1"
PAGES, UPLOADS = (2, 8), (1, 96)  # processes, and threads of each
ACCESS_LOG = '%({x-forwarded-for}i)s %(t)s "%(r)s" %(s)s %(b)s %(L)s s'
CONFIGURATION = """
daemon off;
{user}
pid "{folder}/nginx.pid";
error_log stderr warn;
worker_processes 1;
worker_rlimit_nofile 8192;
events {{ worker_connections 4000; }}
http {{
    access_log off;
    client_body_temp_path "{folder}/bodies";
    proxy_temp_path "{folder}/answers";
    fastcgi_temp_path "{folder}/none";
    uwsgi_temp_path "{folder}/none";
    scgi_temp_path "{folder}/none";
    upstream portal_pages {{ server unix:{sockets}/pages; }}
    upstream portal_uploads {{ server unix:{sockets}/uploads; }}
    server {{
        listen {address}:{port};
        include "{checkout}/deploy/nginx/locations.conf";
    }}
}}
"""


def nginx() -> str | None:
    """The program, which is not on everybody's path. PORTAL_NGINX=0 passes over it."""
    if os.environ.get("PORTAL_NGINX") == "0":
        return None
    fetched = CHECKOUT / ".venv" / "nginx" / "usr" / "sbin"  # by setup.sh
    folders = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", str(fetched)]
    return shutil.which("nginx", path=os.pathsep.join(folders))


def listening(port: int, address: str = ADDRESS) -> socket.socket:
    """A socket on `port`, or on any free one for 0, for a web server to take over: so nobody else gets it meanwhile,
    and a server that is started again misses no one. Raises Unavailable when it is taken."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((address, port))
        line.listen(1024)
    except PermissionError:
        raise Unavailable(f"Port {port} is for root. Choose another: make run PORT=8000") from None
    except OSError:
        raise Unavailable(f"Port {port} is in use. Choose another: make run PORT={port + 1}") from None
    line.set_inheritable(True)
    return line


@contextmanager
def serving(line: socket.socket, var: Path, sockets: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """The portal's web servers on the socket `line`; without nginx one gunicorn does for all."""
    log = var / "log"
    with ExitStack() as servers:
        if (program := nginx()) is None:
            arguments = gunicorn(f"fd://{line.fileno()}", *PAGES)
            servers.enter_context(_python("The web server", "web", arguments, log, settings, line))
        else:
            pages, uploads = (gunicorn(f"unix:{sockets / name}", *size) for name, size in BEHIND.items())
            servers.enter_context(_python("The web server", "web", pages, log, settings))
            uploads += ["--keep-alive", "0"]  # a body that nobody wants is not waited for
            servers.enter_context(_python("The web server of uploads", "uploads", uploads, log, settings))
            servers.enter_context(in_front(program, line, var, sockets))
        yield


BEHIND = {"pages": PAGES, "uploads": UPLOADS}


def gunicorn(bind: str, processes: int, threads: int, application: str = "portal.wsgi") -> list[str]:
    """How gunicorn is called, here and in measurements beside the portal."""
    return [
        *("-m", "gunicorn", application),
        *("--bind", bind),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", str(threads)),
        *("--timeout", "120", "--graceful-timeout", "10"),
        "--preload",  # Django is loaded once, not once for each worker
        *("--access-logfile", "-", "--access-logformat", ACCESS_LOG),
        "--no-control-socket",  # its default place is shared by every gunicorn of this user
    ]


def _python(
    name: str, log: str, arguments: list[str], logs: Path, settings, line: socket.socket | None = None
):
    return child(
        name,
        [sys.executable, *arguments],
        log=logs / f"{log}.log",
        cwd=CHECKOUT,
        env={**settings, "PYTHONUNBUFFERED": "1"},
        pass_fds=[line.fileno()] if line else [],
    )


@contextmanager
def in_front(program: str, line: socket.socket, var: Path, sockets: Path) -> Iterator[Child]:
    """nginx on the socket `line`, which it takes over as from an nginx before it."""
    folder = var / "nginx"
    folder.mkdir(exist_ok=True)
    address, port = line.getsockname()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=_quoted(folder),
            checkout=_quoted(CHECKOUT),
            sockets=sockets,
            address=address,
            port=port,
        )
    )
    command: list = [program, "-p", f"{folder}/", "-c", configuration, "-e", "stderr"]
    env = {"PATH": os.environ.get("PATH", os.defpath), "NGINX": f"{line.fileno()};"}
    with child("nginx", command, log=var / "log" / "nginx.log", env=env, pass_fds=[line.fileno()]) as server:
        yield server


def _quoted(path: Path) -> str:
    """As it may stand between double quotes in nginx's configuration. A dollar sign cannot be written there."""
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
