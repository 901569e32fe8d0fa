#!/usr/bin/env python3
"""encrypted.py PROGRAM [NAME...] - the daemon in encrypted rooms at a real Synapse: people write with matrix-js-sdk and its Rust
crypto. Without NAMEs every test runs; the last line tells how many passed."""
import base64
import os
import random
import sqlite3
import sys
import time

import harness
import live
import openapi

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


def what_is_said_of_reading_along(world):
    ann = world.person(crypto=True)
    ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("this chat is encrypted")


def in_a_club_room(world):
    """Three people; who is not meant is not answered; answers are in a thread, sealed, and read by all."""
    ann, ben, cem = (world.person(crypto=True) for _ in range(3))
    room = ann.do("room", name="club", encrypted=True, invite=[ben.id, cem.id, world.bot])["room"]
    for other in (ben, cem):
        live.come_in(other, room)
    for each in (ann, ben, cem):
        assert each.hears("Hello", room=room)["encrypted"]
    ann.say("how was your run?", room=room)
    ann.hears_nothing(room=room)
    said = ben.say(f"{world.bot} {WORRY}", room=room, mentions=[world.bot])
    for each in (ann, ben, cem):
        heard = each.hears(room=room, encrypted=True)
        assert heard["thread"] == said and heard["msgtype"] == "m.notice", heard
    assert not raw_events(world, room, "m.room.message")


def encryption_in_the_middle(world):
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=False)
    ann.say(WORRY)
    assert not ann.hears("true right now")["encrypted"]
    ann.settle()
    before = len(raw_events(world, room, "m.room.message"))
    ann.do("encrypt", room=room)
    ann.say("none of these")
    assert ann.hears()["encrypted"]
    ann.settle()
    assert len(raw_events(world, room, "m.room.message")) == before


def the_bot_restarts(world):
    """In the middle, and killed: what was said meanwhile is read, and answered once."""
    ann = world.person(crypto=True)
    ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    for how in (15, 9):
        world.daemon.stop(how)
        ann.settle(0.2)
        ann.say("hello" if how == 15 else "none of these")
        world.daemon.start()
        assert ann.hears()["encrypted"]
        ann.settle()


def the_server_restarts(world):
    ann = world.person(crypto=True)
    ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    world.synapse.stop()
    world.synapse.start("--keep")
    ann.say("none of these")
    assert ann.hears(seconds=90)["encrypted"]


def a_new_device(world):
    """Of the person: reads what is said from then on, and is read."""
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    second = world.another(ann)
    second.do("sync")
    second.say("none of these", room=room)
    assert second.hears(room=room)["encrypted"]
    assert ann.hears(room=room)["encrypted"]


def those_who_leave_read_no_more(world):
    ann, ben = world.person(crypto=True), world.person(crypto=True)
    room = ann.do("room", name="club", encrypted=True, invite=[ben.id, world.bot])["room"]
    live.come_in(ben, room)
    ann.hears("Hello", room=room)
    ann.say(f"!calf {WORRY}", room=room)
    ann.hears(room=room)
    before = {e["content"]["session_id"] for e in raw_events(world, room, "m.room.encrypted")}
    ben.do("leave", room=room)
    time.sleep(1)
    ann.settle()
    ann.say(f"!calf {URGENT}", room=room)
    ann.hears("999", room=room)
    after = [e["content"]["session_id"] for e in raw_events(world, room, "m.room.encrypted")]
    assert after[0] not in before, after


def a_key_that_never_comes(world):
    """The person is told once what to do; with the next session all is well."""
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    ann.settle()
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEpABm6", "device_id": "X",
              "sender_key": "Z" * 43, "session_id": "unknown"}
    for _ in range(2):
        status, answer = world.synapse.client("PUT", f"/v3/rooms/{room}/send/m.room.encrypted/{time.time()}", ann.token, sealed)
        assert status == 200, answer
    ann.hears("can't read", seconds=40)
    ann.hears_nothing(3, match="can't read")
    ann.say("none of these")
    ann.hears()


def reactions_answer(world):
    """What a reaction hangs from is a message of ours that only those in the room can read, we among them."""
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    question = ann.hears("true right now")
    offered = question["more"]["org.soleus.choices"]["ids"]
    world.daemon.stop()
    world.daemon.start()
    ann.settle()
    ann.do("react", event=question["event_id"], key=f"{offered.index('chest') + 1}\ufe0f\u20e3")
    assert ann.hears("999")["encrypted"]
    assert world.daemon.talk(ann.id, room)["urgency"] == "emergency"


