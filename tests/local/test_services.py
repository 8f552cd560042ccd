"""The private servers: they start, keep data, survive being killed, and leave nothing running."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from portal.local import places, processes, services

RUN_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from portal.local import services
with services.running(Path(sys.argv[1]), durable=False, given={}) as addresses:
    print(addresses["DATABASE_URL"], flush=True)
    time.sleep(60)
"""


@pytest.fixture
def var(monkeypatch):
    """A folder that the account running PostgreSQL for root can reach, unlike pytest's own."""
    monkeypatch.setattr(processes, "STARTED", [])  # except those of the test run itself
    folder = Path(f"/tmp/portal-test-{os.getpid()}-{os.urandom(3).hex()}")
    yield folder
    services.forget(folder)


def running(var, durable=False):
    return services.running(var, given={}, durable=durable)


def only_redis(var):
    """Quicker, for tests about what both servers share."""
    return services.running(var, given={"DATABASE_URL": "postgres://elsewhere/portal"})


def rows(addresses):
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS line (id serial)")
        connection.execute("INSERT INTO line DEFAULT VALUES")
        return connection.execute("SELECT count(*) FROM line").fetchone()[0]


def processes_in(var):
    """The processes that work in a folder below `var`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            folder = os.readlink(process / "cwd")
        except OSError:
            continue
        if folder.startswith(f"{var}/"):
            found.append(int(process.name))
    return found


def test_second_start_keeps_the_data_and_each_stop_leaves_no_process(var):
    with running(var, durable=True) as addresses:
        assert rows(addresses) == 1
        assert redis.Redis.from_url(addresses["REDIS_URL"]).incr("lines") == 1
        assert processes_in(var) != []
    assert processes_in(var) == []
    with running(var, durable=True) as addresses:
        assert rows(addresses) == 2
        assert redis.Redis.from_url(addresses["REDIS_URL"]).incr("lines") == 2
    assert processes_in(var) == []
    assert processes.STARTED == []


def test_servers_named_by_the_environment_are_used_as_they_are(var):
    real = {"DATABASE_URL": "postgres://real/one", "REDIS_URL": "redis://real"}
    with services.running(var, given=real) as addresses:
        assert addresses == real
        assert processes.STARTED == []


def test_servers_end_with_a_run_that_is_killed_and_the_next_one_goes_on(var):
    killed = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, var], stdout=subprocess.PIPE, text=True
    )
    address = killed.stdout.readline().strip()
    assert rows({"DATABASE_URL": address}) == 1
    killed.kill()
    killed.wait()
    with running(var) as addresses:
        assert rows(addresses) == 2
    assert processes_in(var) == []


def test_server_killed_before_leaves_no_hindrance_even_when_its_number_is_used_again(var):
    with running(var) as addresses:
        rows(addresses)
        cluster = places.Place(var).data / "cluster"
        for pid_file in (cluster / "postmaster.pid", var / "redis" / "postmaster.pid"):
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    stale = (cluster / "postmaster.pid").read_text().split("\n", 1)
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{stale[1]}")
    with running(var) as addresses:
        assert rows(addresses) == 2


def test_end_of_a_server_is_noticed_and_said_in_one_line(var):
    with only_redis(var):
        processes.fail_if_one_died()
        server = next(child for child in processes.STARTED if child.name == "Redis")
        server.process.kill()
        server.process.wait()
        with pytest.raises(processes.Unavailable, match=f"Redis stopped by itself.*{server.log}"):
            processes.fail_if_one_died()


def test_second_run_on_the_same_folder_is_refused(var):
    refused = pytest.raises(processes.Unavailable, match="Another run is using")
    with only_redis(var), refused, only_redis(var):
        pass


def test_socket_goes_elsewhere_when_its_path_would_be_too_long_or_odd(var):
    name = "long and odd " * 10
    with running(var / name) as addresses:
        assert rows(addresses) == 1
        assert str(var) not in addresses["DATABASE_URL"]
    elsewhere = places.Place(var / name).sockets
    assert elsewhere.stat().st_mode & 0o777 == 0o700
    services.forget(var / name)
    assert not elsewhere.exists()


def test_data_goes_elsewhere_when_a_folder_of_root_is_in_the_way(var):
    if os.geteuid():
        pytest.skip("only root has to run PostgreSQL as somebody else")
    var.mkdir(mode=0o700)
    with running(var) as addresses:
        assert rows(addresses) == 1
        assert not (var / "postgres").exists()
    refuge = places.Place(var).refuge
    assert refuge.stat().st_mode & 0o777 == 0o700
    services.forget(var)
    assert not refuge.exists()


def test_what_older_versions_kept_in_var_tmp_goes_where_nothing_is_cleared_away(var):
    if os.geteuid():
        pytest.skip("only root has a refuge")
    var.mkdir(mode=0o700)
    with running(var) as addresses:
        assert rows(addresses) == 1
    place = places.Place(var)
    former = Path("/var/tmp") / place.refuge.name
    place.refuge.rename(former)
    with running(var) as addresses:
        assert rows(addresses) == 2
        assert "/tmp" not in addresses["DATABASE_URL"]
    assert (former.exists(), place.refuge.parent) == (False, Path("/var/lib"))


def test_owner_of_the_data_there_is_stays_its_owner(var):
    """An account "postgres" added later must not lock root out of the data that "nobody" owns."""
    if os.geteuid():
        pytest.skip("only root has to run PostgreSQL as somebody else")
    nobody = pwd.getpwnam("nobody")
    var.mkdir(mode=0o711)
    (var / "postgres").mkdir(mode=0o700)
    os.chown(var / "postgres", nobody.pw_uid, nobody.pw_gid)
    with running(var) as addresses:
        assert rows(addresses) == 1
        assert (var / "postgres" / "cluster").stat().st_uid == nobody.pw_uid


def test_private_data_is_put_aside_and_the_next_start_is_empty(var):
    with running(var) as addresses:
        assert rows(addresses) == 1
    (var / "media").mkdir()
    with places.claimed(var) as place:
        kept = place.put_aside()
    assert sorted(path.name for path in kept.iterdir()) == ["cluster", "media", "redis"]
    assert kept.parent == var / "put-aside"
    with running(var) as addresses:
        assert rows(addresses) == 1


def test_data_of_another_version_is_refused_and_for_tests_made_anew(var):
    var.mkdir(mode=0o711)
    cluster = places.Place(var).data / "cluster"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(processes.Unavailable, match=r"made by PostgreSQL 9.*make reset"),
        running(var, durable=True),
    ):
        pass
    with running(var) as addresses:
        assert rows(addresses) == 1


def test_full_disk_is_said_in_one_line(var, monkeypatch):
    monkeypatch.setattr(places, "ENOUGH_DISK_BYTES", 2**60)
    with pytest.raises(processes.Unavailable, match="The disk is full"), only_redis(var):
        pass
