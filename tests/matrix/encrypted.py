#!/usr/bin/env python3
"""encrypted.py PROGRAM [NAME...] - the daemon in encrypted rooms at a real Synapse: people write with matrix-js-sdk and its Rust
crypto. Without NAMEs every test runs; the last line tells how many passed."""
import sys
import time

import live

WORRY = "my calf is swollen and warm since yesterday"
URGENT = "my calf hurts and I can't breathe properly"


def raw_events(world, room, kind=None):
    """What the server has of a room, as our account sees it."""
    status, answer = world.synapse.client("GET", f"/v3/rooms/{room}/messages?dir=b&limit=100", world.account["access_token"])
    assert status == 200, answer
    return [e for e in answer["chunk"] if kind in (None, e["type"]) and e["sender"] == world.bot]


def in_a_direct_room(world):
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    question = ann.hears("true right now")
    assert question["encrypted"], question
    ann.say("none of these")
    assert ann.hears()["encrypted"]
    assert world.daemon.talk(ann.id, room)["urgency"] in ("urgent", "same_day"), world.daemon.talk(ann.id, room)
    assert not raw_events(world, room, "m.room.message"), raw_events(world, room, "m.room.message")
    assert len(raw_events(world, room, "m.room.encrypted")) >= 2


TESTS = [in_a_direct_room]

for test in TESTS:
    test.world = {"more": "  key_file: key\n", **getattr(test, "world", {})}

if __name__ == "__main__":
    sys.exit(live.main(TESTS))
