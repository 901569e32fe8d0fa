#!/usr/bin/env python3
"""plays.py PROGRAM [--encrypted] [PLAY...] - the conversations of tests/plays, through private rooms of a real Synapse.

Each play is a person of their own in a room without encryption; many talk at once. People are plain HTTP clients here, as
a matrix-js-sdk for each would need 115 MB. With --encrypted a few people with matrix-js-sdk and its Rust crypto share the
plays, each in an encrypted room of its own. What is said is looked for in what came; urgency, stage and what is known are
read from the stored conversation after each turn. Not played: plays that need another time of day, somebody who takes over,
or an empty message. A tap is a reaction with the number of the choice; several are typed, as one reaction is one answer."""
import os
import queue
import re
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402 - ours, of this folder

AT_ONCE = 12
SEALED_AT_ONCE = 3
QUIET_S = 1.0  # a turn is over when nothing came for so long, and nothing waits to be said
PATIENCE_S = 40.0
MAX_REPEATS = 15
INSIDE = ("asks", "asks not", "asks nothing", "question", "why", "advises", "advises not", "avoids", "first", "lists")


def read(path):
    """A play as (head, lines); a line is (verb, text, number)."""
    head, lines = {}, []
    with open(path) as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith(">"):
                lines.append(("say", line[1:].strip(), number))
                continue
            verb, _, text = line.partition(":")
            if verb in ("title", "region", "human") and not lines:
                head[verb] = text.strip()
            else:
                lines.append((verb.strip(), text.strip(), number))
    return head, lines


def place(region):
    with open(os.path.join(harness.ROOT, "intents", "triage", "places.yaml")) as f:
        known = re.findall(r"^  - id: *(\S+)", f.read(), re.M)
    return region if region in known else "unknown"


class Actor(threading.Thread):
    def __init__(self, world, path, number, gate):
        super().__init__(daemon=True)
        self.world, self.path, self.number, self.gate = world, path, number, gate
        self.head, self.lines = read(path)
        self.heard, self.failed, self.unseen, self.said = [], [], 0, 0

    def run(self):
        with self.gate:
            try:
                self.enter()
                for verb, text, number in self.lines:
                    self.perform(verb, text, number)
            except Exception as problem:  # a test that breaks has failed
                self.failed.append(f"{self.path}: {problem!r}")

    def fail(self, number, verb, text, got):
        self.failed.append(f"{self.path}:{number}: expected  {verb}: {text}\n    but got  {got}")

    # ---- the room ----

    def call(self, method, path, what=None):
        status, answer = self.world.synapse.client(method, path, self.token, what)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {answer}")
        return answer

    def enter(self):
        who = self.world.synapse.register(f"actor{self.number}")
        self.id, self.token = who["user_id"], who["access_token"]
        self.room = self.call("POST", "/v3/createRoom", {"invite": [self.world.bot], "is_direct": True,
                                                         "preset": "trusted_private_chat"})["room_id"]
        self.since = self.call("GET", "/v3/sync?timeout=0")["next_batch"]

    def collect(self, wait_ms):
        """What the bot has said since."""
        news = self.call("GET", f"/v3/sync?timeout={wait_ms}&since={urllib.parse.quote(self.since)}")
        self.since = news["next_batch"]
        events = news.get("rooms", {}).get("join", {}).get(self.room, {}).get("timeline", {}).get("events", [])
        return [e for e in events if e["sender"] == self.world.bot and e["type"] == "m.room.message"]

    def put(self, kind, content):
        self.said += 1
        room = urllib.parse.quote(self.room, safe="")
        self.call("PUT", f"/v3/rooms/{room}/send/{kind}/t{self.said}", content)

    def settle(self):
        heard, quiet_at, until = [], None, time.monotonic() + PATIENCE_S
        while time.monotonic() < until and (quiet_at is None or time.monotonic() < quiet_at):
            new = self.collect(200)
            if new or (quiet_at and self.world.daemon.has_more_to_say(self.room)):
                quiet_at = time.monotonic() + QUIET_S
            heard += new
        self.heard = heard
        if quiet_at is None:
            raise RuntimeError("no answer")

    # ---- what happens ----

    def say(self, text):
        self.put("m.room.message", {"msgtype": "m.text", "body": text})
        self.settle()

    def offer(self):
        return next((e for e in reversed(self.heard) if "org.soleus.choices" in e["content"]), None)

    def tap(self, text):
        picks, offer = re.split(r"\s*,\s*", text), self.offer()
        offered = offer["content"]["org.soleus.choices"]["ids"] if offer else []
        numbers = [offered.index(p) + 1 for p in picks if p in offered]
        if len(numbers) != len(picks):
            raise RuntimeError(f"not offered: {text!r} of {offered}")
        if len(numbers) > 1 or numbers[0] > 9:
            self.say(" ".join(map(str, numbers)))
            return
        self.put("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": offer["event_id"],
                                                 "key": f"{numbers[0]}\ufe0f\u20e3"}})
        self.settle()

    def until_advised(self, text, number):
        for _ in range(MAX_REPEATS):
            self.say(text)
            if self.state().get("stage") != "asking":
                return
        self.fail(number, "until advised", text, "still asking")

    def state(self):
        return self.world.daemon.talk(self.id, self.room) or {}

    def perform(self, verb, text, number):
        if verb == "say":
            self.say(text)
        elif verb == "tap":
            self.tap(text)
        elif verb == "until advised":
            self.until_advised(text, number)
        elif verb == "start again":
            self.say("start again")
        else:
            self.check(verb, text, number)

    # ---- what must be true ----

    def check(self, verb, text, number):
        got = "\n".join(e["content"]["body"] for e in self.heard)
        if verb == "says" and text.lower() not in got.lower():
            self.fail(number, verb, text, got)
        elif verb == "says not" and text.lower() in got.lower():
            self.fail(number, verb, text, got)
        elif verb in ("urgency", "stage") and self.state().get(verb, "none") not in re.split(r"\s*,\s*|\s+or\s+", text):
            self.fail(number, verb, text, self.state().get(verb, "none"))
        elif verb == "knows":
            finding, _, state = text.partition(" ")
            known = self.state().get("facts", {}).get(finding, "unknown")
            if known != state.strip():
                self.fail(number, verb, text, known)
        elif verb in INSIDE:
            self.unseen += 1


