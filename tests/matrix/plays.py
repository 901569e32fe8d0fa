#!/usr/bin/env python3
"""plays.py PROGRAM [--encrypted] [PLAY...] - the conversations of tests/plays, through private rooms of a real Synapse.

Each play is a person of their own in a room without encryption; many talk at once. People are plain HTTP clients here, as
a matrix-js-sdk for each would need 115 MB. With --encrypted a few people with matrix-js-sdk and its Rust crypto share the
plays, each in an encrypted room of its own. A tap is a reaction with the number of the choice; several are typed, as one
reaction is one answer. For the rest see acting.py."""
import os
import queue
import re
import sys
import threading
import time
import urllib.parse

import harness

sys.path.insert(0, os.path.join(harness.ROOT, "tests"))
import acting  # noqa: E402

AT_ONCE = 12
SEALED_AT_ONCE = 3
LOOK_MS = 200


class Actor(acting.Actor):
    sent = 0

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

    def collect(self):
        news = self.call("GET", f"/v3/sync?timeout={LOOK_MS}&since={urllib.parse.quote(self.since)}")
        self.since = news["next_batch"]
        events = news.get("rooms", {}).get("join", {}).get(self.room, {}).get("timeline", {}).get("events", [])
        return [e for e in events if e["sender"] == self.world.bot and e["type"] == "m.room.message"]

    def send(self, kind, content):
        self.sent += 1
        room = urllib.parse.quote(self.room, safe="")
        self.call("PUT", f"/v3/rooms/{room}/send/{kind}/t{self.sent}", content)

    def goes_on(self):
        return self.world.daemon.has_more_to_say(self.room)

    def words(self, told):
        return "\n".join(e["content"]["body"] for e in told)

    def state(self):
        return self.world.daemon.talk(self.id, self.room) or {}

    def put(self, text):
        self.send("m.room.message", {"msgtype": "m.text", "body": text})

    # ---- choices ----

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
        self.send("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": offer["event_id"],
                                                  "key": f"{numbers[0]}\ufe0f\u20e3"}})
        self.settle()


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

    def collect(self):
        until = time.monotonic() + LOOK_MS / 1000
        while len(self.client.told) == self.read and time.monotonic() < until:
            time.sleep(0.02)
        new = self.client.told[self.read:]
        self.read += len(new)
        new = [e for e in new if e["sender"] == self.world.bot and e["room"] == self.room]
        if not all(e["encrypted"] for e in new):
            raise RuntimeError("an answer that is not encrypted")
        return [{"event_id": e["event_id"], "content": {"body": e["body"], **e.get("more", {})}} for e in new]

    def send(self, kind, content):
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


def play(program, sealed, region, paths):
    with harness.World(program, region=region, more="  key_file: key\n" if sealed else "") as world:
        actors = cast(world, paths, sealed)
        acting.act(actors)
        return actors, [line for line in world.daemon.logged().splitlines() if line.startswith("error")]


def main():
    program, sealed = os.path.abspath(sys.argv[1]), "--encrypted" in sys.argv
    return acting.play_all(f"plays through Matrix{', encrypted' if sealed else ''}",
                           [p for p in sys.argv[2:] if p != "--encrypted"],
                           lambda region, paths: play(program, sealed, region, paths))


if __name__ == "__main__":
    sys.exit(main())
