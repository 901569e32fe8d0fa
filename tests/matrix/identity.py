#!/usr/bin/env python3
"""identity.py PROGRAM [NAME...] - the account's identity at a real Synapse: made by `soleus matrix login`, kept, brought back with
the recovery key, given up for another. Without NAMEs every test runs; the last line tells how many passed."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import harness


class Account:
    """A freshly registered account, and the folder of a machine that logs in as it."""

    def __init__(self, synapse, folder, program, name):
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
  homeserver: {synapse.url}
  user: "{self.id}"
  token_file: token
  identity_file: identity
  password_env: SOLEUS_TEST_PASSWORD
""")

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
    assert os.listdir(account.folder) == ["soleus.yaml"]


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


def the_doctor_looks(account):
    def doctor():
        done = subprocess.run([account.program, "doctor", "--config", account.config], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "SOLEUS_TEST_PASSWORD": harness.PASSWORD})
        return done.stdout + done.stderr

    account.login()
    said = doctor()
    assert "no keys at the server yet" in said and "0 are backed up" in said and "recovery-key is still on this machine" in said, said
    account.lose(RECOVERY)
    assert "still on this machine" not in doctor()
    file = account.file("identity")
    account.login("--new-identity")
    with open(os.path.join(account.folder, "identity"), "w") as f:
        f.write(file)
    said = doctor()
    assert "the account has another one" in said and "no backup of ours" in said, said
    account.lose("identity")
    assert "cannot open" in doctor()


TESTS = [made_once, kept, brought_back, given_up, broken_off, broken_off_early, made_elsewhere, a_wrong_password, without_identity,
         a_lost_device, the_doctor_looks]


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    folder = tempfile.mkdtemp(prefix="soleus-identity-")
    failed, ran = 0, 0
    synapse = harness.Synapse(folder)
    try:
        for test in TESTS:
            if names and test.__name__ not in names:
                continue
            ran += 1
            began = time.monotonic()
            try:
                test(Account(synapse, folder, program, test.__name__))
                print(f"ok      {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED  {test.__name__}\n{traceback.format_exc()}", flush=True)
    finally:
        synapse.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{ran - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
