#!/usr/bin/env python3
"""encrypted_rooms.py PROGRAM [NAME...] - what goes on in encrypted rooms of a real Synapse: clubs, restarts, new devices, rooms
that are replaced. People write with matrix-js-sdk and its Rust crypto, one with matrix-nio and libolm. Without NAMEs every test
runs; the last line tells how many passed."""
import base64
import os
import subprocess
import sys
import time

import guest
import harness
import live
from encrypted import raw_events
from live import URGENT, WORRY


def index_of(ciphertext):
    """The step of the ratchet in a Megolm message: version, then the field 1 as a number of 7 bits a byte."""
    data = base64.b64decode(ciphertext + "=" * (-len(ciphertext) % 4))
    assert data[0] == 3 and data[1] == 8, data[:4]
    at, index = 2, 0
    while True:
        index |= (data[at] & 127) << 7 * (at - 2)
        if data[at] < 128:
            return index
        at += 1


def sealed(world, room, *readers):
    """Nothing that we said there can be read by the server, no step of a ratchet was used twice, and `readers` can read it all."""
    plain = raw_events(world, room, "m.room.message")
    assert not plain, plain
    said = [e["content"] for e in raw_events(world, room, "m.room.encrypted")]
    steps = [(e["session_id"], index_of(e["ciphertext"])) for e in said]
    assert steps and len(set(steps)) == len(steps), steps
    for who in readers:
        for event in who.do("history", limit=100, room=room)["events"]:
            assert event.get("msgtype") != "m.bad.encrypted", event


def club(world, n=3, **more):
    people = [world.person(crypto=True) for _ in range(n)]
    room = people[0].do("room", name="club", encrypted=True, invite=[world.bot, *(p.id for p in people[1:])], **more)["room"]
    people[0].do("joined", user=world.bot, room=room, timeout=30000)
    for other in people[1:]:
        live.come_in(other, room)
        people[0].do("joined", user=other.id, room=room, timeout=30000)
        other.do("joined", user=world.bot, room=room, timeout=30000)
    time.sleep(1)
    return room, people


def begin(world, **more):
    """Somebody in an encrypted direct room, with the first question asked."""
    ann = world.person(crypto=True, **more)
    room = ann.direct(encrypted=True)
    ann.say(WORRY, room=room)
    assert ann.hears("true right now", room=room)["encrypted"]
    ann.settle()
    return ann, room


def in_a_club_room(world):
    room, (ann, bob, cid) = club(world)
    ann.hears("!calf", room=room)
    ann.say("who comes to the run on sunday?", room=room)
    ann.hears_nothing(2, room=room)
    asked = ann.say(f"bot: {WORRY}", room=room)
    for who in (ann, bob, cid):  # everybody there can read it
        answer = who.hears("true right now", room=room, thread=asked)
        assert answer["encrypted"] and answer["msgtype"] == "m.notice" and answer["mentions"] == {"user_ids": [ann.id]}, answer
    command = bob.say("!calf I pulled my calf playing football yesterday", room=room)
    bob.hears(room=room, thread=command)
    named = cid.say("cramp in my calf every night", room=room, mentions=[world.bot])
    cid.hears(room=room, thread=named)
    ann.settle()
    bob.say("get well soon!", room=room, thread=asked)
    cid.say("yes, my leg is cold and blue and I can't breathe", room=room, thread=asked)
    ann.hears_nothing(3, room=room)
    ann.say("no, none of that", room=room, thread=asked)
    ann.hears(room=room, thread=asked)
    assert world.daemon.talk(bob.id, room)["facts"] != world.daemon.talk(ann.id, room)["facts"]
    sealed(world, room, ann, bob, cid)


def a_reaction_answers(world):
    ann, room = begin(world)
    ann.say("start again", room=room)
    ann.settle(3)
    ann.say(WORRY, room=room)
    question = ann.hears("1\\. ", room=room)
    offered = question["more"]["org.soleus.choices"]["ids"]
    ann.settle()
    ann.do("react", event=question["event_id"], key=f"{offered.index('chest') + 1}\ufe0f\u20e3", room=room)
    ann.hears("999", room=room)
    sealed(world, room)


