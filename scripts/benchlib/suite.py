"""Every workload on one database, a row of its table each."""

import sqlite3
import statistics
import subprocess
import time

from . import report
from .load import Measured, Request, finish_driving, measure, start_driving
from .process import Failure
from .site import SIGN_INS
from .workloads import LABELS, WORKLOADS, client_credentials, sign_in

CROWDED = "token, ES256, while 16 sign in"
START_AND_MEMORY = "start and memory"
NAMES = [workload.name for workload in WORKLOADS] + [CROWDED, START_AND_MEMORY]
PROBLEMS = (Failure, OSError, KeyError, ValueError, sqlite3.Error, subprocess.SubprocessError)


def failed(problem):
    return Measured(failure=f"{type(problem).__name__}: {problem}")


class Bare:
    """Baseline (a), measured just before what is compared with it."""

    def __init__(self, server, options):
        self.server = server
        self.options = options
        self.runs = {}  # by connections

    def rate(self, connections):
        result = measure([self.server], Request("GET", "/"), connections, self.options.seconds, self.options.programs)
        if result.failure:
            raise Failure(f"the bare server: {result.failure}")
        self.runs.setdefault(connections, []).append(result)
        return result.rate


class Suite:
    def __init__(self, options, site, bare, baseline, add):
        """`baseline` is the rates by the keys of LABELS, but (a); `add` takes each row when it is there."""
        self.options = options
        self.site = site
        self.bare = bare
        self.baseline = baseline
        self.add = add

    def run(self):
        chosen = self.options.chosen
        if START_AND_MEMORY in chosen:
            self.idle_memory()
        for workload in WORKLOADS:
            if workload.name in chosen:
                self.workload(workload)
        if CROWDED in chosen:
            self.crowded()
        if START_AND_MEMORY in chosen:
            self.peak_memory()
            self.starts()

    def measure(self, work, connections):
        return measure(self.site.servers, work, connections, self.options.seconds, self.options.programs,
                       self.site.database)

    def workload(self, workload):
        """A row for each number of connections."""
        for connections in workload.connections or self.options.connections:
            try:
                self.site.sign_with(workload.algorithm)
                work = workload.make(self.site)
                name = workload.baseline
                baseline = self.bare.rate(connections) if name == "a" else self.baseline[name]
                result = self.measure(work, connections)
                ratio = result.rate / baseline
            except PROBLEMS as problem:
                result, ratio = failed(problem), 0
            self.add(report.measured(
                workload.name, connections, result, f"{ratio:.2f} × {LABELS[workload.baseline]}", workload.target(),
                workload.is_met(result.rate, ratio)))

    def crowded(self):
        """The token endpoint with and without sign-ins that keep the hashing lane full."""
        seconds, tools = self.options.seconds, self.options.programs
        try:
            self.site.sign_with("ES256")
            token, sign_ins = client_credentials("ES256")(self.site), sign_in(self.site)
            alone = self.measure(token, SIGN_INS)
            driver = start_driving(self.site.servers, sign_ins, SIGN_INS, seconds + 2, tools)
            result = self.measure(token, SIGN_INS)
            finish_driving(driver, seconds + 2)
            if alone.failure or result.failure:
                raise Failure(alone.failure or result.failure)
            p99, rate = result.p99 / alone.p99, result.rate / alone.rate
        except PROBLEMS as problem:
            result, p99, rate = failed(problem), 0, 0
        self.add(report.measured(
            CROWDED, SIGN_INS, result, f"{p99:.2f} × its p99, {rate:.2f} × its rate without",
            "p99 <= 2 ×, rate >= 80 %", p99 <= 2 and rate >= 0.8))

    def idle_memory(self):
        time.sleep(1)
        memory = self.site.server.memory_mib()
        self.add(report.single("memory, idle", f"{memory:.0f} MiB", "<= 40 MiB", memory <= 40))

    def peak_memory(self):
        peak = self.site.server.memory_mib("VmHWM")
        self.add(report.single("memory, most under all the above", f"{peak:.0f} MiB", "<= 80 MiB", peak <= 80))

    def starts(self):
        taken = []
        for _ in range(5):
            self.site.stop()
            self.site.start()
            taken.append(self.site.server.start_seconds * 1000)
        start = statistics.median(taken)
        self.add(report.single(
            "start to first 200, existing store (median of 5)", f"{start:.0f} ms", "<= 100 ms", start <= 100))
