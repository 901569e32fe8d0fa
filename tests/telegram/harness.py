"""harness.py - a daemon of ours, a strict Bot API server that others' rules were written into, and people who write.

The server is `telegram.sh` of the peers folder (../shared/peers, or $SOLEUS_PEERS); where it can't be started, the test
says so and is skipped."""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.environ.get("SOLEUS_PEERS", os.path.join(ROOT, "..", "shared", "peers"))
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "a_secret-of-the-tests-0123456789"
SKIPPED = 77


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def post(url, what, **headers):
    """Status and answer, which is JSON or None."""
    request = urllib.request.Request(url, json.dumps(what).encode(), {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, text = refused.code, refused.read()
    return status, json.loads(text) if text[:1] in (b"{", b"[") else None


class Peer:
    """The Bot API server, with what people see of it."""

    def __init__(self, folder, kind="strict", *more):
        self.data = os.path.join(folder, "peer")
        self.script = os.path.join(PEERS, "telegram.sh")
        if not os.path.exists(self.script):
            skip(f"no {self.script}")
        start = subprocess.run([self.script, "start", "--kind", kind, "--port", "0", "--data", self.data, *more],
                               capture_output=True, text=True)
        if start.returncode:
            skip(f"the Bot API server does not start: {start.stderr.strip()[-300:]}")
        self.url = start.stdout.strip()
        self.since = 0
        self.lock = threading.Lock()
        self.heard = {}  # by chat: what came since it was asked for last

    def stop(self):
        subprocess.run([self.script, "stop", "--data", self.data], capture_output=True)

    def bot(self, method, **what):
        """What any program with the same token may call."""
        return post(f"{self.url}/bot{TOKEN}/{method}", what)[1]

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def act(self, name, **what):
        status, answer = post(f"{self.url}/peer/{name}", what)
        if status != 200:
            raise RuntimeError(answer)
        return answer

    def calls(self):
        """Every call of the bot so far: method, params, status."""
        with open(os.path.join(self.data, "calls.jsonl")) as f:
            return [json.loads(line) for line in f]

    def collect(self, wait_ms=0):
        """Sorts what happened into the chats that it happened in."""
        news = self.get(f"/peer/events?since={self.since}&wait={wait_ms}")
        with self.lock:
            for event in news:
                self.since = event["n"]
                self.heard.setdefault(event.get("chat"), []).append(event)

    def take(self, chat):
        with self.lock:
            return self.heard.pop(chat, [])


class Daemon:
    def __init__(self, folder, program, peer, mode="polling", region="gb", extra="", config_more="", env=None,
                 tls=False):
        self.program, self.folder, self.env = program, folder, env
        self.state = os.path.join(folder, "state")
        self.config = os.path.join(folder, "soleus.yaml")
        self.log = os.path.join(folder, "log")
        self.port = 8443 if tls else free_port()  # https: only where Telegram would call
        for name, text in (("token", TOKEN), ("hook", SECRET)):
            with open(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
                f.write(text + "\n")
        scheme = "https" if tls else "http"
        hook = f"""
  mode: webhook
  webhook: {{url: "{scheme}://127.0.0.1:{self.port}/telegram", secret_file: hook}}""" if mode == "webhook" else ""
        with open(self.config, "w") as f:
            f.write(f"""region: {region}
state_dir: state
log: {{level: info}}
limits: {{messages_per_minute: 600}}
telegram:
  enabled: true
  token_file: token
  api_base: {peer.url}
  poll_timeout_s: 5{hook}
{extra}
server: {{port: {self.port}{", tls_certificate: cert.pem, tls_key: key.pem" if tls else ""}}}
{config_more}
""")
        if tls:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                            "2", "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
                           cwd=folder, check=True, capture_output=True)
        self.process = None

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([self.program, "run", "--config", self.config], stdout=log, stderr=log,
                                            env={**os.environ, **(self.env or {})})
        return self

    def wait_ready(self, seconds=20):
        until = time.monotonic() + seconds
        while "ready" not in self.logged():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the daemon did not start: " + self.logged()[-2000:])
            time.sleep(0.02)
        return self

    def logged(self):
        with open(self.log) as f:
            return f.read()

    def stop(self, how=signal.SIGTERM):
        """Returns the exit status and the seconds that the end took."""
        if not self.process or self.process.poll() is not None:
            return (self.process.returncode if self.process else None), 0.0
        began = time.monotonic()
        self.process.send_signal(how)
        return self.process.wait(10), time.monotonic() - began

    def talk(self, person, room=None):
        """The stored state of a conversation, or None."""
        with sqlite3.connect(f"file:{self.state}/soleus.db?mode=ro", uri=True, timeout=10) as db:
            row = db.execute("select state from conversation where person = ? and room = ?",
                             (str(person), str(room or person))).fetchone()
        return json.loads(row[0]) if row else None


class World:
    """All of it, in a folder of its own, and gone afterwards."""

    def __init__(self, program, mode="polling", **more):
        self.folder = tempfile.mkdtemp(prefix="soleus-telegram-")
        self.peer = Peer(self.folder)
        self.daemon = Daemon(self.folder, program, self.peer, mode, **more)

    def __enter__(self):
        try:
            self.daemon.start().wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.daemon.stop()
        self.peer.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def words(events):
    """What can be read in messages and on their buttons."""
    out = []
    for event in events:  # an edit takes or ticks buttons: its words were read before
        message = event.get("message") or {}
        if event["event"] == "message" and message.get("text"):
            out.append(message["text"])
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                out += [button["text"] for button in row]
    return "\n".join(out)
