#!/usr/bin/env python3
"""doctor.py - soleus doctor before worlds in which something is wrong: each must be named, and the token never.
Usage: doctor.py SOLEUS"""
import email.utils
import fcntl
import http.server
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

soleus = os.path.abspath(sys.argv[1])
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
HOOK = "https://bot.example.org/telegram-4f1e"
failed = 0


def ok(result):
    return 200, {"ok": True, "result": result}


def refused(code, description):
    return code, {"ok": False, "error_code": code, "description": description}


ME = {"id": 110201543, "is_bot": True, "username": "calf_bot", "can_join_groups": True,
      "can_read_all_group_messages": False}
NO_HOOK = {"url": "", "pending_update_count": 0}


class Telegram(http.server.ThreadingHTTPServer):
    """Answers each method as it is told; `skew` is how far its clock is ahead."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.world()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def world(self, skew=0, **answers):
        self.skew, self.asked = skew, []
        self.answers = {"getMe": ok(ME), "getWebhookInfo": ok(NO_HOOK), "getUpdates": ok([]), **answers}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token, method = re.fullmatch(r"/bot([^/]*)/(\w+)", self.path).groups()
        self.server.asked.append((method, json.loads(body or b"{}")))
        status, answer = self.server.answers[method] if token == TOKEN else refused(401, "Unauthorized")
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response_only(status)
        self.send_header("Date", email.utils.formatdate(time.time() + self.server.skew, usegmt=True))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Place:
    """A folder with a configuration, a token and a place for state."""

    def __init__(self, telegram):
        self.telegram = telegram
        self.dir = tempfile.mkdtemp(prefix="soleus-doctor-")
        self.write("token", TOKEN + "\n", 0o600)
        self.write("hook", "4f1e_secret\n", 0o600)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def doctor(self, telegram="", top=""):
        config = self.write("c.yaml", f"region: gb\nstate_dir: state\n{top}\n"
                            f"telegram:\n  enabled: true\n  token_file: token\n  api_base: {self.telegram.base}\n{telegram}\n")
        env = {k: v for k, v in os.environ.items() if k != "CREDENTIALS_DIRECTORY"}
        run = subprocess.run([soleus, "doctor", "--config", config], capture_output=True, text=True, timeout=120, env=env)
        return run.returncode, run.stdout + run.stderr


def expect(name, result, status, *lines):
    """The exit status, and for each line a pattern; "!" before it: must not be there."""
    global failed
    code, said = result
    wrong = [] if code == status else [f"exit status {code}, expected {status}"]
    for line in lines:
        there = re.search(line.lstrip("!"), said, re.M) is not None
        if there == line.startswith("!"):
            wrong.append(("has " if there else "lacks ") + line)
    if TOKEN in said or TOKEN.split(":")[1] in said:
        wrong.append("the token is told")
    if "telegram-4f1e" in said or "4f1e_secret" in said:
        wrong.append("the webhook's secret path is told")
    if wrong:
        failed += 1
        print(f"doctor, {name}: {'; '.join(wrong)}\n{said}")


def telegram_worlds(t, place):
    t.world()
    expect("all is well", place.doctor(), 0, r"^ok +token: works: this is @calf_bot$", r"^ok +webhook: none is left over$",
           r"^ok +poller: nobody else", r"^ok +clock: agrees", r"^warn region: gb: nobody has confirmed its numbers \(999, 112\)",
           r"^ok +disk: \d+ MiB free", r"^0 bad, 1 to look at$")
    updates = [body for method, body in t.asked if method == "getUpdates"]
    if len(updates) != 1 or "offset" in updates[0]:
        expect(f"getUpdates confirms something: {updates}", (1, ""), 0)

    t.world(getMe=refused(401, "Unauthorized"))
    expect("token refused", place.doctor(), 1, r"^bad +token: Telegram does not know it \(401 Unauthorized\): copy it again")
    t.world(getMe=(502, b"<html>Bad Gateway</html>"))
    expect("a gateway's page", place.doctor(), 1, r"^bad +network: Telegram cannot be reached: 502 and no JSON")
    t.world(getMe=(200, b'{"ok":true,"result":{"user'))
    expect("half an answer", place.doctor(), 1, r"^bad +token: Telegram did not answer as expected")

    t.world(getWebhookInfo=ok({"url": HOOK, "pending_update_count": 3}))
    expect("webhook left over", place.doctor(), 0, r"^warn webhook: one is still set, to bot\.example\.org: ", "!poller")
    t.world(getUpdates=refused(409, "Conflict: terminated by other getUpdates request"))
    expect("second poller", place.doctor(), 1, r"^bad +poller: another program reads this bot's messages")
    t.world(getWebhookInfo=ok({"url": "", "pending_update_count": 7}))
    expect("messages wait", place.doctor(), 0, r"^ok +poller: nobody reads this bot's messages: 7 wait$")
    if any(method == "getUpdates" for method, _ in t.asked):
        expect("polls for nothing", (1, ""), 0)

    t.world(skew=100)
    expect("clock behind", place.doctor(), 0, r"^warn clock: (99|100) seconds behind Telegram's")
    t.world(skew=-4000)
    expect("clock ahead", place.doctor(), 1, r"^bad +clock: (3999|400\d) seconds ahead of Telegram's")

    groups = "  groups: {allow: any, answer_red_flags_unasked: true}"
    t.world()
    expect("privacy mode on", place.doctor(groups), 1, r"^bad +privacy: privacy mode is on, so danger signs")
    t.world(getMe=ok({**ME, "can_read_all_group_messages": True, "can_join_groups": False}))
    expect("privacy mode off", place.doctor(groups), 1, r"^ok +privacy: privacy mode is off", r"^bad +groups: the bot can't be added")
    t.world(getMe=ok({**ME, "can_read_all_group_messages": True}))
    expect("reads for nothing", place.doctor("  groups: {allow: any}"), 0, r"^warn privacy: privacy mode is off")


def webhook_worlds(t, place):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        hook = f"  mode: webhook\n  webhook: {{url: \"{HOOK}\", secret_file: hook}}"
        server = f"server: {{port: {port}}}"
        s.listen()
        t.world()
        expect("port taken", place.doctor(hook, server), 1, r"^bad +server: ", r"^ok +webhook: not set yet")
    t.world(getWebhookInfo=ok({"url": HOOK, "pending_update_count": 0}))
    expect("webhook fine", place.doctor(hook, server), 0, rf"^ok +server: can listen on 127\.0\.0\.1, port {port}$",
           r"^ok +webhook: set, to bot\.example\.org$", "!poller")
    error = {"last_error_message": "Wrong response from the webhook: 502 Bad Gateway", "last_error_date": int(time.time()) - 180}
    t.world(getWebhookInfo=ok({"url": HOOK, "pending_update_count": 250, **error}))
    expect("webhook fails", place.doctor(hook, server), 1, r"^bad +webhook: Telegram could not deliver 3 minutes ago: Wrong response",
           r"^warn webhook: 250 messages wait")
    t.world(getWebhookInfo=ok({"url": "https://other.example/x-telegram-4f1e", "pending_update_count": 0}))
    expect("another webhook", place.doctor(hook, server), 0, r"^warn webhook: set to another address, at other\.example: ")
    place.write("c.pem", "no certificate\n")
    place.write("k.pem", "no key\n", 0o600)
    expect("broken TLS files", place.doctor(hook, f"server: {{port: {port}, tls_certificate: c.pem, tls_key: k.pem}}"), 1,
           r"^bad +server: ")


def machine_worlds(t, place):
    t.world()
    place.write("token", TOKEN, 0o644)
    expect("token for all to read", place.doctor(), 1, r"^bad +files: line \d+: 'telegram\.token_file': others may read")
    place.write("token", "not a token\n", 0o600)
    expect("no token", place.doctor(), 1, r"^bad +files: line \d+: 'telegram\.token_file': what is kept there is not a token")
    os.unlink(os.path.join(place.dir, "token"))
    expect("token missing", place.doctor(), 1, r"^bad +files: line \d+: 'telegram\.token_file': cannot read .*/token: No such")
    place.write("token", TOKEN, 0o600)

    state = os.path.join(place.dir, "state")
    os.mkdir(state, 0o755)
    expect("state for all to see", place.doctor(), 1, r"^bad +state: others get into .*/state: chmod 700 ")
    os.chmod(state, 0o700)
    place.write("state/soleus.db", "this is no database, and long enough to be looked at as one " * 20, 0o600)
    expect("no database", place.doctor(), 1, r"^bad +database: ")
    os.chmod(os.path.join(state, "soleus.db"), 0o644)
    expect("database for all to read", place.doctor(), 1, r"^bad +state: others may read .*/state/soleus\.db: chmod 600 ")
    os.unlink(os.path.join(state, "soleus.db"))

    # a daemon that runs holds the lock: its messages are not read, its database not opened
    t.world()
    lock = place.write("state/soleus.lock", f"{os.getpid()}\n", 0o600)
    with open(lock, "r+b") as f:
        F_OFD_SETLK = 37
        fcntl.fcntl(f, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        expect("daemon runs", place.doctor(), 0, rf"^ok +daemon: runs as process {os.getpid()}$", r"^ok +database: in use",
               r"^ok +poller: not tried while the daemon runs")
    if any(method == "getUpdates" for method, _ in t.asked):
        expect("the daemon's poll is disturbed", (1, ""), 0)

    quiet = place.write("quiet.yaml", "state_dir: state\n")
    run = subprocess.run([soleus, "doctor", "--config", quiet], capture_output=True, text=True, timeout=60)
    expect("no channel", (run.returncode, run.stdout + run.stderr), 0, r"^warn channels: none is switched on", r"^warn region: not set")
    broken = place.write("broken.yaml", "regoin: gb\n")
    run = subprocess.run([soleus, "doctor", "--config", broken], capture_output=True, text=True, timeout=60)
    expect("broken configuration", (run.returncode, run.stdout + run.stderr), 1, r"broken\.yaml:1:1: unknown key 'regoin'")


def main():
    t = Telegram()
    place = Place(t)
    try:
        telegram_worlds(t, place)
        webhook_worlds(t, place)
        machine_worlds(t, place)
    finally:
        shutil.rmtree(place.dir)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
