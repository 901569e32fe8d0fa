"""harness.py - a daemon of ours, a real Synapse, and people who write with matrix-js-sdk.

They are started by `synapse.sh` and `node.sh` of the peers folder (../shared/peers, or $SOLEUS_PEERS); where they can't be
started, the test says so and is skipped."""
import http.server
import json
import os
import queue
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.environ.get("SOLEUS_PEERS", os.path.join(ROOT, "..", "shared", "peers"))
PASSWORD = "a-password-of-the-tests"
SKIPPED = 77
PATIENCE_S = 30


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def call(method, url, token=None, what=None):
    """Status and answer."""
    headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
    data = json.dumps(what).encode() if what is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read() or b"{}")


class Synapse:
    """The homeserver."""

    def __init__(self, folder, *options):
        self.data, self.options = os.path.join(folder, "synapse"), options
        self.script = os.path.join(PEERS, "synapse.sh")
        if not os.path.exists(self.script):
            skip(f"no {self.script}")
        for part in (self.script, os.path.join(PEERS, "node.sh")):
            if subprocess.run([part, "install"], capture_output=True).returncode:
                skip(f"{os.path.basename(part)} can't install what it needs")
        self.port = "0"
        self.start()

    def start(self, *more):
        began = subprocess.run([self.script, "start", "--port", self.port, "--data", self.data, *self.options, *more],
                               capture_output=True, text=True)
        if began.returncode:
            skip(f"Synapse does not start: {began.stderr.strip()[-300:]}")
        self.url = began.stdout.strip()
        self.port = self.url.rpartition(":")[2]

    def stop(self):
        subprocess.run([self.script, "stop", "--data", self.data], capture_output=True)

    def register(self, name):
        made = subprocess.run([self.script, "register", name, PASSWORD, "--data", self.data], capture_output=True, text=True)
        return json.loads(made.stdout)

    def client(self, method, path, token, what=None):
        return call(method, self.url + "/_matrix/client" + path, token, what)


