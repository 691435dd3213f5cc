"""Runs a load driver against a server and says what came of it."""

import json
import os
import subprocess
from dataclasses import dataclass, field

from .process import Failure

WARM_UP = 1  # seconds


@dataclass
class Request:
    """One request, the same every time."""
    method: str
    path: str
    headers: dict = field(default_factory=dict)
    body: str = ""
    expect: int = 200
    contains: str = ""  # what the body must have in it; looked at once, before the load
    capture: dict = field(default_factory=dict)  # bench-load's: variable -> the text before its value

    def step(self):
        return {key: getattr(self, key) for key in ("method", "path", "headers", "body", "expect", "capture")}


@dataclass
class Flow:
    """Requests that use what earlier answers held; one time through `steps` counts as one."""
    steps: list
    before: list = field(default_factory=list)  # once per connection
    turns: list = field(default_factory=list)  # values that the passes take in turn; a run leaves them as they ended


@dataclass
class Measured:
    rate: float = 0  # per second
    p50: float = 0  # milliseconds
    p99: float = 0
    cpu: float = 0  # microseconds of the servers per request or flow
    database_cpu: float = 0  # the same of the database, where it is a process of its own
    memory: float = 0  # MiB resident, after
    failure: str = ""


def measure(servers, work, connections, seconds, tools, database=None):
    """What `servers` do of `work` in `seconds`, after a warm-up. `tools` is the folder of bench-load."""
    try:
        if isinstance(work, Request):
            wrk(servers[0].port, work, connections, WARM_UP)
            before = cpu_of(servers, database)
            result = wrk(servers[0].port, work, connections, seconds)
        else:
            before = cpu_of(servers, database)
            result = drive(servers, work, connections, seconds, tools)
        cpu, database_cpu = (
            (after - before) * 1e6 / result["allPasses"] for after, before in zip(cpu_of(servers, database), before))
        memory = max(server.memory_mib() for server in servers)
    except (Failure, OSError, subprocess.TimeoutExpired) as problem:
        return Measured(failure=f"{type(problem).__name__}: {problem}")
    return Measured(
        rate=result["passes"] / result["seconds"], p50=result["p50"] / 1000, p99=result["p99"] / 1000,
        cpu=cpu, database_cpu=database_cpu, memory=memory)


def cpu_of(servers, database):
    """Seconds so far, of the servers and of the database."""
    return sum(server.cpu_seconds() for server in servers), (database and database.cpu_seconds()) or 0


def mean(runs):
    """Of several runs of the same work; the failure of one is the failure of all."""
    failure = next((run.failure for run in runs if run.failure), "")
    return Measured(failure=failure, **{
        name: sum(getattr(run, name) for run in runs) / len(runs)
        for name in ("rate", "p50", "p99", "cpu", "database_cpu", "memory")})


def wrk(port, work, connections, seconds):
    """One thread of wrk. Every answer of status 400 or above, and every lost connection, fails the run."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s",
               os.path.join(os.path.dirname(__file__), "request.lua")]
    for name, value in work.headers.items():
        command += ["-H", f"{name}: {value}"]
    output = subprocess.run(
        command + ["-H", f"Host: localhost:{port}", f"http://127.0.0.1:{port}{work.path}"],
        env={**os.environ, "METHOD": work.method, "BODY": work.body},
        capture_output=True, text=True, timeout=seconds + 20)
    line = next((line for line in output.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise Failure(f"wrk: {(output.stderr or output.stdout).strip()}")
    result = json.loads(line.removeprefix("RESULT "))
    if result["refused"] or result["broken"] or not result["passes"]:
        raise Failure(f"{result['refused']} refused and {result['broken']} broken of {result['passes']} requests")
    return {**result, "seconds": result["microseconds"] / 1e6, "allPasses": result["passes"]}


def drive(servers, work, connections, seconds, tools):
    """bench-load, warm-up included. Every answer that is not the expected one fails the run."""
    driver = start_driving(servers, work, connections, seconds, tools)
    result = finish_driving(driver, seconds)
    work.turns = result["turns"]
    return result


def start_driving(servers, work, connections, seconds, tools):
    plan = {
        "ports": [server.port for server in servers], "connections": connections, "warmUp": WARM_UP,
        "duration": seconds, "turns": work.turns,
        "before": [step.step() for step in work.before], "steps": [step.step() for step in work.steps]}
    driver = subprocess.Popen(
        [os.path.join(tools, "bench-load")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    driver.stdin.write(json.dumps(plan))
    driver.stdin.close()
    driver.stdin = None
    return driver


def finish_driving(driver, seconds):
    try:
        output, _ = driver.communicate(timeout=seconds + WARM_UP + 30)
    except subprocess.TimeoutExpired:
        driver.kill()
        raise
    if driver.returncode != 0:
        raise Failure(f"bench-load ended with status {driver.returncode}")
    result = json.loads(output)
    if result["failures"] or not result["passes"]:
        counts = ", ".join(f"{kind}: {count}" for kind, count in result["failures"].items())
        raise Failure(f"{counts or 'nothing was done'} ({result.get('firstFailure', '')})")
    return result
