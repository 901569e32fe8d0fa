#!/usr/bin/env python3
"""running.py - what README.md ("On Telegram") and docs/running.md tell operators to do works: the list of keys is the
program's own, and the steps are carried out word for word, before a Telegram of our own. Usage: running.py SOLEUS"""
import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "tests", "fake"))
import telegram  # noqa: E402

soleus = os.path.abspath(sys.argv[1])
failed = 0


def check(what, ok, seen=""):
    global failed
    if not ok:
        failed += 1
        print(f"running: {what}\n{seen}")


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as f:
        return f.read()


def keys():
    """The list in the documentation is what the program prints."""
    block = re.search(r"<!-- keys -->\n```\n(.*?)```\n<!-- end of keys -->", read("docs/running.md"), re.S)
    printed = subprocess.run([soleus, "check", "--keys"], capture_output=True, text=True).stdout
    check("docs/running.md lacks the keys as `soleus check --keys` prints them", block and block[1] == printed, printed)


def commands():
    """Every `soleus WORD` that is told of is a command."""
    known = set(re.findall(r"^  ([a-z]+) ", subprocess.run([soleus, "--help"], capture_output=True, text=True).stdout, re.M))
    for name in ("README.md", "docs/running.md"):
        text = read(name)
        told = re.findall(r"`(?:build/)?soleus ([a-z]+)\b", text) + re.findall(r"^ +(?:build/)?soleus ([a-z]+)\b", text, re.M)
        check(f"{name} tells of {set(told) - known}", told and set(told) <= known)


def steps():
    """The command lines of "On Telegram"."""
    section = re.search(r"^## On Telegram\n(.*?)^## ", read("README.md"), re.S | re.M)[1]
    return re.findall(r"^        (.*)$", section, re.M)


class Operator:
    """Follows the README with a home of its own."""

    def __init__(self, base):
        self.home = tempfile.mkdtemp(prefix="soleus-running-")
        self.base = base
        self.env = {"HOME": self.home, "PATH": os.environ["PATH"]}
        self.config = os.path.join(self.home, "soleus", "telegram-private.yaml")

    def shell(self, line, typed=""):
        return subprocess.run(["sh", "-ec", line], input=typed, capture_output=True, text=True, cwd=TOP, env=self.env, timeout=120)

    def words(self, line):
        return [soleus if word == "build/soleus" else word.replace("~", self.home) for word in line.split()]

    def edit(self):
        """Sets the region, as told; and, as nobody else does, our own Telegram."""
        with open(self.config, encoding="utf-8") as f:
            text = f.read()
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(text.replace("region: unknown", "region: gb") + f"  api_base: {self.base}\n")

    async def start(self, line):
        return await asyncio.create_subprocess_exec(*self.words(line), env=self.env, cwd=TOP, stderr=asyncio.subprocess.PIPE)


async def log_until(daemon, pattern, seen):
    """Reads the log until a line fits."""
    while not re.search(pattern, "".join(seen)):
        line = await asyncio.wait_for(daemon.stderr.readline(), 60)
        if not line:
            return False
        seen.append(line.decode())
    return True


async def ended(daemon, log):
    log.append((await daemon.stderr.read()).decode())
    status = await asyncio.wait_for(daemon.wait(), 10)
    check(f"it ends with status {status}", status == 0, "".join(log))


async def until(condition):
    for _ in range(600):
        if condition():
            return True
        await asyncio.sleep(0.1)
    return False


def export(operator):
    run = subprocess.run([soleus, "export", "--config", operator.config, "5"], capture_output=True, text=True, env=operator.env)
    check("export fails", run.returncode == 0, run.stderr)
    return json.loads(run.stdout)


def back_up_and_restore(operator):
    """As docs/running.md tells, with another folder. Says so where sqlite3 is missing."""
    section = re.search(r"^## State and backups\n(.*?)^## ", read("docs/running.md"), re.S | re.M)[1]
    copy, *rest = re.findall(r"^    (.*)$", section, re.M)
    if not shutil.which("sqlite3"):
        print("running: sqlite3 is not installed, the backup was not tried")
        return lambda: None
    state = os.path.join(operator.home, ".local/state/soleus") if os.geteuid() else os.path.join(operator.home, "state")
    move = lambda line: line.replace("/var/lib/soleus", state).replace("/var/backups", operator.home)  # noqa: E731
    run = operator.shell(move(copy))
    check("the backup fails", run.returncode == 0, run.stderr)

    def restore():
        for line in rest:
            if not line.startswith(("systemctl", "soleus")):
                run = operator.shell(move(line))
                check(f"'{line}' fails", run.returncode == 0, run.stderr)
    return restore


