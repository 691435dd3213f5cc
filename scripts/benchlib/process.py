"""A server that the benchmark starts, watches and stops."""

import http.client
import os
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Why there is no number, in a sentence."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid, ended_children=False):
    """Of a process so far, in user and system mode."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    # utime, stime, cutime and cstime of proc(5)
    return sum(int(field) for field in fields[11:15 if ended_children else 13]) / TICKS


class Server:
    """A program that serves on a loopback port, from its first 200 until `stop`."""

    def __init__(self, command, port, path, log, environment=None):
        """Starts `command` and waits until GET `path` answers 200; `start_seconds` is how long that took."""
        self.port = port
        self.log = log
        began = time.monotonic()
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})})
        try:
            while not self._answers(path):
                if self.process.poll() is not None or time.monotonic() - began > 30:
                    raise Failure(f"{command[0]} did not start to serve:\n{self._log_end()}")
                time.sleep(0.001)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - began

    def _answers(self, path):
        try:
            return request(self.port, "GET", path)[0] == 200
        except OSError:
            return False

    def _log_end(self):
        with open(self.log, errors="replace") as text:
            return text.read()[-2000:]

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def memory_mib(self, field="VmRSS"):
        """Resident now, or at most so far with `VmHWM`."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
        raise Failure(f"the server is gone:\n{self._log_end()}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def request(port, method, path, headers=None, body=None):
    """Status, headers and text of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {"Host": f"localhost:{port}", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP answer: {error}") from error
    finally:
        connection.close()