def as_the_specification_says(world):
    """All that is asked of the server along the way has the form that the OpenAPI file gives it."""
    recorder = harness.Recorder(world.synapse.url)
    world.daemon.stop()
    recorder.stand_before(world.daemon, world.synapse.url)
    world.daemon.start()
    ann, ben = world.person(crypto=True), world.person(crypto=True)
    room = ann.do("room", name="club", encrypted=True, invite=[ben.id, world.bot])["room"]
    live.come_in(ben, room)
    ann.hears("Hello", room=room)
    ann.say(f"!calf {WORRY}", room=room)
    assert ben.hears(room=room)["encrypted"]
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEpABm6", "device_id": "X",
              "sender_key": "Z" * 43, "session_id": "unknown"}
    world.synapse.client("PUT", f"/v3/rooms/{room}/send/m.room.encrypted/x", ann.token, sealed)
    ann.hears("can't read", seconds=40)
    asked = {path.split("/v3/")[1].split("/")[0] + "/" + path.split("/v3/")[1].split("/")[1]
             for _, path, _, _ in recorder.log if path.count("/") > 4}
    for wanted in ("keys/upload", "keys/query", "keys/claim", "sendToDevice/m.room.encrypted",
                   "sendToDevice/m.room_key_request"):
        assert wanted in asked, asked
    assert not openapi.problems(recorder.log), openapi.problems(recorder.log)


def number_of(ciphertext):
    """The number of a Megolm message within its session: after the version a tag of 8, then a varint."""
    data = base64.b64decode(ciphertext + "=" * (-len(ciphertext) % 4))
    assert data[0] == 3 and data[1] == 8, data[:4]
    number, shift, at = 0, 0, 2
    while True:
        number |= (data[at] & 127) << shift
        if data[at] < 128:
            return number
        shift, at = shift + 7, at + 1


def killed_at_any_instant(world):
    """No number of a session is used for two texts, nothing is said twice, and each message has its answer."""
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    ann.settle()
    before = len(raw_events(world, room, "m.room.encrypted"))
    ann.say("help")
    ann.settle()
    answers = len(raw_events(world, room, "m.room.encrypted")) - before
    chance = random.Random(7)
    for _ in range(12):
        ann.say("help")
        time.sleep(chance.random() * 0.4)
        world.daemon.stop(9)
        world.daemon.start()
    ann.settle(8)
    events = raw_events(world, room, "m.room.encrypted")
    numbers = {}
    for e in events:
        c = e["content"]
        key = (c["session_id"], number_of(c["ciphertext"]))
        assert numbers.setdefault(key, c["ciphertext"]) == c["ciphertext"], key
    assert len(events) == before + 13 * answers, (before, answers, len(events))
    transactions = [e["unsigned"]["transaction_id"] for e in events if "transaction_id" in e.get("unsigned", {})]
    assert len(transactions) == len(set(transactions)), transactions


def a_key_that_comes_late(world):
    """A moment late: nobody notices. Much later: it is said, and answered all the same when the key is there, once."""
    recorder = harness.Recorder(world.synapse.url)
    world.daemon.stop()
    recorder.stand_before(world.daemon, world.synapse.url)
    world.daemon.start()
    ann = world.person(crypto=True)
    ann.direct(encrypted=True)
    ann.say("hello")
    ann.hears()
    ann.settle()
    for seconds in (3, 17):
        ann.do("discard")
        recorder.hold = True
        time.sleep(6)  # a question that is open now is answered as before
        ann.say(WORRY if seconds == 3 else "none of these")
        time.sleep(seconds)
        if seconds > 12:
            ann.hears("can't read")
            world.daemon.stop(9)  # what waits outlives us
            world.daemon.start()
        ann.hears_nothing(1)
        recorder.hold = False
        assert ann.hears()["encrypted"]
        ann.settle()
    ann.hears_nothing(1)


def a_server_that_slows_us_down(world):
    ann = world.person(crypto=True)
    ann.direct(encrypted=True)
    for _ in range(3):
        ann.say("help")
    for _ in range(3):
        assert ann.hears(seconds=60)["encrypted"]


a_server_that_slows_us_down.options = ("--limits", "strict")


