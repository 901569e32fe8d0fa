#!/usr/bin/env python3
"""terminal.py - soleus chat as a person at a terminal has it: line editing, history, a number for a choice, Ctrl-D, colour.
Usage: terminal.py SOLEUS"""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import sys
import tempfile
import termios
import time

soleus = os.path.abspath(sys.argv[1])
failed = 0
DEADLINE = 30  # seconds for one answer: the machine may be busy


def check(what, ok, screen=""):
    global failed
    if not ok:
        failed += 1
        print(f"terminal: {what}\n{screen}")


class Person:
    """Sits at a pseudo terminal with `soleus chat` on it."""

    def __init__(self, home, **environ):
        self.fd, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.screen = ""
        self.pid = os.fork()
        if self.pid == 0:
            self.take(slave)
            env = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm", "LANG": "C", **environ}
            os.execve(soleus, [soleus, "chat", "--region", "gb"], env)

    @staticmethod
    def take(slave):
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(slave, fd)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever started the tests in the background had it ignored

    def read_until(self, pattern):
        """What comes until `pattern` is on the screen; None when it does not come."""
        end = time.monotonic() + DEADLINE
        got = ""
        while not re.search(pattern, got):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                return None
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # the other side is gone
                data = b""
            if not data:
                return None
            got += data.decode("utf-8", "replace")
            self.screen += data.decode("utf-8", "replace")
        return got

    def type(self, text):
        os.write(self.fd, text.encode())

    def wants(self, what, pattern):
        got = self.read_until(pattern)
        check(f"{what}: '{pattern}' does not come", got is not None, self.screen)
        return got or ""

    def leave(self):
        """The exit status, once everything was read, and whether the terminal is as it was."""
        end = time.monotonic() + DEADLINE
        while not os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if time.monotonic() > end:
                check("it does not leave", False, self.screen)
                os.kill(self.pid, signal.SIGKILL)
            if select.select([self.fd], [], [], 0.1)[0]:
                self.screen += os.read(self.fd, 65536).decode("utf-8", "replace")
        status = os.waitpid(self.pid, 0)[1]
        same = termios.tcgetattr(self.slave) == self.before
        os.close(self.fd)
        os.close(self.slave)
        return status, same


PROMPT = r">(\x1b\[[0-9;]*m)? $"
QUESTION = r"(?s)1\. .*2\. .*" + PROMPT


def editing(home):
    p = Person(home)
    p.wants("start", PROMPT)
    # "my calf hurts", mistyped and mended: a letter taken back, one put in at the start
    p.type("y calf hurtz\x7fs\x01m\r")
    p.wants("an edited line", QUESTION)
    p.type("\x1b[A")
    p.wants("the line before, with arrow up", r"my calf hurts")
    p.type("\x15")  # away with it
    p.type("8\r")  # by its number
    p.wants("a number for a choice", r"(?s)(urine|Urine).*" + PROMPT)
    p.type("my calf is sch\u00f6n warm")
    p.wants("letters beyond ASCII", "sch\u00f6n warm")
    p.type("\r")
    p.wants("prompt", "(?s)\n.*" + PROMPT)
    check("colour is missing", "\x1b[1;32m>\x1b[0m " in p.screen, repr(p.screen))
    p.type("\x04")
    status, same = p.leave()
    check(f"Ctrl-D leaves with {status}", status == 0, p.screen)
    check("the terminal is not left as it was", same)


def plain(home, **environ):
    p = Person(home, **environ)
    p.wants(f"start with {environ}", PROMPT)
    p.type("my calf hurts\r")
    p.wants(f"answer with {environ}", QUESTION)
    p.type("\x04")
    status, same = p.leave()
    check(f"{environ}: leaves with {status}", status == 0 and same, p.screen)
    check(f"{environ}: there is colour", not re.search(r"\x1b\[[0-9;]*m", p.screen), repr(p.screen))
    if environ.get("TERM") == "dumb":
        check("a dumb terminal gets escapes", "\x1b" not in p.screen, repr(p.screen))


def interrupted(home):
    p = Person(home)
    p.wants("start", PROMPT)
    p.type("half a li")
    p.wants("half a line", "half a li")
    p.type("\x03")
    status, same = p.leave()
    check(f"Ctrl-C ends with {status}", os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, p.screen)
    check("after Ctrl-C the terminal is not as it was", same)


def main():
    home = tempfile.mkdtemp(prefix="soleus-terminal-")
    try:
        editing(home)
        plain(home, NO_COLOR="1")
        plain(home, TERM="dumb")
        interrupted(home)
        # soleus keeps what it makes of its own data, and nothing else
        left = [os.path.relpath(os.path.join(folder, name), home) for folder, _, names in os.walk(home) for name in names]
        check(f"files are left behind: {left}", all(re.fullmatch(r"\.cache/soleus/.*\.image(\.\w+)?", name) for name in left))
    finally:
        shutil.rmtree(home)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
