"""Git servers on loopback: the daemon, ssh, and http-backend behind web servers."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.repos import environment, write

if TYPE_CHECKING:
    from collections.abc import Iterator


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, **env: str | None) -> Iterator[None]:
    """A server that listens on this port of loopback while the block runs."""
    process = subprocess.Popen(
        command,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(500):
            with socket.socket() as probe:
                if not port or not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.02)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@contextmanager
def daemon(folder: Path) -> Iterator[str]:
    """`git daemon` that takes pushes to every repository in `folder`; gives the start of its URLs."""
    port = _free_port()
    options = ("--reuseaddr", "--export-all", "--enable=receive-pack", "--listen=127.0.0.1", f"--port={port}")
    with _running(["git", "daemon", *options, f"--base-path={folder}", str(folder)], port):
        yield f"git://127.0.0.1:{port}"


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


UNPACKED = Path(__file__).parents[2] / ".venv" / "lighttpd"  # where .ci/run puts Debian's package
LIGHTTPD = """
server.document-root = "{folder}"
server.bind = "127.0.0.1"
server.port = {port}
server.modules = ("mod_alias", "mod_setenv", "mod_auth", "mod_authn_file", "mod_cgi")
alias.url = ("/git" => "{backend}")
cgi.assign = ("" => "")
setenv.set-environment = ("GIT_PROJECT_ROOT" => "{folder}", "GIT_HTTP_EXPORT_ALL" => "1", "PATH" => "{path}",
    "HOME" => "{folder}", "GIT_CONFIG_NOSYSTEM" => "1")
auth.backend = "plain"
auth.backend.plain.userfile = "{users}"
auth.require = ("/git" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
"""
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    server {{
        listen 127.0.0.1:{port};
        location ~ ^/git(/.*)$ {{
            auth_basic git;
            auth_basic_user_file {users};
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME {backend};
            fastcgi_param GIT_PROJECT_ROOT {folder};
            fastcgi_param GIT_HTTP_EXPORT_ALL "";
            fastcgi_param PATH_INFO $1;
            fastcgi_param REMOTE_USER $remote_user;
            fastcgi_pass unix:{folder}/fcgi;
        }}
    }}
}}
"""
SSHD = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/key.pub
PidFile {folder}/sshd.pid
PermitRootLogin yes
PasswordAuthentication no
UsePAM no
StrictModes no
SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
"""


def _backend() -> str:
    found = subprocess.run(["git", "--exec-path"], env=environment(), capture_output=True, text=True, check=True)
    path = f"{found.stdout.strip()}/git-http-backend"
    if not os.access(path, os.X_OK):
        pytest.skip("this git has no http-backend")
    return path


def _users(folder: Path, secret: str) -> str:
    return str(write(folder / "users", f"ann:{secret}\nbob:{secret}\n"))


@contextmanager
def lighttpd(folder: Path) -> Iterator[str]:
    """Lighttpd before http-backend, for ann and bob; gives the URL of `folder` with {} for the person."""
    program = shutil.which("lighttpd", path=f"{UNPACKED}/usr/sbin:/usr/sbin:{os.environ['PATH']}")
    if not program:
        pytest.skip("lighttpd is not at hand; .ci/run puts it there")
    port = _free_port()
    facts = {"folder": folder, "port": port, "backend": _backend(), "path": os.environ["PATH"]}
    conf = write(folder / "lighttpd.conf", LIGHTTPD.format(users=_users(folder, "secret"), **facts))
    words, libraries = [program, "-D", "-f", str(conf)], None
    if program.startswith(str(UNPACKED)):
        words += ["-m", f"{UNPACKED}/usr/lib/lighttpd"]
        libraries = ":".join(map(str, (UNPACKED / "usr" / "lib").glob("*-linux-gnu*")))
    with _running(words, port, LD_LIBRARY_PATH=libraries):
        yield f"http://{{}}:secret@127.0.0.1:{port}/git"


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """Nginx and fcgiwrap before http-backend, as `lighttpd`; skips the test, with the reason, where one is missing."""
    path = f"/usr/sbin:{os.environ['PATH']}"
    program, wrapper = shutil.which("nginx", path=path), shutil.which("fcgiwrap", path=path)
    if not (program and wrapper and Path("/etc/nginx/fastcgi_params").is_file()):
        pytest.skip("nginx and fcgiwrap are not at hand: apt install nginx-light fcgiwrap")
    port = _free_port()
    facts = {"folder": folder, "port": port, "backend": _backend(), "users": _users(folder, "{PLAIN}secret")}
    conf = write(folder / "nginx.conf", NGINX.format(**facts))
    with (
        _running([wrapper, "-s", f"unix:{folder}/fcgi"], 0),
        _running([program, "-c", str(conf), "-p", str(folder), "-g", "user root;" if not os.geteuid() else ""], port),
    ):
        yield f"http://{{}}:secret@127.0.0.1:{port}/git"


@contextmanager
def sshd(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """OpenSSH for the user who runs the tests; gives the URL of `folder`. Skips the test where there is no sshd."""
    program = shutil.which("sshd", path=f"/usr/sbin:{os.environ['PATH']}")
    if not program:
        pytest.skip("sshd is not at hand: apt install openssh-server")
    if not os.geteuid():
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it, and Debian's start script makes it
    for name in ("host", "key"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True, env=environment())
    port = _free_port()
    conf = write(folder / "sshd.conf", SSHD.format(folder=folder, port=port))
    options = "-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR -F /dev/null"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -i {folder}/key -p {port} {options}")
    with _running([program, "-D", "-f", str(conf)], port):
        yield f"ssh://{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1{folder}"
