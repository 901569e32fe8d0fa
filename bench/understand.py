#!/usr/bin/env python3
"""Measures how fast messages are understood, beside other ways to match the same patterns. Started by bench/run.

Each way is a process of its own that is set up once; then all run over the same messages, a slice each round, in turn. Times
are CPU time; ratios are medians over the rounds of "other / ours", so more is better.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent


class Worker:
    """A process that answers "FROM TO" with what a run over these messages took and found (worker.c, loop.cjs)."""

    def __init__(self, command):
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.command = command
        self.about = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.command} ended with {self.process.wait()}")
        return json.loads(line)

    def run(self, first, end):
        self.process.stdin.write(f"{first} {end}\n")
        self.process.stdin.flush()
        answer = self.answer()
        answer["us"] = answer["ns"] / 1000 / max(1, end - first)
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Bench:
    def __init__(self, options):
        self.o = options
        self.build = pathlib.Path(options.build).resolve()
        self.files = self.build / "bench"
        self.plain = self.files / "plain.txt"
        self.hostile = self.files / "hostile.txt"
        self.same = True
        self.rows = []

    def worker(self, engine, messages, *more):
        return Worker([self.build / "bench" / "bench_understand", engine, DATA, messages, *more])

    def row(self, name, value, remark=""):
        self.rows.append((name, value, remark))
        print(f"  ... {name}: {value}", file=sys.stderr)

    def make_messages(self):
        for path, words in ((self.plain, ["plain", str(self.o.messages)]), (self.hostile, ["hostile"])):
            with open(path, "wb") as out:
                subprocess.run([sys.executable, HERE / "messages.py", *words], stdout=out, check=True)
        subprocess.run([self.files / "bench_understand", "dump", DATA, self.plain, self.files / "patterns.txt",
            self.files / "canon.txt"], check=True)

    def in_turn(self, workers, size):
        """Rounds over slices, after one that warms up. Returns the answers by name."""
        answers = {name: [] for name in workers}
        for k in range(self.o.rounds + 1):
            for name, worker in workers.items():
                answer = worker.run(k * size, (k + 1) * size)
                if k:
                    answers[name].append(answer)
        return answers

    def compare(self, a, b, key):
        """Whether two found the same in each round."""
        same = all(x[key] == y[key] and x["failed"] == y["failed"] for x, y in zip(a, b))
        self.same = self.same and same
        return "the same matches" if same else "OTHER MATCHES: " + ", ".join(
            f"{x['matches']} and {y['matches']}" for x, y in zip(a, b) if x[key] != y[key])

    def whole(self, out):
        worker = self.worker("whole", self.plain)
        worker.run(0, min(5000, self.o.messages))
        part = self.o.messages // 5
        us = [worker.run(k * part, (k + 1) * part)["us"] for k in range(5)]
        out["us_per_message"] = round(statistics.mean(us), 1)
        out["messages_per_s"] = round(1e6 / statistics.mean(us))
        self.row("whole understanding", f"{out['us_per_message']} us",
            f"{out['messages_per_s']} messages/s; {part * 5} messages of {worker.about['bytes']} bytes, fifths {min(us):.0f} to {max(us):.0f}")
        worker.close()
        for path in self.corpora():
            self.corpus(path)

    def corpora(self):
        folder = pathlib.Path(self.o.corpora) / "corpus"
        return sorted(folder.glob("*.jsonl")) if folder.is_dir() else []

    def corpus(self, path):
        texts = []
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("text") if line.strip() else None
            if isinstance(text, str):
                texts.append(" ".join(text.splitlines()))
        if not texts:
            return
        (self.files / "corpus.txt").write_text("".join(t + "\n" for t in texts), encoding="utf-8")
        worker = self.worker("whole", self.files / "corpus.txt")
        us = [worker.run(0, len(texts))["us"] for _ in range(self.o.rounds + 1)][1:]
        worker.close()
        self.row(f"the same, {path.name}", f"{statistics.median(us):.1f} us", f"{len(texts)} texts of {worker.about['bytes']} bytes")

    def loops(self, out):
        workers = {name: self.worker(name, self.plain) for name in ("whole", "match", "pcre2")}
        workers["js"] = Worker(["node", HERE / "loop.cjs", self.files / "patterns.txt", self.files / "canon.txt"])
        for name in ("whole", "match"):  # patterns that never ran are compiled for the machine when they first do
            workers[name].run(0, min(self.o.messages, 20 * self.o.slice))
        got = self.in_turn(workers, self.o.slice)

        def ratio(other, ours):
            return round(statistics.median(b["ns"] / a["ns"] for a, b in zip(got[ours], got[other])), 2)

        def us(name):
            return f"{statistics.median(a['us'] for a in got[name]):.0f} us"

        out["match_vs_pcre2_loop"] = ratio("pcre2", "match")
        out["whole_vs_pcre2_loop"] = ratio("pcre2", "whole")
        out["whole_vs_js_loop"] = ratio("js", "whole")
        about = workers["match"].about
        hits = statistics.mean(a["matches"] for a in got["match"]) / self.o.slice
        self.row("whole, in turn with the loops", us("whole"), f"{self.o.rounds} rounds of {self.o.slice} messages")
        self.row("matching alone", us("match"), f"{about['patterns']} patterns, {hits:.0f} of them match in a message")
        self.row("PCRE2 loop with JIT", us("pcre2"), f"{out['match_vs_pcre2_loop']} x matching alone, "
            f"{out['whole_vs_pcre2_loop']} x whole; {self.compare(got['match'], got['pcre2'], 'spans')}, places and all")
        js = workers["js"].about
        self.row("JavaScript RegExp loop", us("js"), f"{out['whole_vs_js_loop']} x whole; {js['left_out']} patterns left out that "
            f"it can't say; {sum(a['matches'] for a in got['js'])} matches of {sum(a['matches'] for a in got['pcre2'])}")
        for worker in workers.values():
            worker.close()

    def hyperscan(self, out):
        """On some of the patterns where its compiler takes too long for all: then ours on the same ones."""
        step = self.o.hyperscan_step
        workers = {name: self.worker(name, self.plain, 1, step) for name in ("match", "hyperscan")}
        most = self.o.messages // (self.o.rounds + 1)
        got = self.in_turn(workers, min(self.o.slice * 10, most) if step > 1 else self.o.slice)
        out["match_vs_hyperscan"] = round(statistics.median(b["ns"] / a["ns"] for a, b in zip(got["match"], got["hyperscan"])), 2)
        about = workers["hyperscan"].about
        which = "all patterns" if step == 1 else f"every {step}th pattern"
        ours = statistics.median(a["us"] for a in got["match"])
        self.row("Hyperscan", f"{statistics.median(a['us'] for a in got['hyperscan']):.1f} us",
            f"{out['match_vs_hyperscan']} x matching alone ({ours:.1f} us) on {which}: {about['patterns']}; {about['confirmed']} of "
            f"them confirmed by PCRE2, {about['alone']} PCRE2 alone; set-up {about['setup_ms'] / 1000:.0f} s; "
            f"{self.compare(got['match'], got['hyperscan'], 'pairs')}")
        for worker in workers.values():
            worker.close()

    def growth(self, out):
        size = max(20, self.o.slice // 4)
        workers = {"one": self.worker("match", self.plain, 1), "ten": self.worker("match", self.plain, 10)}
        for worker in workers.values():
            worker.run(0, size * (self.o.rounds + 1))
        got = self.in_turn(workers, size)
        out["growth_x10"] = round(statistics.median(b["ns"] / a["ns"] for a, b in zip(got["one"], got["ten"])), 2)
        out["setup_x10_ms"] = round(workers["ten"].about["opened_ms"])
        self.row("ten times the patterns", f"{statistics.median(a['us'] for a in got['ten']):.0f} us",
            f"matching alone grows {out['growth_x10']} x; {workers['ten'].about['patterns']} patterns; set-up "
            f"{out['setup_x10_ms']} ms from the image, which takes {workers['ten'].about['setup_ms'] / 1000:.1f} s to make once; of the "
            f"patterns as they are {workers['one'].about['opened_ms']:.0f} and {workers['one'].about['setup_ms']:.0f} ms")
        for worker in workers.values():
            worker.close()

    def hostile_texts(self, out):
        worker = self.worker("whole", self.hostile)
        count = worker.about["messages"]
        rounds = [[worker.run(i, i + 1) for i in range(count)] for _ in range(self.o.rounds + 1)][1:]
        ms = [statistics.median(r[i]["us"] for r in rounds) / 1000 for i in range(count)]
        limits = sum(a["failed"] > 0 for a in rounds[0])
        out["hostile_worst_ms"] = round(max(ms), 2)
        self.row("hostile, the worst", f"{out['hostile_worst_ms']} ms", f"line {ms.index(max(ms)) + 1} of {count} messages of 4,096 "
            f"bytes; mean {statistics.mean(ms):.2f} ms; {limits} hit a limit")
        worker.close()

    def start(self, out):
        ready, rss, cpu = [], [], []
        for _ in range(9):
            began = time.monotonic()
            with subprocess.Popen([self.build / "soleus", "classify", "--jsonl", "--data", DATA], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, text=True) as program:
                program.stdin.write('{"id": 1, "text": "my calf is swollen and warm"}\n')
                program.stdin.flush()
                if "findings" not in program.stdout.readline():
                    sys.exit("soleus classify gave no answer")
                ready.append((time.monotonic() - began) * 1000)
                status = pathlib.Path(f"/proc/{program.pid}/status").read_text(encoding="ascii")
                rss.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
                cpu.append(int(pathlib.Path(f"/proc/{program.pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6)
                program.stdin.close()
        out["ready_ms"] = round(statistics.median(ready), 1)
        out["rss_mb"] = round(statistics.median(rss), 1)
        self.row("ready for the first answer", f"{out['ready_ms']} ms", f"{min(ready):.0f} to {max(ready):.0f}; wall time from "
            f"exec, of it {statistics.median(cpu):.0f} ms on the CPU")
        self.row("memory then", f"{out['rss_mb']} MB")


ORDER = ["messages_per_s", "us_per_message", "match_vs_pcre2_loop", "match_vs_hyperscan", "whole_vs_pcre2_loop",
    "whole_vs_js_loop", "same_matches", "growth_x10", "setup_x10_ms", "hostile_worst_ms", "ready_ms", "rss_mb"]


def main():
    p = argparse.ArgumentParser(prog="bench/run understand", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default=DATA / "build-bench", help=argparse.SUPPRESS)
    p.add_argument("--corpora", default=DATA.parent / "shared", help="folder with corpus/*.jsonl, measured as well where it is there")
    p.add_argument("--messages", type=int, default=100000, help="how many messages are made")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--slice", type=int, default=200, help="messages that each loop runs over in a round")
    p.add_argument("--hyperscan-step", type=int, default=64, help="compare with Hyperscan on each Nth pattern; 1: all, which "
        "takes it long to compile")
    p.add_argument("--quick", action="store_true", help="fewer messages and rounds, to see that it works")
    o = p.parse_args()
    if o.quick:
        o.messages, o.rounds, o.slice = 5000, 3, 40
    bench, out = Bench(o), {}
    bench.make_messages()
    for part in (bench.start, bench.whole, bench.hostile_texts, bench.loops, bench.hyperscan, bench.growth):
        part(out)
    out["same_matches"] = bench.same
    width = max(len(name) for name, _, _ in bench.rows)
    print(f"core {sorted(os.sched_getaffinity(0))}; CPU time, medians; noise of others on the machine shows in ratios least")
    for name, value, remark in bench.rows:
        print(f"{name:<{width}}  {value:>12}  {remark}")
    print(json.dumps({key: out[key] for key in ORDER}))


if __name__ == "__main__":
    main()