def settings_in_an_encrypted_room(world):
    room, (ann, bob) = club(world, n=2)
    guest.sets(bob, room, "off", "you can't")
    guest.sets(ann, room, "helpful", "read along")
    said = bob.say(URGENT, room=room)
    bob.hears("999", room=room, thread=said)
    guest.sets(ann, room, "off", "not even when")
    ann.settle()
    bob.say(f"bot: {WORRY}", room=room)
    ann.hears_nothing(3, room=room)
    sealed(world, room)


def a_private_room_is_encrypted(world):
    room, (ann, _) = club(world, n=2)
    guest.offer(ann, room, WORRY)
    (invited,) = guest.invitation(world, ann)
    ann.do("join", room=invited)
    question = ann.hears("1\\. ", room=invited)
    assert question["encrypted"], question
    first = "".join(told["body"] for told in ann.told if told["room"] == invited)
    assert "this chat is encrypted" in first and "not encrypted" not in first, first
    ann.say("none of these", room=invited)
    assert ann.hears(room=invited)["encrypted"]
    sealed(world, room, ann)
    sealed(world, invited, ann)


a_private_room_is_encrypted.world = {"private": "offer_private: true"}


def the_operator_wants_it_plain(world):
    room, (ann, _) = club(world, n=2)
    guest.offer(ann, room, WORRY)
    (invited,) = guest.invitation(world, ann)
    ann.do("join", room=invited)
    assert not ann.hears("1\\. ", room=invited)["encrypted"]


the_operator_wants_it_plain.world = {"private": "offer_private: true, encrypt_private: false"}


def encryption_in_mid_conversation(world):
    ann = world.person(crypto=True)
    room = ann.direct()
    ann.say(WORRY)
    assert not ann.hears("true right now")["encrypted"]
    before = len(raw_events(world, room, "m.room.message"))
    ann.settle()
    ann.do("encrypt", room=room)
    time.sleep(1)
    ann.say("none of these")
    assert ann.hears()["encrypted"]
    talk = world.daemon.talk(ann.id, room)
    assert talk["facts"]["swelling"] == "present" and talk["urgency"] in ("urgent", "same_day"), talk
    assert len(raw_events(world, room, "m.room.message")) == before
    # and for a daemon that was away when it was turned on
    bob = world.person(crypto=True)
    room = bob.direct()
    bob.say(WORRY)
    bob.hears("true right now")
    time.sleep(1)
    before = len(raw_events(world, room, "m.room.message"))
    world.daemon.stop()
    bob.do("encrypt", room=room)
    bob.settle()
    world.daemon.start()
    bob.say("none of these", room=room)
    assert bob.hears(room=room)["encrypted"]
    assert len(raw_events(world, room, "m.room.message")) == before


def a_new_device(world):
    """The same person comes back with new keys; the old device is gone."""
    ann, room = begin(world)
    ann.do("logout")
    ann.leave()
    again = harness.Person(world.synapse, ann.name, world.bot, "--device", "PHONE", crypto=True, register=False)
    world.people.append(again)
    again.do("sync", timeout=20000)
    again.say("none of these", room=room)
    assert again.hears(room=room)["encrypted"]
    # a second one beside it reads and writes the same talk
    laptop = harness.Person(world.synapse, ann.name, world.bot, "--device", "LAPTOP", crypto=True, register=False)
    world.people.append(laptop)
    laptop.do("sync", timeout=20000)
    laptop.say("and what can I do at home?", room=room)
    for device in (laptop, again):
        assert device.hears(room=room)["encrypted"]
    sealed(world, room)


def the_bot_restarts(world):
    ann, room = begin(world)
    bob, other = begin(world)
    assert world.daemon.stop() == 0
    ann.say("no, none of that", room=room)
    bob.do("discard", room=other)  # the key of what follows comes while nobody is there to take it
    bob.say("none of these", room=other)
    world.daemon.start()
    assert ann.hears(room=room)["encrypted"] and bob.hears(room=other)["encrypted"]
    ann.settle()
    ann.say("and how long does it take to heal?", room=room)
    assert ann.hears(room=room)["encrypted"]
    sealed(world, room, ann)
    sealed(world, other, bob)
    assert "can't read" not in world.daemon.logged()


