"""A real S3 server (SeaweedFS) on private loopback ports, with its own folder, for as long as it is needed."""

import random
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portal.local.processes import child, wait_until

KEY, SECRET = (
    "only-for-tests",
    "only-for-tests-secret",
)  # only the server knows it
BUCKET = "media"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The endpoint's address, with an empty bucket."""
    s3, master, volume, filer = _free_ports(4)
    command = [_program(), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += [f"-s3.port={s3}", f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false"]
    command += ["-master.telemetry=false", f"-filer.localSocket={folder}/filer.sock"]
    environment = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "HOME": str(folder)}
    with child("SeaweedFS", command, log=folder / "log" / "seaweed.log", env=environment, cwd=folder):
        address = f"http://127.0.0.1:{s3}"
        wait_until(lambda: _listens(s3), seconds=60, what="SeaweedFS")
        wait_until(lambda: _has_bucket(address), seconds=60, what="The bucket")
        yield address


def _program() -> Path:
    beside = Path(sys.prefix) / "bin" / "weed"
    return beside if beside.exists() else Path(shutil.which("weed") or "weed")


def _free_ports(count: int) -> list[int]:
    """Ports that are free together with the one 10,000 above, which SeaweedFS also uses."""
    found: set[int] = set()
    while len(found) < count:
        port = random.randrange(20_000, 54_000)
        if (
            _is_free(port)
            and _is_free(port + 10_000)
            and port - 10_000 not in found
            and port + 10_000 not in found
        ):
            found.add(port)
    return list(found)


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _has_bucket(address: str) -> bool:
    """It listens shortly before it can store, so creating the bucket is tried until something can be stored."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, connect_timeout=2, read_timeout=5),
    )  # fmt: skip
    with suppress(BotoCoreError, ClientError):
        with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
            client.create_bucket(Bucket=BUCKET)
        client.put_object(Bucket=BUCKET, Key="ready", Body=b"yes")
        client.delete_object(Bucket=BUCKET, Key="ready")
        return True
    return False
