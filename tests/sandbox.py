#!/usr/bin/env python3
"""sandbox.py - the installed daemon at work with no more than systemd/soleus.service leaves it: its system calls, its kinds
of sockets, no memory that is both written and run, no privileges, secrets and folders as systemd hands them over. Not
the unit itself, which only a system that was booted with systemd can start. Usage: sandbox.py BUILD"""
import asyncio
import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "tests", "fake"))
import telegram  # noqa: E402

NUMBERS = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
USER = 61234  # stands for the dynamic user, where we are root
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_MDWE, SECCOMP_MODE_FILTER = 38, 22, 65, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
EPERM, EAFNOSUPPORT = 1, 97
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}


def unit():
    """The unit's settings: name to the list of its values."""
    settings = {}
    with open(os.path.join(TOP, "systemd", "soleus.service"), encoding="utf-8") as f:
        for name, value in re.findall(r"^(\w+)=(.*)$", f.read(), re.M):
            settings.setdefault(name, []).append(value)
    return settings


def calls_of(group):
    listed = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", group], capture_output=True, text=True, check=True)
    calls = set()
    for line in listed.stdout.splitlines()[1:]:
        word = line.strip()
        if word and not word.startswith("#"):
            calls |= calls_of(word) if word.startswith("@") else {word}
    return calls


def allowed_calls(settings):
    allowed = calls_of("@default")  # systemd always adds these
    for value in settings["SystemCallFilter"]:
        named = set().union(*(calls_of(group) for group in value.lstrip("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed


def program(settings):
    """A seccomp filter in the kernel's form."""
    with open(NUMBERS, encoding="utf-8") as f:
        numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", f.read()))
    steps = [(LOAD, 0, 0, 0)]  # the call's number
    for name in sorted(allowed_calls(settings) - {"socket"}):
        if name in numbers:
            steps += [(JUMP_EQUAL, 0, 1, int(numbers[name])), (RETURN, 0, 0, ALLOW)]
    families = settings["RestrictAddressFamilies"][0].split()
    steps += [(JUMP_EQUAL, 1, 0, int(numbers["socket"])), (RETURN, 0, 0, REFUSE | EPERM), (LOAD, 0, 0, 16)]  # its first argument
    for name in families:
        steps += [(JUMP_EQUAL, 0, 1, FAMILIES[name]), (RETURN, 0, 0, ALLOW)]
    steps.append((RETURN, 0, 0, REFUSE | EAFNOSUPPORT))
    return b"".join(struct.pack("HBBI", *step) for step in steps), len(steps)


def confine(filter_bytes, n, deny_write_execute):
    """In the child: as the unit leaves it."""
    libc = ctypes.CDLL(None, use_errno=True)

    def prctl(*arguments):
        if libc.prctl(*(ctypes.c_ulong(a) for a in arguments + (0,) * (5 - len(arguments)))) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
    os.umask(0o077)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if deny_write_execute:
        try:
            prctl(PR_SET_MDWE, 1)
        except OSError:
            os.write(2, b"sandbox: this kernel can't deny memory that is written and run\n")
    steps = ctypes.create_string_buffer(filter_bytes)
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", n, ctypes.addressof(steps)))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(head))


class Place:
    """What systemd would prepare."""

    def __init__(self, build):
        self.dir = tempfile.mkdtemp(prefix="soleus-sandbox-")
        os.chmod(self.dir, 0o755)
        subprocess.run(["cmake", "--install", build, "--prefix", self.dir + "/usr"], check=True, stdout=subprocess.DEVNULL)
        for name in ("state", "cache", "credentials"):
            os.mkdir(f"{self.dir}/{name}", 0o700)
            self.give(f"{self.dir}/{name}")
        for name, text in (("telegram-token", telegram.TOKEN), ("telegram-webhook-secret", "a_secret")):
            self.write(f"credentials/{name}", text + "\n", 0o440)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(self.dir + "/notify")
        os.chmod(self.dir + "/notify", 0o777)
        self.notify.settimeout(60)
        self.env = {"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": self.dir + "/notify", "WATCHDOG_USEC": "30000000",
                    "STATE_DIRECTORY": self.dir + "/state", "CACHE_DIRECTORY": self.dir + "/cache",
                    "CREDENTIALS_DIRECTORY": self.dir + "/credentials"}

    def give(self, path):
        if os.geteuid() == 0:
            os.chown(path, USER, USER)

    def write(self, name, text, mode):
        with open(f"{self.dir}/{name}", "w", encoding="utf-8") as f:
            f.write(text)
        self.give(f"{self.dir}/{name}")
        os.chmod(f"{self.dir}/{name}", mode)

    def ready(self):
        while b"READY=1" not in self.notify.recv(4096):
            pass


async def answered(server, said):
    server.write(5, "my calf is swollen and warm")
    for _ in range(600):
        if said:
            return True
        await asyncio.sleep(0.1)
    return False


async def talk(place, settings, server, said, more):
    filter_bytes, n = program(settings)
    place.write("c.yaml", f"region: gb\ntelegram:\n  enabled: true\n  token_file: telegram-token\n{more}", 0o644)
    daemon = await asyncio.create_subprocess_exec(
        place.dir + "/usr/bin/soleus", "run", "--config", place.dir + "/c.yaml", env=place.env, stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: confine(filter_bytes, n, settings["MemoryDenyWriteExecute"] == ["yes"]))
    log = asyncio.create_task(daemon.stderr.read())
    problem = None
    try:
        await asyncio.wait_for(asyncio.to_thread(place.ready), 60)
        if "webhook" not in more and not await answered(server, said):
            problem = "no answer"
    except (asyncio.TimeoutError, OSError) as error:
        problem = f"not ready: {error!r}"
    if daemon.returncode is None:
        daemon.terminate()
    status = await asyncio.wait_for(daemon.wait(), 20)
    if status != 0:
        problem = f"{problem or 'ends'}, exit status {status}"
    if problem:
        print(f"sandbox: {problem}, with\n{more}\n{(await log).decode()}")
    return problem is None


async def main():
    if os.uname().machine != "x86_64" or not os.path.exists(NUMBERS) or not shutil.which("systemd-analyze"):
        print("sandbox: needs systemd-analyze on x86-64: not tried")
        return 0
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # of polls that are cut off when the daemon ends
    settings, said = unit(), []
    server = telegram.Server(lambda chat, message: said.append(message))
    base = await server.start()
    place = Place(os.path.abspath(sys.argv[1]))
    try:
        api = f"  api_base: {base}\n"
        hook = f'  mode: webhook\n  webhook: {{url: "{base}/hook", secret_file: telegram-webhook-secret}}\nserver: {{port: 0}}\n'
        return 0 if await talk(place, settings, server, said, api) and await talk(place, settings, server, said, api + hook) else 1
    finally:
        shutil.rmtree(place.dir)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