class Recorder:
    """Stands between the daemon and the homeserver, and notes what is asked: method, path, query, body. With `hold` set, what is
    for the daemon's device stays here, and comes with the first answer after it is unset."""

    def __init__(self, url):
        self.log, self.hold, self.held, recorder = [], False, [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path, _, query = self.path.partition("?")
                query = {k: v[0] for k, v in urllib.parse.parse_qs(query).items()}
                recorder.log.append((self.command, path, query, json.loads(body) if body else None))
                headers = {k: v for k, v in self.headers.items() if k in ("Authorization", "Content-Type")}
                asked = urllib.request.Request(url + self.path, body or None, headers, method=self.command)
                try:
                    with urllib.request.urlopen(asked, timeout=90) as answer:
                        status, said = answer.status, answer.read()
                except urllib.error.HTTPError as refused:
                    status, said = refused.code, refused.read()
                except OSError:  # the server has ended
                    self.close_connection = True
                    return
                if path.endswith("/sync") and status == 200:
                    said = recorder.delay(said)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # one who is killed does not wait for the answer
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def delay(self, said):
        answer = json.loads(said)
        self.held += answer.pop("to_device", {}).get("events", [])
        if not self.hold and self.held:
            answer["to_device"], self.held = {"events": self.held}, []
        return json.dumps(answer).encode()

    def stand_before(self, daemon, url):
        """The daemon, which must not run, asks here from now on."""
        with open(daemon.config) as f:
            text = f.read()
        with open(daemon.config, "w") as f:
            f.write(text.replace(url, self.url))


class Person:
    """Somebody with a client; what they hear is told by `hears`."""

    def __init__(self, synapse, name, bot, *options, crypto=False, nio=False, register=True):
        self.name, self.bot, self.number, self.answers, self.told = name, bot, 0, {}, []
        self.trouble = []  # with the server
        self.changed = threading.Condition()
        client = ["nio.sh", "user"] if nio else ["node.sh", "matrix-user.mjs"]
        self.process = subprocess.Popen(
            [os.path.join(PEERS, client[0]), client[1], "--base", synapse.url, "--user", name, "--password", PASSWORD,
             *(["--register"] if register else []), *([] if crypto else ["--no-crypto"]), *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ready = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        who = self.ready.get(timeout=60)
        if who.get("event") != "ready":
            raise RuntimeError(who)
        self.id, self.token = who["user_id"], who["access_token"]

    def _read(self):
        for line in self.process.stdout:
            what = json.loads(line)
            if what.get("event") in ("ready", "fatal"):
                self.ready.put(what)
            elif what.get("event") == "message":
                self.told.append(what)
            elif what.get("event") in ("sync", "error"):
                self.trouble.append(what)
            elif "ok" in what:
                with self.changed:
                    self.answers[what["id"]] = what
                    self.changed.notify_all()

    def do(self, cmd, **what):
        self.number += 1
        number = self.number
        self.process.stdin.write(json.dumps({"id": number, "cmd": cmd, **what}) + "\n")
        self.process.stdin.flush()
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.answers, what.get("timeout", 0) / 1000 + 60):
                raise AssertionError(f"{self.name}: no answer to {cmd}")
            answer = self.answers.pop(number)
        if not answer["ok"]:
            raise AssertionError(f"{self.name}: {cmd} {what}: {answer['error']}; its connection: {self.trouble}")
        return answer

    def say(self, text, **more):
        return self.do("send", text=text, **more)["event_id"]

    def hears(self, match=None, seconds=PATIENCE_S, **more):
        """What the bot says, unless `more` says otherwise."""
        wanted = {"from": self.bot, **({"match": match} if match is not None else {}), **more}
        return self.do("expect", timeout=int(seconds * 1000), **wanted)["got"]

    def hears_nothing(self, seconds=1.5, **more):
        self.do("quiet", ms=int(seconds * 1000), **{"from": self.bot, **more})

    def settle(self, seconds=1.5):
        """All that is said by then is heard."""
        time.sleep(seconds)
        self.do("drop")

    def direct(self, encrypted=False):
        room = self.do("dm", user=self.bot, encrypted=encrypted)["room"]
        self.do("joined", user=self.bot, room=room, timeout=PATIENCE_S * 1000)
        return room

    def leave(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Daemon:
    def __init__(self, folder, program, synapse, account, name="bot", region="gb", invites="any", more="", log="info",
                 per_minute=600, private="offer_private: false"):
        self.program, self.folder = program, folder
        os.makedirs(folder, exist_ok=True)
        self.state = os.path.join(folder, "state")
        self.config, self.log = os.path.join(folder, "soleus.yaml"), os.path.join(folder, "log")
        self.token = os.path.join(folder, "token")
        self.write("token", json.dumps({k: account[k] for k in ("user_id", "device_id", "access_token")}))
        self.write("password", PASSWORD)
        self.write("key", "a-secret-for-keys-of-the-tests")
        with open(self.config, "w") as f:
            f.write(f"""region: {region}
state_dir: state
log: {{level: {log}}}
limits: {{messages_per_minute: {per_minute}}}
matrix:
  enabled: true
  homeserver: {synapse.url}
  user: "{account['user_id']}"
  token_file: token
  password_file: password
  sync_timeout_s: 5
  rooms: {{invites: {invites}, {private}}}
{more}
""")
        self.process = None

    def write(self, name, text):
        with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
            f.write(text + "\n")

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([self.program, "run", "--config", self.config], stdout=log, stderr=log)
        return self

    def wait_for(self, text, seconds=PATIENCE_S, count=1):
        until = time.monotonic() + seconds
        while self.logged().count(text) < count:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"never logged {text!r}: " + self.logged()[-2000:])
            time.sleep(0.02)
        return self

    def logged(self):
        with open(self.log) as f:
            return f.read()

    def stop(self, how=signal.SIGTERM):
        """Returns the exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(15)
        return self.process.returncode if self.process else None

    def has_more_to_say(self, room):
        with sqlite3.connect(f"file:{self.state}/soleus.db?mode=ro", uri=True, timeout=10) as db:
            return db.execute("select 1 from outbox where room = ? and kind <> 'check_in'", (room,)).fetchone() is not None

    def talk(self, person, room):
        """The stored state of a conversation, or None."""
        with sqlite3.connect(f"file:{self.state}/soleus.db?mode=ro", uri=True, timeout=10) as db:
            row = db.execute("select state from conversation where person = ? and room = ? order by id",
                             (person, room)).fetchone()
        return json.loads(row[0]) if row else None


class World:
    """All of it, in a folder of its own, and gone afterwards."""

    def __init__(self, program, *options, **more):
        self.folder = tempfile.mkdtemp(prefix="soleus-matrix-")
        self.synapse = Synapse(self.folder, *options)
        self.people, self.n = [], 0
        self.account = self.synapse.register("bot")
        self.bot = self.account["user_id"]
        self.daemon = Daemon(os.path.join(self.folder, "bot"), program, self.synapse, self.account, **more)

    def person(self, *options, **more):
        self.n += 1
        self.people.append(Person(self.synapse, f"person{self.n}", self.bot, *options, **more))
        return self.people[-1]

    def another(self, person, *options):
        """A second client of somebody."""
        self.people.append(Person(self.synapse, person.name, self.bot, "--device", f"SECOND{len(self.people)}", *options,
                                  crypto=True, register=False))
        return self.people[-1]

    def __enter__(self):
        try:
            self.daemon.start().wait_for("matrix is there")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for person in self.people:
            person.leave()
        self.daemon.stop()
        self.synapse.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
