"""A real S3 server for the tests: moto's, in a thread, spoken to over HTTP."""

from __future__ import annotations

import logging
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from loaders import s3

BUCKET = "company"


@contextmanager
def s3_server(patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run the server for the block and point AWS's variables at it; yields its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST")).close()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    use_endpoint(patch, url)
    s3.client().create_bucket(Bucket=BUCKET)
    try:
        yield url
    finally:
        server.stop()
        s3.client.cache_clear()


def use_endpoint(patch: pytest.MonkeyPatch, url: str) -> None:
    """Let all clients that are made from now on speak to this address."""
    patch.setenv("AWS_ENDPOINT_URL", url)
    s3.client.cache_clear()


def put(key: str, body: bytes, **options: Any) -> dict[str, Any]:
    """Put an object as a stranger would."""
    return dict(boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body, **options))


def keys(prefix: str = "") -> list[str]:
    """Return the keys of the bucket."""
    listed = boto3.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [one["Key"] for one in listed.get("Contents", [])]


def read(key: str) -> bytes:
    """Return an object's bytes."""
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


def uploads() -> list[str]:
    """Return the keys of multipart uploads that were begun and not ended."""
    listed = boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)
    return [one["Key"] for one in listed.get("Uploads", [])]


@contextmanager
def bad_network(url: str, broken: int) -> Iterator[tuple[str, list[int]]]:
    """Stand before the server and cut off the first `broken` connections in mid-request.

    Yields the address to use and a list that grows by one number for each connection.
    """
    host, port = url.removeprefix("http://").split(":")
    count: list[int] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as door:

        def serve() -> None:
            while True:
                try:
                    visitor, _ = door.accept()
                except OSError:
                    return
                count.append(len(count) + 1)
                if len(count) <= broken:
                    visitor.recv(100)
                    visitor.close()
                    continue
                behind = socket.create_connection((host, int(port)))
                for one, other in ((visitor, behind), (behind, visitor)):
                    threading.Thread(target=_pour, args=(one, other), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", count


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while block := source.recv(65536):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
