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
    variables: list = field(default_factory=lambda: [{}])


@dataclass
class Measured:
    rate: float = 0  # per second
    p50: float = 0  # milliseconds
    p99: float = 0
    cpu: float = 0  # microseconds of the server per request or flow
    memory: float = 0  # MiB resident, after
    failure: str = ""


def measure(server, work, connections, seconds, tools):
    """What `server` does of `work` in `seconds`, after a warm-up. `tools` is the folder of bench-load."""
    try:
        if isinstance(work, Request):
            wrk(server.port, work, connections, WARM_UP)
            before = server.cpu_seconds()
            result = wrk(server.port, work, connections, seconds)
        else:
            before = server.cpu_seconds()
            result = drive(server.port, work, connections, seconds, tools)
        cpu = server.cpu_seconds() - before
        memory = server.memory_mib()
    except (Failure, OSError, subprocess.TimeoutExpired) as problem:
        return Measured(failure=str(problem))
    return Measured(
        rate=result["passes"] / result["seconds"], p50=result["p50"] / 1000, p99=result["p99"] / 1000,
        cpu=cpu * 1e6 / result["allPasses"], memory=memory)


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


def drive(port, work, connections, seconds, tools):
    """bench-load, warm-up included. Every answer that is not the expected one fails the run."""
    driver = start_driving(port, work, connections, seconds, tools)
    return finish_driving(driver, seconds)


def start_driving(port, work, connections, seconds, tools):
    plan = {
        "port": port, "connections": connections, "warmUp": WARM_UP, "duration": seconds,
        "variables": work.variables,
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
