"""Git servers on loopback: the daemon, and http-backend behind a web server."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.support.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def daemon(folder: Path) -> Iterator[str]:
    """`git daemon` that takes pushes to every repository in `folder`; gives the start of its URLs."""
    port = _free_port()
    options = ("--reuseaddr", "--export-all", "--enable=receive-pack", "--listen=127.0.0.1", f"--port={port}")
    process = subprocess.Popen(
        ["git", "daemon", *options, f"--base-path={folder}", str(folder)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.02)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """`git http-backend` for every repository in `folder`, for the person `ann`; gives the start of its URLs.

    Skips the test, with the reason, where git cannot speak HTTP, as without libcurl.
    """
    asked = subprocess.run(["git", "remote-http"], env=environment(), capture_output=True, text=True, check=False)
    if "usage" not in asked.stderr:
        pytest.skip(f"this git does not speak HTTP: {asked.stderr.strip()}")

    class Handler(BaseHTTPRequestHandler):
        """Hands a request to http-backend, as CGI has it."""

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("Content-Length") or 0)
            variables = {
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_USER": "ann",
                "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_LENGTH": str(length),
            }
            body = self._chunks() if self.headers.get("Transfer-Encoding") == "chunked" else self.rfile.read(length)
            if self.headers.get("Transfer-Encoding") == "chunked":
                variables["CONTENT_LENGTH"] = str(len(body))
            done = subprocess.run(
                ["git", "http-backend"], env=environment(variables), input=body, capture_output=True, check=False
            )
            head, _, rest = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(rest)

        def _chunks(self) -> bytes:
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data

        do_GET = do_POST = _serve  # noqa: N815  the names that http.server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
