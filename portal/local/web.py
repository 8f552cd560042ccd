"""The web servers of `make run`: nginx if the machine has it, and behind it two gunicorns, one for pages and one for
uploads, which may take as long as they need. Figures: docs/decisions/web-servers.md.
"""

import errno
import os
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .processes import Child, Unavailable, child

CHECKOUT = Path(__file__).resolve().parents[2]
PORTAL = "portal.wsgi"
ADDRESS = "127.0.0.1"
PAGES, UPLOADS = (2, 8), (1, 96)  # (processes, threads in each)
BEHIND = {"pages": PAGES, "uploads": UPLOADS}
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
        set $portal_media "{media}";
        include "{checkout}/deploy/nginx/locations.conf";
    }}
}}
"""


def nginx() -> str | None:
    """The nginx program, which is not on everybody's path. PORTAL_NGINX=0 ignores it."""
    if os.environ.get("PORTAL_NGINX") == "0":
        return None
    fetched = CHECKOUT / ".venv" / "nginx" / "usr" / "sbin"  # by setup.sh
    folders = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", str(fetched)]
    return shutil.which("nginx", path=os.pathsep.join(folders))


def listening(port: int, address: str = ADDRESS) -> socket.socket:
    """A socket on `port`, or on any free one for 0, for a web server to take over: so nobody else gets the port,
    and a server that is restarted misses no connection. Raises Unavailable if it cannot listen there."""
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unavailable(f"LISTEN_ADDRESS must be an address of this machine, not {address!r}.") from None
    family, *_, where = found[0]
    line = socket.socket(family)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind(where)
        line.listen(1024)
    except OSError as fault:
        line.close()
        raise Unavailable(_why_not(fault, port, address)) from None
    line.set_inheritable(True)
    return line


def _why_not(fault: OSError, port: int, address: str) -> str:
    """Why a socket cannot listen there, and the way out."""
    if fault.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Choose another: make run PORT={port + 1}"
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"Only root can use port {port}. Choose another: make run PORT=8000"
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"LISTEN_ADDRESS must be an address of this machine, not {address!r}."
    return f"The portal cannot listen on {address}, port {port}: {fault.strerror}."


def host_of(line: socket.socket) -> str:
    """The address at which this machine reaches the socket: loopback if the socket listens on all."""
    address = line.getsockname()[0]
    return {"0.0.0.0": ADDRESS, "::": "::1"}.get(address, address)  # noqa: S104


def url_of(line: socket.socket) -> str:
    """The site's address, as a person on this machine types it."""
    host, port = host_of(line), line.getsockname()[1]
    name = "localhost" if host in (ADDRESS, "::1") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


@contextmanager
def serving(
    line: socket.socket, var: Path, sockets: Path, settings: Mapping[str, str], application: str = PORTAL
) -> Iterator[None]:
    """The portal's web servers on the socket `line`; without nginx, one gunicorn serves everything.

    `application`: another one, to be measured with the same servers.
    """
    log = var / "log"
    with ExitStack() as servers:
        if (program := nginx()) is None:
            arguments = gunicorn(f"fd://{line.fileno()}", *PAGES, application)
            servers.enter_context(_python("The web server", "web", arguments, log, settings, line))
        else:
            pages, uploads = (
                gunicorn(f"unix:{sockets / name}", *size, application) for name, size in BEHIND.items()
            )
            servers.enter_context(_python("The web server", "web", pages, log, settings))
            uploads += ["--keep-alive", "0"]  # does not wait for a body that nobody wants
            servers.enter_context(_python("The web server of uploads", "uploads", uploads, log, settings))
            media = Path(settings.get("MEDIA_ROOT", var / "media"))
            servers.enter_context(in_front(program, line, var, sockets, media))
        yield


def gunicorn(bind: str, processes: int, threads: int, application: str = PORTAL) -> list[str]:
    """The gunicorn command line, here and in measurements beside the portal; the rest is in its own file."""
    return [
        *("-m", "gunicorn", application),
        *("--config", str(CHECKOUT / "deploy" / "gunicorn.conf.py")),
        *("--bind", bind),
        *("--workers", str(processes), "--threads", str(threads)),
        *("--graceful-timeout", "10"),  # so that Ctrl-C ends it soon
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
def in_front(program: str, line: socket.socket, var: Path, sockets: Path, media: Path) -> Iterator[Child]:
    """nginx on the socket `line`, which it takes over as if from an earlier nginx. `media`: the folder of files."""
    folder = var / "nginx"
    folder.mkdir(exist_ok=True)
    address, port, *_ = line.getsockname()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            user=user(),
            folder=_quoted(folder),
            checkout=_quoted(CHECKOUT),
            sockets=sockets,
            media=_quoted(media.resolve()),
            address=f"[{address}]" if ":" in address else address,
            port=port,
        )
    )
    command: list = [program, "-p", f"{folder}/", "-c", configuration, "-e", "stderr"]
    env = {"PATH": os.environ.get("PATH", os.defpath), "NGINX": f"{line.fileno()};"}
    with child("nginx", command, log=var / "log" / "nginx.log", env=env, pass_fds=[line.fileno()]) as server:
        yield server


def user() -> str:
    """A line of nginx's configuration: root's own workers, as nobody else may read what is root's."""
    return "user root;" if os.geteuid() == 0 else ""


def _quoted(path: Path) -> str:
    """Escaped for double quotes in nginx's configuration. A dollar sign cannot be written there."""
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
