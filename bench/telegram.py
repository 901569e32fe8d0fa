#!/usr/bin/env python3
"""telegram.py - soleus end to end on Telegram, beside a bot on grammY and better-sqlite3 that stores a row a message.

Both get the same updates by webhook from one load program (tgload of the yardsticks), which also plays the Bot API; in turn,
round by round, the bot on one core and the load on another. soleus syncs its state to disk (synchronous=FULL) before it says
200 and before it replies; the other one does not (NORMAL). A message counts as answered when the first message to its chat
arrives. soleus is also measured by polling, alone; so are the store, readiness and memory."""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "soleus-test"
NPM = {"name": "peers", "private": True, "dependencies": {"grammy": "1.46.0", "better-sqlite3": "12.11.1"}}
CONFIG = """\
region: gb
state_dir: {state}
log: {{level: error}}
limits: {{messages_per_minute: 600}}
telegram:
  enabled: true
  token_file: {folder}/token
  api_base: http://127.0.0.1:{api}
  set_profile: false
  mode: {mode}
  webhook: {{url: "https://127.0.0.1:8443/webhook", path: /webhook, secret_file: {folder}/hook}}
server: {{port: {port}}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def memory_mb(pid, key):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith(key + ":"))


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, args):
        self.args = args
        self.first_update = 0
        self.folder = tempfile.mkdtemp(prefix="bench-telegram-", dir=args.build)
        cores = sorted(os.sched_getaffinity(0))
        self.bot_core, self.load_core = str(cores[-1]), str(cores[0])

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def prepare(self):
        """The load program, what people write, and the other bot."""
        yard, build = self.args.yardsticks, self.args.build
        self.tgload = self.build_load(os.path.join(yard, "tgload.c"))
        self.corpus = os.path.join(build, "corpus.txt")
        subprocess.run([sys.executable, os.path.join(yard, "gen_corpus.py"), "-n", "20000", "-o", self.corpus], check=True,
                       stdout=subprocess.DEVNULL)
        peers = os.path.join(build, "peers")
        os.makedirs(peers, exist_ok=True)
        if not os.path.exists(os.path.join(peers, "node_modules", "better-sqlite3")):
            with open(os.path.join(peers, "package.json"), "w") as f:
                json.dump(NPM, f)
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=peers, check=True)
        for name in ("bot_grammy.cjs", "js_common.cjs"):
            shutil.copy(os.path.join(yard, "peers", name), peers)
        self.grammy = [os.path.join(peers, "bot_grammy.cjs"), os.path.join(yard, "rules_300.tsv")]

    def build_load(self, source):
        """Each run of the load program numbers its updates from 1; a bot that knows repeats needs new numbers."""
        with open(source) as f:
            text = f.read()
        begin = "int o; while"
        if text.count(begin) != 1:
            raise RuntimeError(f"{source}: main is not where it was")
        text = text.replace(begin, 'int o; if (getenv("FIRST_UPDATE")) next_update = atol(getenv("FIRST_UPDATE")); while')
        copy, program = os.path.join(self.args.build, "tgload.c"), os.path.join(self.args.build, "tgload")
        with open(copy, "w") as f:
            f.write(text)
        subprocess.run(["gcc", "-O2", "-w", "-o", program, copy], check=True)
        return program

    def secret(self, name, text):
        with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
            f.write(text + "\n")

    def start(self, name):
        """(process, api port, bot port, mode)"""
        api, port = free_port(), free_port()
        mode = "poll" if name == "soleus poll" else "webhook"
        state = tempfile.mkdtemp(dir=self.folder)
        os.chmod(state, 0o700)
        if name == "grammy":
            command = ["node", *self.grammy, os.path.join(state, "bot.db"), str(api), str(port), "NORMAL"]
        else:
            self.secret("token", TOKEN)
            self.secret("hook", SECRET)
            config = self.path(os.path.basename(state) + ".yaml")
            with open(config, "w") as f:
                f.write(CONFIG.format(state=state, folder=self.folder, api=api, port=port,
                                      mode="polling" if mode == "poll" else "webhook"))
            command = [self.args.program, "run", "--config", config]
        log = open(self.path("log"), "a")
        bot = subprocess.Popen(["taskset", "-c", self.bot_core, *command], stdout=log, stderr=log)
        return bot, api, port, mode

    def load(self, where, n, window, seconds=20):
        _, api, port, mode = where
        self.first_update += 1_000_000
        out = subprocess.run(["taskset", "-c", self.load_core, self.tgload, "-m", mode, "-a", str(api), "-b", str(port), "-p",
                              "/webhook", "-s", SECRET, "-f", self.corpus, "-n", str(n), "-w", str(window), "-t",
                              str(seconds)], capture_output=True, text=True,
                             env={**os.environ, "FIRST_UPDATE": str(self.first_update)})
        try:
            return json.loads(out.stdout)
        except ValueError:
            raise RuntimeError(f"no answer from the load program: {out.stderr[-300:]}") from None

    def wake(self, where):
        """The load program does not deliver again what came before the bot had asked who it is, as Telegram does."""
        for _ in range(10):
            if self.load(where, 1, 1, seconds=2)["done"] == 1:
                return

    def round(self, name):
        where = self.start(name)
        bot = where[0]
        try:
            self.wake(where)
            warm = self.load(where, 400, 8)
            if warm["done"] < 400:
                raise RuntimeError(f"{name}: only {warm['done']} of 400 messages were answered")
            idle = memory_mb(bot.pid, "VmRSS")
            guess = max(400, min(60000, int(warm["per_s"] * 4)))
            before = cpu_s(bot.pid)
            full = self.load(where, guess, 64)
            cpu = (cpu_s(bot.pid) - before) / max(1, full["done"])
            alone = self.load(where, 200, 1)
            return {"name": name, "per_s": full["per_s"], "p50_ms": full["p50_ms"], "p99_ms": full["p99_ms"],
                    "cpu_us": cpu * 1e6, "alone_p50_ms": alone["p50_ms"], "alone_p99_ms": alone["p99_ms"],
                    "warm_mb": idle, "peak_mb": memory_mb(bot.pid, "VmHWM"), "lost": full["sent"] - full["done"]}
        finally:
            bot.send_signal(signal.SIGTERM)
            try:
                bot.wait(5)
            except subprocess.TimeoutExpired:
                bot.kill()
                bot.wait()

    def ready(self):
        """Milliseconds from exec until it listens, and what it takes then."""
        times, idle = [], 0
        for _ in range(5):
            began = time.monotonic()
            bot, _, port, _ = self.start("soleus")
            while True:
                with socket.socket() as s:
                    if s.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if bot.poll() is not None:
                    raise RuntimeError("soleus did not start")
            times.append((time.monotonic() - began) * 1000)
            time.sleep(0.5)
            idle = max(idle, memory_mb(bot.pid, "VmRSS"))
            bot.terminate()
            bot.wait()
        return statistics.median(times), idle

    def store(self, what):
        out = subprocess.run([os.path.join(self.args.build, "bench", "store_bench"), what, self.folder], check=True,
                             capture_output=True, text=True)
        return json.loads(out.stdout.strip().splitlines()[-1])

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def show(results):
    print(f"{'':14}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>9}{'alone p50':>11}{'p99':>8}{'warm MB':>9}{'peak':>7}{'lost':>6}")
    for name, rounds in results.items():
        def median(key):
            return statistics.median(r[key] for r in rounds)
        print(f"{name:14}{median('per_s'):9.0f}{median('p50_ms'):9.2f}{median('p99_ms'):9.2f}{median('cpu_us'):9.0f}"
              f"{median('alone_p50_ms'):11.2f}{median('alone_p99_ms'):8.2f}{median('warm_mb'):9.1f}"
              f"{max(r['peak_mb'] for r in rounds):7.1f}{sum(r['lost'] for r in rounds):6}")


def paired(ours, theirs, key, inverse=False):
    """The median over rounds of ours / theirs, or theirs / ours."""
    pairs = [(b[key] / a[key] if inverse else a[key] / b[key]) for a, b in zip(ours, theirs)]
    return round(statistics.median(pairs), 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--yardsticks", default=os.path.join(HERE, "..", "..", "shared", "bench"),
                        help="where tgload.c, gen_corpus.py and the other bot are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="two rounds, and no million of conversations")
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)
    args.program = os.path.join(args.build, "soleus")
    if not os.path.exists(os.path.join(args.yardsticks, "tgload.c")):
        sys.exit(f"bench/telegram.py: no {args.yardsticks}/tgload.c; tell where it is with --yardsticks")
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("bench/telegram.py: needs two cores, one for the bot and one for the load")
    bench = Bench(args)
    try:
        bench.prepare()
        ready_ms, idle_mb = bench.ready()
        names = ("grammy", "soleus", "soleus poll")
        results = {name: [] for name in names}
        for _ in range(2 if args.quick else args.rounds):
            for name in names:
                results[name].append(bench.round(name))
        show(results)
        group = bench.store("group")
        million = {} if args.quick else bench.store("million")
        ours, theirs = results["soleus"], results["grammy"]
        out = {"messages_per_s": round(statistics.median(r["per_s"] for r in ours)),
               "rate_vs_grammy": paired(ours, theirs, "per_s"), "cpu_vs_grammy": paired(ours, theirs, "cpu_us", inverse=True),
               "p50_ms": round(statistics.median(r["alone_p50_ms"] for r in ours), 2),
               "p99_ms": round(statistics.median(r["p99_ms"] for r in ours), 2),
               "p50_vs_grammy": paired(ours, theirs, "alone_p50_ms", inverse=True), "idle_mb": round(idle_mb, 1),
               "peak_mb": round(max(r["peak_mb"] for r in ours + results["soleus poll"]), 1), "ready_ms": round(ready_ms, 1),
               **group, **million}
        print(f"ready {ready_ms:.0f} ms after exec; idle {idle_mb:.1f} MB")
        print(json.dumps(out))
    finally:
        bench.close()


if __name__ == "__main__":
    main()
