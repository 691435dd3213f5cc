"""A PostgreSQL that the benchmark starts, watches and stops."""

import glob
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time

from .process import Failure, cpu_seconds, free_port

NAME = "bench"


def programs():
    """The folder of `initdb` and `postgres`."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]), reverse=True)
    try:
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, timeout=10).stdout.strip()
    except OSError:
        asked = ""
    for folder in [asked, *folders]:
        if folder and all(os.access(os.path.join(folder, name), os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise Failure("there is no PostgreSQL server here: `scripts/setup bench`, or measure with --database sqlite")


def account():
    """Whose it is: PostgreSQL refuses to be root's."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Failure("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


class Cluster:
    """With PostgreSQL's own defaults, which make every commit durable, on loopback and a socket in its folder."""

    def __init__(self, folder):
        self.bin = programs()
        self.account = account()
        self.folder = os.path.join(folder, "postgres")
        self.password = secrets.token_hex(16)
        self.port = free_port()
        self.process = None
        try:
            os.mkdir(self.folder, 0o700)
            self._initialize()
            self._start()
        except BaseException:
            self.stop()
            raise

    def _initialize(self):
        data, secret = os.path.join(self.folder, "data"), os.path.join(self.folder, "password")
        with open(secret, "w") as text:
            text.write(self.password)
        if self.account:
            for path in (self.folder, secret):
                os.chown(path, self.account["user"], self.account["group"])
        # The order of bytes, by the library: that is how the seeded keys are sorted, and no short cut like `C`.
        made = subprocess.run(
            [os.path.join(self.bin, "initdb"), "-D", data, "-U", NAME, "--auth=scram-sha-256", "--pwfile", secret,
             "--encoding=UTF8", "--locale=C.UTF-8"],
            cwd=self.folder, capture_output=True, text=True, timeout=120, **self.account)
        if made.returncode != 0:
            raise Failure(f"initdb: {(made.stderr or made.stdout).strip()}")

    def _start(self):
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                [os.path.join(self.bin, "postgres"), "-D", os.path.join(self.folder, "data"), "-k", self.folder,
                 "-p", str(self.port), "-c", "listen_addresses=127.0.0.1"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **self.account)
        began = time.monotonic()
        while self._psql("postgres", "SELECT 1").returncode != 0:
            if self.process.poll() is not None or time.monotonic() - began > 30:
                with open(self.log, errors="replace") as text:
                    raise Failure(f"PostgreSQL did not start:\n{text.read()[-2000:]}")
            time.sleep(0.05)

    def url(self, name):
        return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{name}"

    def environment(self, name):
        """For the programs that come with PostgreSQL."""
        return {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": NAME,
                "PGPASSWORD": self.password, "PGDATABASE": name}

    def command(self, program, *arguments):
        return [os.path.join(self.bin, program), *arguments]

    def _psql(self, name, sql):
        return subprocess.run(
            self.command("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql), env=self.environment(name),
            capture_output=True, text=True, timeout=600)

    def query(self, name, sql):
        """What psql prints, without head and frame."""
        asked = self._psql(name, sql)
        if asked.returncode != 0:
            raise Failure(f"psql: {asked.stderr.strip()}")
        return asked.stdout.strip()

    def version(self):
        """`PostgreSQL 15.18`, and whose build it is."""
        asked = subprocess.run(self.command("postgres", "--version"), capture_output=True, text=True, timeout=10)
        return asked.stdout.strip().replace("postgres (PostgreSQL)", "PostgreSQL")

    def create(self, name):
        self.query("postgres", f"CREATE DATABASE {name}")

    def cpu_seconds(self):
        """Of the postmaster, of its processes, and of those that have ended."""
        total = cpu_seconds(self.process.pid, ended_children=True)
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            for child in children.read().split():
                try:
                    total += cpu_seconds(child)
                except OSError:  # it ended since
                    pass
        return total

    def stop(self):
        """At once and whatever state it is in: nobody needs the data any more."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)