class SealedActor(Actor):
    """Somebody who borrows a client with encryption for a play, and a room of its own."""

    def __init__(self, world, path, number, gate, clients):
        super().__init__(world, path, number, gate)
        self.clients, self.client, self.read = clients, None, 0

    def run(self):
        self.client = self.clients.get()
        try:
            super().run()
        finally:
            self.clients.put(self.client)

    def enter(self):
        self.id, self.read = self.client.id, len(self.client.told)
        self.room = self.client.direct(encrypted=True)

    def collect(self, wait_ms):
        until = time.monotonic() + wait_ms / 1000
        while len(self.client.told) == self.read and time.monotonic() < until:
            time.sleep(0.02)
        new = self.client.told[self.read:]
        self.read += len(new)
        new = [e for e in new if e["sender"] == self.world.bot and e["room"] == self.room]
        if not all(e["encrypted"] for e in new):
            raise RuntimeError("an answer that is not encrypted")
        return [{"event_id": e["event_id"], "content": {"body": e["body"], **e.get("more", {})}} for e in new]

    def put(self, kind, content):
        if kind == "m.reaction":
            relation = content["m.relates_to"]
            self.client.do("react", event=relation["event_id"], key=relation["key"], room=self.room)
        else:
            self.client.say(content["body"], room=self.room)


def cast(world, paths, sealed):
    if not sealed:
        gate = threading.Semaphore(AT_ONCE)
        return [Actor(world, p, i, gate) for i, p in enumerate(paths)]
    clients = queue.Queue()
    for _ in range(min(SEALED_AT_ONCE, len(paths))):
        clients.put(world.person(crypto=True))
    gate = threading.Semaphore(SEALED_AT_ONCE)
    return [SealedActor(world, p, i, gate, clients) for i, p in enumerate(paths)]


def play_region(program, region, paths, failed, sealed):
    with harness.World(program, region=region, more="  key_file: key\n" if sealed else "") as world:
        actors = cast(world, paths, sealed)
        for a in actors:
            a.start()
        for a in actors:
            a.join()
        for line in world.daemon.logged().splitlines():
            if line.startswith("error"):
                failed.append(f"{region}: {line}")
    for a in actors:
        failed += a.failed
    return sum(1 for a in actors if not a.failed), sum(a.unseen for a in actors)


def main():
    program = os.path.abspath(sys.argv[1])
    folder = os.path.join(harness.ROOT, "tests", "plays")
    sealed = "--encrypted" in sys.argv
    paths = [p for p in sys.argv[2:] if p != "--encrypted"] or sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".play"))
    by_region, skipped, failed, passed, unseen = {}, 0, [], 0, 0
    for path in paths:
        head, lines = read(path)
        if "human" in head or any(verb == "later" or (verb, said) == ("say", "") for verb, said, _ in lines):
            skipped += 1
            continue
        by_region.setdefault(place(head.get("region", "unknown")), []).append(path)
    for region, some in by_region.items():
        ok, inside = play_region(program, region, some, failed, sealed)
        passed += ok
        unseen += inside
    for problem in failed:
        print(problem)
    total = sum(len(p) for p in by_region.values())
    print(f"plays through Matrix{', encrypted' if sealed else ''}: {passed} of {total} as written; {skipped} need what a channel can't change; "
          f"{unseen} expectations look inside and were not seen")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
