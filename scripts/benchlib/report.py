"""The tables of a run, in markdown."""

import datetime
import os
import platform
import subprocess

START, END = "<!-- bench:start -->", "<!-- bench:end -->"
NEW_FILE = f"# Performance\n\nMade by `make bench`.\n\n{START}\n{END}\n"
HEAD = ["workload", "connections", "per second", "p50 ms", "p99 ms", "server CPU µs each", "RSS MiB after",
        "ratio to baseline", "target", "met?"]


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


def circumstances(seconds):
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
        f"{seconds} s each after a warm-up; load driver, server and database share the machine",
    ]) + "."


def row(cells):
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(head, rows):
    return "\n".join([row(head), row("---" for _ in head)] + [row(cells) for cells in rows])


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def measured(name, connections, result, ratio="", target="", met=None):
    """A row of the main table; a failure stands where the numbers would."""
    verdict = {None: "", True: "yes", False: "**no**"}[met]
    if result.failure:
        return [name, connections, f"**failed**: {result.failure[:300]}", "", "", "", "", "", target, "**no**"]
    return [name, connections, number(result.rate), number(result.p50), number(result.p99), number(result.cpu),
            number(result.memory), ratio, target, verdict]


def single(name, value, target, met):
    """A row for what is one figure."""
    return [name, "", value, "", "", "", "", "", target, "yes" if met else "**no**"]


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
