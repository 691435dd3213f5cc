"""What a site keeps its rows in: SQLite or PostgreSQL, alike for whoever seeds and measures."""

import csv
import io
import itertools
import json
import os
import sqlite3
import subprocess

from .process import Failure


class SQLite:
    name = "SQLite"

    def __init__(self, folder):
        self.path = os.path.join(folder, "gatehouse.sqlite")
        self.url = f"sqlite:{self.path}"

    def cpu_seconds(self):
        return None  # it runs inside the server

    def rows(self, table, where="TRUE"):
        """Rows as dictionaries."""
        database = sqlite3.connect(self.path)
        database.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in database.execute(f"SELECT * FROM {table} WHERE {where}")]
        finally:
            database.close()

    def load(self, table, columns, rows):
        """Adds `rows`, while no server runs. The indexes are made anew after it, as the schema has them."""
        database = sqlite3.connect(self.path, isolation_level=None)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
                database.execute(f"PRAGMA {pragma}").fetchall()
            indexes = database.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                (table,)).fetchall()
            database.execute("BEGIN")
            for name, _ in indexes:
                database.execute(f"DROP INDEX {name}")
            places = ", ".join("?" for _ in columns)
            database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
            for _, sql in indexes:
                database.execute(sql)
            database.execute("COMMIT")
            database.execute("PRAGMA journal_mode = WAL").fetchall()
        finally:
            database.close()
        os.sync()  # so that nothing of it is written while others are measured


class PostgreSQL:
    name = "PostgreSQL"

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.database = name
        self.url = cluster.url(name)
        cluster.create(name)

    def cpu_seconds(self):
        return self.cluster.cpu_seconds()

    def rows(self, table, where="TRUE"):
        answer = self.cluster.query(
            self.database, f"SELECT row_to_json(found) FROM (SELECT * FROM {table} WHERE {where}) AS found")
        return [json.loads(line) for line in answer.splitlines()]

    def load(self, table, columns, rows):
        """Adds `rows`, while no server runs. The indexes are made anew after it, as the schema has them."""
        indexes = self.cluster.query(self.database, f"""
            SELECT pg_index.indexrelid::regclass, pg_get_indexdef(pg_index.indexrelid) FROM pg_index
            LEFT JOIN pg_constraint ON conindid = pg_index.indexrelid AND contype IN ('p', 'u', 'x')
            WHERE pg_index.indrelid = '{table}'::regclass AND pg_constraint.oid IS NULL""")
        indexes = [line.split("|", 1) for line in indexes.splitlines()]
        before = ["BEGIN", "SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'",
                  *(f"DROP INDEX {name}" for name, _ in indexes),
                  f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv, NULL '\\N')"]
        after = [*(sql for _, sql in indexes), "COMMIT", f"VACUUM (ANALYZE) {table}", "CHECKPOINT"]
        psql = subprocess.Popen(
            self.cluster.command("psql", "-Xq", "-v", "ON_ERROR_STOP=1"), env=self.cluster.environment(self.database),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            psql.stdin.write(";\n".join(before) + ";\n")
            write_csv(psql.stdin, rows)
            psql.stdin.write("\\.\n" + ";\n".join(after) + ";\n")
        except BrokenPipeError:
            pass  # psql says why
        _, problem = psql.communicate()
        if psql.returncode != 0:
            raise Failure(f"psql: {problem.strip()}")
        os.sync()


def write_csv(stream, rows):
    """As COPY reads it: what is not there is \\N, and an empty text is just empty."""
    while batch := list(itertools.islice(rows, 10_000)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            ["\\N" if value is None else value for value in row] for row in batch)
        stream.write(text.getvalue())
