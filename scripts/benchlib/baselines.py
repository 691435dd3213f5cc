"""What the machine can do without Gatehouse, measured in the same run."""

import ctypes
import os
import secrets
import sqlite3
import subprocess
import time

from .process import Failure


def signatures_per_second(algorithm, seconds):
    """`openssl speed` on one core; `rsa2048` or `ecdsap256`."""
    output = subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", str(seconds), algorithm],
        capture_output=True, text=True, timeout=4 * seconds + 30).stdout
    for line in output.splitlines():
        fields = line.split(":")
        if fields[0] in ("+F2", "+F4"):  # kind, number, bits, sign/s, verify/s
            return float(fields[3])
    raise Failure(f"openssl speed printed no result for {algorithm}: {output}")


def rows_per_second(folder, seconds):
    """Rows like those of refresh tokens that SQLite commits durably, 32 in a transaction."""
    path = os.path.join(folder, "baseline.sqlite")
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(
            "CREATE TABLE token (digest TEXT PRIMARY KEY, family TEXT, scope TEXT, expires_at BIGINT) WITHOUT ROWID")
        rows = 0
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            batch = [(secrets.token_urlsafe(32), secrets.token_urlsafe(16), "public openid", rows + i)
                     for i in range(32)]
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO token VALUES (?, ?, ?, ?)", batch)
            database.execute("COMMIT")
            rows += len(batch)
        return rows / (time.monotonic() - began)
    finally:
        database.close()
        os.unlink(path)


def postgres_rows_per_second(cluster, folder, seconds):
    """The same, by `pgbench` over four connections."""
    cluster.create("baseline")
    cluster.query(
        "baseline", "CREATE TABLE token (digest TEXT PRIMARY KEY, family TEXT, scope TEXT, expires_at BIGINT)")
    script = os.path.join(folder, "baseline.sql")
    with open(script, "w") as text:
        text.write("INSERT INTO token SELECT encode(sha256(random()::text::bytea), 'base64'), md5(random()::text), "
                   "'public openid', number FROM generate_series(1, 32) AS number;\n")
    ended = subprocess.run(
        cluster.command("pgbench", "-n", "-c", "4", "-j", "1", "-T", str(seconds), "-M", "prepared", "-f", script),
        env=cluster.environment("baseline"), capture_output=True, text=True, timeout=seconds + 60)
    for line in ended.stdout.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2]) * 32
    raise Failure(f"pgbench: {(ended.stderr or ended.stdout).strip()}")


def hashes_per_second(seconds):
    """argon2id with Gatehouse's defaults (m = 19 MiB, t = 2, p = 1), times the threads that Gatehouse hashes on."""
    argon2 = ctypes.CDLL("libargon2.so.1")
    digest = ctypes.create_string_buffer(32)
    count = 0
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        status = argon2.argon2id_hash_raw(
            ctypes.c_uint32(2), ctypes.c_uint32(19 * 1024), ctypes.c_uint32(1), b"correct horse", ctypes.c_size_t(13),
            b"0123456789abcdef", ctypes.c_size_t(16), digest, ctypes.c_size_t(32))
        if status != 0:
            raise Failure(f"argon2id_hash_raw answered {status}")
        count += 1
    return count / (time.monotonic() - began) * hashing_threads()


def hashing_threads():
    return max(1, len(os.sched_getaffinity(0)) - 1)