def nothing_can_be_stored(world):
    """Another program holds the database: whoever writes is told at once whom to call, sealed, though no key can be kept; their
    message is answered when it is free again. Also somebody whom we never said anything to in their room."""
    ann, ben = world.person(crypto=True), world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now|today|true now")
    other = ben.direct(encrypted=True)
    hold = sqlite3.connect(os.path.join(world.daemon.state, "soleus.db"), timeout=30, isolation_level=None)
    hold.execute("begin immediate")
    for each in (ann, ben):
        each.say(URGENT)
        assert each.hears("wrong on my side.*call 999", seconds=40)["encrypted"]
    hold.execute("rollback")
    hold.close()
    for each, place in ((ann, room), (ben, other)):
        assert each.hears("999", seconds=40)["encrypted"]
        assert not raw_events(world, place, "m.room.message"), raw_events(world, place, "m.room.message")
    numbers = [(e["content"]["session_id"], number_of(e["content"]["ciphertext"])) for place in (room, other)
               for e in raw_events(world, place, "m.room.encrypted")]
    assert len(set(numbers)) == len(numbers), numbers


def what_was_decided_is_said(world):
    """Answers wait for a server that slows us down when the database fails: they are sealed and come all the same, each once."""
    people = [world.person(crypto=True) for _ in range(3)]
    ann, room = people[0], [each.direct(encrypted=True) for each in people][0]
    path = os.path.join(world.daemon.state, "soleus.db")
    for _ in range(3): # each of them may say as much as we may answer to all
        for each in people:
            each.say("help")
    world.daemon.wait_for(" replies=1", count=9)
    hold = sqlite3.connect(path, timeout=30, isolation_level=None)
    hold.execute("begin immediate")
    assert hold.execute("select count(*) from outbox where waits < 2").fetchone()[0] >= 2
    for _ in range(3):
        for each in people:
            assert each.hears(seconds=60)["encrypted"]
    assert "keys not saved" in world.daemon.logged()
    hold.execute("rollback")
    hold.close()
    ann.say(URGENT)
    ann.hears("999", seconds=60)
    ours = [e["event_id"] for e in raw_events(world, room, "m.room.encrypted")]
    heard = [m["event_id"] for m in ann.told if m["sender"] == world.bot and m["body"]]
    assert sorted(ours) == sorted(heard), (ours, heard)
    assert not raw_events(world, room, "m.room.message")


what_was_decided_is_said.options = ("--limits", "strict")


def forgotten_and_heard_again(world):
    """What somebody said before can't be read any more; what they say next in the same session can."""
    ann = world.person(crypto=True)
    room = ann.direct(encrypted=True)
    ann.say(WORRY)
    ann.hears("true right now")
    ann.settle()
    ann.say("forget me")
    ann.hears()
    ann.say("yes")
    ann.settle()
    assert not world.daemon.talk(ann.id, room), world.daemon.talk(ann.id, room)
    ann.say(WORRY)
    ann.hears("true right now")


def called_back(world):
    """Removed, and called again: nothing is sealed with a key that was given out before."""
    ann, ben = world.person(crypto=True), world.person(crypto=True)
    room = ann.do("room", name="club", encrypted=True, invite=[ben.id, world.bot])["room"]
    live.come_in(ben, room)
    ann.hears("Hello", room=room)
    ann.do("kick", room=room, user=world.bot)
    time.sleep(1)
    ann.do("invite", room=room, user=world.bot)
    ann.hears("Hello", room=room)
    ann.say(f"!calf {URGENT}", room=room)
    assert ann.hears("999", room=room)["encrypted"]
    assert len({e["content"]["session_id"] for e in raw_events(world, room, "m.room.encrypted")}) == 2


TESTS = [in_a_direct_room, nothing_can_be_stored, what_was_decided_is_said, called_back, a_server_that_slows_us_down, forgotten_and_heard_again, a_key_that_comes_late, killed_at_any_instant, reactions_answer, as_the_specification_says, what_is_said_of_reading_along, in_a_club_room, encryption_in_the_middle, the_bot_restarts,
         the_server_restarts, a_new_device, those_who_leave_read_no_more, a_key_that_never_comes]

for test in TESTS:
    test.world = {"more": "  key_file: key\n", **getattr(test, "world", {})}

if __name__ == "__main__":
    sys.exit(live.main(TESTS))