def killed_in_between(world):
    """What is saved when it is killed is enough to go on, and nothing is said twice."""
    ann, room = begin(world)
    for i in range(6):
        ann.say(f"my calf is sore, day {i}", room=room)
        time.sleep(0.15 * i)
        world.daemon.process.kill()
        world.daemon.process.wait()
        world.daemon.start()
    ann.settle(4)
    ann.say(URGENT, room=room)
    assert ann.hears("999", room=room)["encrypted"]
    sealed(world, room, ann)


def a_room_is_replaced(world):
    room, (ann, bob) = club(world, n=2)
    asked = ann.say(f"bot: {WORRY}", room=room)
    ann.hears("true right now", room=room, thread=asked)
    time.sleep(1)
    before = world.daemon.talk(ann.id, room)
    status, made = world.synapse.client("POST", f"/v3/rooms/{room}/upgrade", ann.token, {"new_version": "11"})
    assert status == 200, made
    new = made["replacement_room"]
    ann.do("invite", user=world.bot, room=new)
    ann.do("joined", user=world.bot, room=new, timeout=30000)
    until = time.monotonic() + 20
    while world.daemon.talk(ann.id, new) is None and time.monotonic() < until:
        time.sleep(0.1)
    assert world.daemon.talk(ann.id, new)["facts"] == before["facts"]
    ann.do("invite", user=bob.id, room=new)
    live.come_in(bob, new)
    bob.do("joined", user=world.bot, room=new, timeout=30000)
    time.sleep(2)
    asked = bob.say("bot: cramp in my calf", room=new)
    for who in (ann, bob):
        assert who.hears(room=new, thread=asked)["encrypted"]
    sealed(world, new)


def who_comes_and_goes(world):
    """Who left reads nothing that is said later; who comes reads what is said from then on."""
    room, (ann, bob, cid) = club(world)
    asked = ann.say(f"bot: {WORRY}", room=room)
    bob.hears("true right now", room=room, thread=asked)
    bob.do("leave", room=room)
    time.sleep(1)
    ann.settle()
    ann.say("none of these", room=room, thread=asked)
    answer = ann.hears(room=room, thread=asked)
    cid.hears(room=room, thread=asked, event_id=answer["event_id"])
    keys = [e["content"]["session_id"] for e in raw_events(world, room, "m.room.encrypted")]
    assert len(set(keys)) >= 2, keys  # newest first: a new key since
    dan = world.person(crypto=True)
    ann.do("invite", user=dan.id, room=room)
    live.come_in(dan, room)
    ann.do("joined", user=dan.id, room=room, timeout=30000)
    time.sleep(1)
    asked = dan.say("bot: cramp in my calf every night", room=room)
    assert dan.hears(room=room, thread=asked)["encrypted"]
    sealed(world, room)


def another_client(world):
    """matrix-nio with libolm."""
    if subprocess.run([os.path.join(harness.PEERS, "nio.sh"), "install"], capture_output=True).returncode:
        print("skipped another_client: nio.sh can't install what it needs")
        return
    ann, room = begin(world, nio=True)
    ann.say("none of these", room=room)
    assert ann.hears(room=room)["encrypted"]
    world.daemon.stop()
    ann.say("and what can I do at home?", room=room)
    world.daemon.start()
    assert ann.hears(room=room)["encrypted"]
    sealed(world, room)


TESTS = [in_a_club_room, a_reaction_answers, settings_in_an_encrypted_room, a_private_room_is_encrypted,
         the_operator_wants_it_plain, encryption_in_mid_conversation, a_new_device, the_bot_restarts, killed_in_between,
         a_room_is_replaced, who_comes_and_goes, another_client]

for test in TESTS:
    test.world = {"more": "  key_file: key\n", **getattr(test, "world", {})}

if __name__ == "__main__":
    sys.exit(live.main(TESTS))
