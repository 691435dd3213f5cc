"""The tables of a run, in markdown."""

import datetime
import os
import platform
import subprocess

FAILED = "**failed**"
START, END = "<!-- bench:start -->", "<!-- bench:end -->"
NEW_FILE = f"# Performance\n\nMade by `make bench`.\n\n{START}\n{END}\n"
SERVER, DATABASE = "server CPU µs each", "database CPU µs each"
WORKLOADS = ["workload", "connections", "per second", "p50 ms", "p99 ms", SERVER, "RSS MiB after", "ratio to baseline",
             "target", "met?"]
# Where the database is a process of its own.
WORKLOADS_WITH_DATABASE = [*WORKLOADS[:6], DATABASE, *WORKLOADS[6:]]
PAIRS = ["what grows", "database", "request", "per second", "p50 ms", "p99 ms", SERVER, DATABASE, "ratio", "target",
         "met?"]


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.partition("\n")[0].strip()
    except OSError:
        return ""


def read_value(path, key, separator):
    with open(path) as lines:
        for line in lines:
            if line.startswith(key):
                return line.partition(separator)[2].strip().strip('"')
    return ""


def circumstances(seconds, more=()):
    """What these numbers are of."""
    memory = int(read_value("/proc/meminfo", "MemTotal", ":").split()[0]) / 1024 / 1024
    return ", ".join([
        f"Commit `{first_line('git', 'describe', '--always', '--dirty', '--exclude', '*') or 'none'}`",
        f"{datetime.date.today():%Y-%m-%d}",
        f"{len(os.sched_getaffinity(0))} × {read_value('/proc/cpuinfo', 'model name', ':') or platform.machine()}",
        f"{memory:.0f} GiB",
        read_value("/etc/os-release", "PRETTY_NAME", "="),
        f"Linux {platform.release()}",
        first_line("swift", "--version"),
        *more,
        f"{seconds} s each after a warm-up; load driver, server and database share the machine",
    ]) + "."


def row(cells):
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def head(columns):
    return f"{row(columns)}\n{row('---' for _ in columns)}"


def cells(columns, values):
    """A line of a table, of `values` by the names of their columns."""
    return row(values.get(column, "") for column in columns)


def table(columns, rows):
    return "\n".join([head(columns), *(cells(columns, values) for values in rows)])


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


VERDICT = {None: "", True: "yes", False: "**no**"}


def measured(name, connections, result, ratio="", target="", met=None):
    """A row of the main tables; a failure stands where the numbers would."""
    named = {"workload": name, "connections": connections, "target": target}
    if result.failure:
        return {**named, "per second": failed(result), "met?": VERDICT[False]}
    return {**named, "per second": number(result.rate), "p50 ms": number(result.p50), "p99 ms": number(result.p99),
            SERVER: number(result.cpu), DATABASE: number(result.database_cpu), "RSS MiB after": number(result.memory),
            "ratio to baseline": ratio, "met?": VERDICT[met]}


def single(name, value, target, met):
    """A row for what is one figure."""
    return {"workload": name, "per second": value, "target": target, "met?": VERDICT[met]}


def pair(name, database, request, first, second, ratio, target, met):
    """A row of the table of what grows."""
    named = {"what grows": name, "database": database, "request": request, "target": target}
    for result in (first, second):
        if result.failure:
            return {**named, "per second": failed(result), "met?": VERDICT[False]}

    def both(measure):
        return f"{number(getattr(first, measure))} : {number(getattr(second, measure))}"
    return {**named, "per second": both("rate"), "p50 ms": both("p50"), "p99 ms": both("p99"), SERVER: both("cpu"),
            DATABASE: both("database_cpu") if second.database_cpu else "", "ratio": ratio, "met?": VERDICT[met]}


def failed(result):
    return f"{FAILED}: {result.failure[:300]}"


def write(path, text):
    """Puts `text` between the markers of the file at `path`, which is made if there is none."""
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w") as new:
            new.write(NEW_FILE)
    with open(path) as old:
        before, start, rest = old.read().partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise SystemExit(f"{path} has no {START} … {END} to write between")
    with open(path, "w") as new:
        new.write(f"{before}{START}\n{text}\n{END}{after}")