async def follow(operator, server, said):
    make, copy, token, doctor, run = steps()
    for line, typed in ((make, ""), (copy, ""), (token, telegram.TOKEN + "\n")):
        done = operator.shell(line, typed)
        check(f"'{line}' fails", done.returncode == 0, done.stderr)
    operator.edit()
    if os.geteuid() == 0:  # root's state is the system's own
        with open(operator.config, "a", encoding="utf-8") as f:
            f.write(f"state_dir: {operator.home}/state\n")
    looked = await asyncio.to_thread(subprocess.run, operator.words(doctor), capture_output=True, text=True, env=operator.env)
    check("the doctor is not content", looked.returncode == 0 and "token: works: this is @" in looked.stdout, looked.stdout + looked.stderr)

    log = []
    daemon = await operator.start(run)
    check("no start", await log_until(daemon, r"notice: telegram is there", log), "".join(log))
    server.write(5, "my calf is swollen and warm")
    check("no answer", await until(lambda: len(said) >= 1), "".join(log))
    check("a conversation is not kept", len(export(operator)["conversations"]) == 1)
    daemon.send_signal(signal.SIGHUP)
    check("SIGHUP reads nothing anew", await log_until(daemon, r"rules and wording read anew", log), "".join(log))
    restore = back_up_and_restore(operator)

    gone = subprocess.run([soleus, "forget", "--config", operator.config, "5"], capture_output=True, text=True, env=operator.env)
    check("forget fails", gone.returncode == 0, gone.stderr)
    check("forget leaves a conversation", not export(operator)["conversations"])
    second = subprocess.run(operator.words(run), capture_output=True, text=True, env=operator.env, timeout=60)
    check("a second daemon starts", second.returncode == 1 and f"(process {daemon.pid}) works on" in second.stderr, second.stderr)
    daemon.send_signal(signal.SIGINT)
    await ended(daemon, log)

    restore()
    if shutil.which("sqlite3"):
        check("the backup does not bring the conversation back", len(export(operator)["conversations"]) == 1)
    first, log = log, []
    daemon = await operator.start(run)
    check("no second start", await log_until(daemon, r"notice: telegram is there", log), "".join(log))
    daemon.send_signal(signal.SIGTERM)
    await ended(daemon, log)
    await odd_moments(operator, run)
    check("the token is in the log", telegram.TOKEN.split(":")[1] not in "".join(first + log))


async def example_as_it_is():
    """The example with every key starts, and says what is missing to be of use."""
    state = tempfile.mkdtemp(prefix="soleus-running-")
    log = []
    daemon = await asyncio.create_subprocess_exec(
        soleus, "run", "--config", "config/soleus.yaml", cwd=TOP, stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "STATE_DIRECTORY": state})
    check("config/soleus.yaml does not start", await log_until(daemon, r"notice: ready", log), "".join(log))
    check("it does not say that nobody is reached", "set telegram.enabled to true" in "".join(log), "".join(log))
    daemon.send_signal(signal.SIGTERM)
    await ended(daemon, log)
    shutil.rmtree(state)


async def odd_moments(operator, run):
    """It ends well at once after the start, and while rules are read anew."""
    for reload in (False, True, False, True):
        log = []
        daemon = await operator.start(run)
        check("no start", await log_until(daemon, r"notice: ready", log), "".join(log))
        if reload:
            daemon.send_signal(signal.SIGHUP)
        daemon.send_signal(signal.SIGTERM)
        await ended(daemon, log)


async def main():
    keys()
    commands()
    await example_as_it_is()
    said = []
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # of polls that are cut off when a daemon ends
    server = telegram.Server(lambda chat, message: said.append(message))
    operator = Operator(await server.start())
    try:
        await follow(operator, server, said)
    finally:
        shutil.rmtree(operator.home)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
