"""Measures one kernel through Jupyter's own client and prints the measurements as one JSON object.

Usage: kernel.py KERNEL LANGUAGE. Times are in milliseconds, memory in MB of all processes, pages they share counted once (PSS) or in each (RSS).
"""

import json
import statistics
import sys
import threading
import time

import psutil
from jupyter_client import KernelManager

TYPESCRIPT = {
    "small": "const x{i}: number = {i}; x{i} + 1",
    "function": 'function f{i}(a: number, b: string): string {{ let s = ""; for (let k = 0; k < a; k++) s += b; return s + {i}; }}',
    "member": ("const record = { width: 1, widths: [1, 2], depth: 3 }", "record.wid"),
    "lines": "for (let i = 0; i < 20000; i++) console.log(i)",
    "spin": "while (true) {}",
    "late spin": "await null; while (true) {}",
    # What no loop guard sees; tslab and Deno run it as it stands.
    "endless": {
        "recursion": "await null; const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); fib(60)",
        "sorting": "await null; while (1) Array.from({ length: 1e6 }, (_, i) => -i).sort((x, y) => x - y)",
        "callbacks": "await null; const a = Array.from({ length: 1e6 }); a.forEach(() => a.forEach(() => {}))",
        "regular expression": 'await null; /^(a+)+$/.test("a".repeat(40) + "b")',
        "promises": "await null; const p = () => Promise.resolve().then(p); await p()",
        "ticks": "await null; const t = () => process.nextTick(t); t(); await new Promise(() => {})",
    },
}
PYTHON = {
    "small": "x{i}: int = {i}; x{i} + 1",
    "function": 'def f{i}(a: int, b: str) -> str:\n    s = ""\n    for k in range(a): s += b\n    return s + str({i})',
    "member": ("class R:\n    width = 1; widths = [1, 2]; depth = 3\nrecord = R()", "record.wid"),
    "lines": "for i in range(20000): print(i)",
    "spin": "while True: pass",
    "late spin": None,
    "endless": {
        "recursion": "fib = lambda n: n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(60)",
        "sorting": "while True: sorted(range(10**6), key=lambda x: -x)",
        "callbacks": "[[0 for _ in range(10**6)] for _ in range(10**6)]",
        "regular expression": 'import re; re.match("^(a+)+$", "a" * 40 + "b")',
    },
}
REPEATS = 100
# Long enough for the kernel to rest under the setting that the benchmark gives it, also on a busy machine.
REST_S = 20


def milliseconds(seconds):
    return seconds * 1000


class Session:
    def __init__(self, kernel):
        self.manager = KernelManager(kernel_name=kernel)
        start = time.perf_counter()
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.ready = time.perf_counter() - start

    def run(self, code, timeout=30):
        """Time from sending a cell to its idle, the reply's content, and the lines it printed before."""
        start = time.perf_counter()
        request = self.client.execute(code)
        lines = 0
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "stream":
                lines += message["content"]["text"].count("\n")
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        elapsed = time.perf_counter() - start
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == request:
                return elapsed, reply["content"], lines

    def print_lines(self, code):
        try:
            elapsed, _, lines = self.run(code, timeout=5)
            return elapsed, lines
        except Exception:
            return None, None

    def complete(self, code):
        start = time.perf_counter()
        request = self.client.complete(code, len(code))
        while True:
            reply = self.client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == request:
                return time.perf_counter() - start, reply["content"]["matches"]

    def inspect(self, code):
        start = time.perf_counter()
        request = self.client.inspect(code, len(code))
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=3)
            except Exception:
                return 3, False
            if reply["parent_header"].get("msg_id") == request:
                return time.perf_counter() - start, bool(reply["content"].get("found"))

    def interrupt(self, code):
        pressed = []

        def press():
            pressed.append(time.perf_counter())
            try:
                self.manager.interrupt_kernel()
            except RuntimeError:
                pass  # It has ended.

        timer = threading.Timer(0.5, press)
        timer.start()
        try:
            _, reply, _ = self.run(code, timeout=5)
            # What ended instead of stopping has lost its state, and answers no more.
            self.run("1", timeout=5)
        except Exception:
            return None
        return time.perf_counter() - pressed[0] if reply["status"] == "error" else None

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def memory(self):
        process = psutil.Process(self.manager.provisioner.pid)
        infos = []
        for each in [process, *process.children(recursive=True)]:
            try:
                infos.append(each.memory_full_info())
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                pass  # It has just ended.
        return sum(info.pss for info in infos) / 1e6, sum(info.rss for info in infos) / 1e6


def measure(kernel, cells):
    session = Session(kernel)
    out = {"start to ready": milliseconds(session.ready)}
    out["first cell"] = milliseconds(session.run(cells["small"].format(i=0))[0])
    small = sorted(session.run(cells["small"].format(i=i))[0] for i in range(1, REPEATS + 1))
    out["small cell p50"] = milliseconds(statistics.median(small))
    out["small cell p95"] = milliseconds(small[int(0.95 * len(small))])
    many = [session.run("\n".join(cells["function"].format(i=i) for i in range(60)))[0] for _ in range(10)]
    out["cell of 60 functions p50"] = milliseconds(statistics.median(many))
    declaration, expression = cells["member"]
    session.run(declaration)
    times = []
    for _ in range(30):
        elapsed, matches = session.complete(expression)
        times.append(elapsed)
    out["first completion"] = milliseconds(times[0])
    out["completion of a member p50"] = milliseconds(statistics.median(times[1:]))
    out["members found"] = len(matches)
    times = []
    for _ in range(10):
        elapsed, found = session.inspect("record.widths")
        times.append(elapsed)
        if not found:
            break
    out["inspect p50"] = milliseconds(statistics.median(times)) if found else None
    # tslab may hang here for good, and then answers nothing that comes after.
    elapsed, lines = session.print_lines(cells["lines"])
    out["20,000 lines"] = milliseconds(elapsed) if elapsed else None
    out["lines before idle"] = lines
    shared, resident = session.memory()
    out["memory, MB"] = shared
    out["memory (RSS), MB"] = resident
    for name in ["spin", "late spin"]:
        seconds = session.interrupt(cells[name]) if cells[name] else None
        out[f"interrupt, {name}"] = None if seconds is None else milliseconds(seconds)
    session.end()
    return out | at_rest(kernel, cells) | endless(kernel, cells["endless"])


def at_rest(kernel, cells):
    """What is held after 100 small cells, and after a while in which nothing is asked; and what the first completion then takes."""
    session = Session(kernel)
    for i in range(REPEATS):
        session.run(cells["small"].format(i=i))
    declaration, expression = cells["member"]
    session.run(declaration)
    busy, _ = session.memory()
    time.sleep(REST_S)
    rest, _ = session.memory()
    elapsed, matches = session.complete(expression)
    session.end()
    return {
        "memory after 100 cells, MB": busy,
        "memory at rest, MB": rest,
        "first completion after rest": milliseconds(elapsed) if matches else None,
    }


def endless(kernel, cells):
    """How soon code stops that is no loop of a cell, behind an await where there is one: three times each."""
    times, stopped = [], 0
    for code in cells.values():
        session = Session(kernel)
        found = []
        while len(found) < 3 and None not in found:
            found.append(session.interrupt(code))
        session.end()
        if None not in found:
            stopped += 1
            times += found
    return {
        "endless code, kinds": len(cells),
        "of these stop": stopped,
        "interrupt, endless, median": milliseconds(statistics.median(times)) if times else None,
        "interrupt, endless, worst": milliseconds(max(times)) if times else None,
    }


name, language = sys.argv[1:]
print(json.dumps(measure(name, PYTHON if language == "python" else TYPESCRIPT)))
