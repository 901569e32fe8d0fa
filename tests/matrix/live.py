#!/usr/bin/env python3
"""live.py PROGRAM [NAME...] - the daemon at a real Synapse: people write, react, edit, invite and leave with matrix-js-sdk.
Without NAMEs every test runs; the last line tells how many passed."""
import json
import os
import subprocess
import sys
import time
import traceback

import harness

WORRY = "my calf is swollen and warm since yesterday"
URGENT = "my calf hurts and I can't breathe properly"


def in_a_direct_room(world):
    ann = world.person()
    room = ann.direct()
    said = ann.say(WORRY)
    first = ann.hears("not encrypted")
    assert first["msgtype"] == "m.text" and "thread" not in first and first["mentions"] == {}, first
    assert "<p>" in first["html"] and "**" not in first["body"], first
    assert "true right now" in first["body"] and "1. " in first["body"] and "<ol><li>" in first["html"], first
    ann.hears(kind="receipt", event_id=said)
    ann.say("none of these")
    ann.hears()
    assert world.daemon.talk(ann.id, room)["urgency"] in ("urgent", "same_day"), world.daemon.talk(ann.id, room)
    direct = world.synapse.client("GET", f"/v3/user/{world.bot}/account_data/m.direct", world.account["access_token"])[1]
    assert room in direct[ann.id], direct


def before_we_are_there(world):
    """What was said between the invitation and our coming is answered."""
    ann = world.person()
    world.daemon.stop()
    ann.do("dm", user=world.bot, encrypted=False)
    ann.say(WORRY)
    world.daemon.start()
    ann.hears("true right now")


def reactions_answer(world):
    ann = world.person()
    room = ann.direct()
    ann.say(WORRY)
    question = ann.hears("true right now")
    offered = question["more"]["org.soleus.choices"]["ids"]
    ann.settle()
    ann.do("react", event=question["event_id"], key=f"{offered.index('chest') + 1}\ufe0f\u20e3")
    ann.hears("999")
    assert world.daemon.talk(ann.id, room)["urgency"] == "emergency", world.daemon.talk(ann.id, room)
    ann.settle()
    ann.do("react", event=question["event_id"], key="\U0001f44d")
    ann.hears_nothing()


def what_is_never_answered(world):
    ann = world.person()
    ann.direct()
    ann.say(WORRY)
    ann.hears("true right now")
    ann.settle()
    ann.say("none of these", msgtype="m.notice")
    ann.do("raw", type="org.example.thing", content={"body": "hello"})
    ann.hears_nothing()
    message = ann.say("nothing")
    ann.settle()
    ann.do("edit", event=message, text="nothing, really")
    ann.hears_nothing()
    ann.do("edit", event=message, text="my foot is cold and blue")
    ann.hears("999")
    ann.settle()
    ann.do("redact", event=message)
    ann.hears_nothing()


def words_without_the_quotation(world):
    ann = world.person()
    room = ann.direct()
    ann.say("> <@bot:soleus.test> can't breathe, chest pain\n\nmy calf is a little sore after a run")
    ann.hears()
    time.sleep(1)
    assert world.daemon.talk(ann.id, room)["urgency"] != "emergency", world.daemon.talk(ann.id, room)


def a_picture(world):
    ann = world.person()
    ann.direct()
    ann.do("raw", type="m.room.message", content={"msgtype": "m.image", "body": "leg.jpg", "url": "mxc://soleus.test/x"})
    ann.hears()


def come_in(person, room):
    """Not while we say hello: where two events come at once, the homeserver may tell clients of a join and leave it out of the
    state it tells beside (state_after, MSC4222), and they go by that."""
    time.sleep(0.5)
    person.do("join", room=room)


def club(world, n=3, **more):
    people = [world.person() for _ in range(n)]
    room = people[0].do("room", name="club", invite=[world.bot, *(p.id for p in people[1:])], **more)["room"]
    people[0].do("joined", user=world.bot, room=room, timeout=30000)
    for other in people[1:]:
        come_in(other, room)
        people[0].do("joined", user=other.id, room=room, timeout=30000)
        other.do("joined", user=world.bot, room=room, timeout=30000)
    return room, people


def in_a_club_room(world):
    room, (ann, bob, cid) = club(world)
    hello = ann.hears("!calf", room=room)
    assert hello["msgtype"] == "m.notice", hello
    ann.say("who comes to the run on sunday?", room=room)
    ann.hears_nothing(room=room)
    asked = ann.say(f"{WORRY}, what can I do?", room=room, mentions=[world.bot])
    answer = ann.hears(room=room, thread=asked)
    assert answer["msgtype"] == "m.notice" and answer["mentions"] == {"user_ids": [ann.id]}, answer
    assert answer["reply_to"] == asked and answer["reply_is_fallback"], answer
    command = bob.say("!calf I pulled my calf playing football yesterday", room=room)
    bob.hears(room=room, thread=command)
    named = cid.say("bot: cramp in my calf every night", room=room)
    cid.hears(room=room, thread=named)
    ann.settle()
    ann.say("no, none of that", room=room, thread=asked)
    ann.hears(room=room, thread=asked)
    ann.settle()
    bob.say("get well soon!", room=room, thread=asked)
    cid.say("yes, my leg is cold and blue and I can't breathe", room=room, thread=asked)
    ann.hears_nothing(room=room)
    assert world.daemon.talk(bob.id, room)["facts"] != world.daemon.talk(ann.id, room)["facts"]


def a_reply_is_for_us(world):
    room, (ann, bob, _) = club(world)
    asked = ann.say(f"bot: {WORRY}", room=room)
    answer = ann.hears("true right now", room=room, thread=asked)
    ann.settle()
    ann.say("none of these", room=room, reply_to=answer["event_id"])  # not in the thread
    ann.hears(room=room, thread=asked)


def a_room_without_a_server_in_its_id(world):
    room, (ann, *_) = club(world, n=2, version="12")
    assert ":" not in room, room
    asked = ann.say(f"bot: {WORRY}", room=room)
    ann.hears(room=room, thread=asked)


def an_encrypted_room_is_told_once(world):
    ann = world.person()
    room = ann.do("dm", user=world.bot, encrypted=True)["room"]
    ann.do("joined", user=world.bot, room=room, timeout=30000)
    told = ann.hears("can't read this room")
    assert told["encrypted"] is False
    ann.do("raw", type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"})
    ann.hears_nothing()
    world.daemon.stop()
    world.daemon.start()
    ann.do("raw", type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "y"})
    ann.hears_nothing(3)


def encryption_in_the_middle(world):
    ann = world.person()
    room = ann.direct()
    ann.say(WORRY)
    ann.hears("true right now")
    ann.settle()
    ann.do("state", type="m.room.encryption", content={"algorithm": "m.megolm.v1.aes-sha2"}, room=room)
    ann.hears("can't read this room")
    world.synapse.client("PUT", f"/v3/rooms/{room}/send/m.room.message/plain", ann.token,
                         {"msgtype": "m.text", "body": "my leg is cold and blue"})
    ann.hears_nothing(2)


def history_is_not_answered(world):
    room, (ann, *_) = club(world, n=2)
    ann.hears("!calf", room=room)
    for i in range(3):
        ann.say(f"bot: question {i}, my calf hurts", room=room)
        ann.hears(room=room)
    time.sleep(1)
    world.daemon.stop()
    os.rename(world.daemon.state, world.daemon.state + ".lost")
    ann.settle()
    world.daemon.start().wait_for("matrix is there", count=2)
    ann.hears_nothing(3, room=room)
    ann.say("bot: and now? my calf hurts", room=room)
    ann.hears(room=room)


def a_gap_is_filled(world):
    """More was said while we were away than one answer holds."""
    ann = world.person()
    room = ann.direct()
    ann.say("hello")
    ann.hears("calf")
    time.sleep(1)
    world.daemon.stop()
    ann.settle()
    ann.say(URGENT)
    for i in range(70):
        ann.do("raw", type="m.room.message", content={"msgtype": "m.notice", "body": f"note {i}"}, room=room)
    world.daemon.start()
    ann.hears("999")


def the_bot_restarts(world):
    ann = world.person()
    room = ann.direct()
    ann.say(WORRY)
    ann.hears("true right now")
    assert world.daemon.stop() == 0
    ann.settle()
    ann.say("no, none of that")
    world.daemon.start()
    ann.hears()
    assert world.daemon.talk(ann.id, room)["facts"].get("chest_pain", "no") != "yes"


def the_server_restarts(world):
    ann = world.person()
    ann.direct()
    ann.say(WORRY)
    ann.hears("true right now")
    world.synapse.stop()
    world.daemon.wait_for("matrix does not answer")
    world.synapse.start("--keep")
    ann.do("sync", timeout=40000)
    ann.settle()
    ann.say("no, none of that")
    ann.hears(seconds=40)


def kicked_and_banned(world):
    room, (ann, *_) = club(world, n=2)
    ann.do("kick", user=world.bot, room=room)
    time.sleep(1)
    ann.say(f"bot: {WORRY}", room=room)
    ann.do("invite", user=world.bot, room=room)
    ann.do("joined", user=world.bot, room=room, timeout=30000)
    ann.settle()
    asked = ann.say("bot: cramp in my calf", room=room)
    ann.hears(room=room, thread=asked)


def a_room_is_replaced(world):
    room, (ann, bob, _) = club(world)
    asked = ann.say(f"bot: {WORRY}", room=room)
    ann.hears(room=room, thread=asked)
    time.sleep(1)
    before = world.daemon.talk(ann.id, room)
    status, made = world.synapse.client("POST", f"/v3/rooms/{room}/upgrade", ann.token, {"new_version": "11"})
    assert status == 200, made
    new = made["replacement_room"]
    world.synapse.client("POST", f"/v3/rooms/{new}/invite", ann.token, {"user_id": world.bot})
    ann.do("joined", user=world.bot, room=new, timeout=30000)
    until = time.monotonic() + 20
    while world.daemon.talk(ann.id, new) is None and time.monotonic() < until:
        time.sleep(0.1)
    assert world.daemon.talk(ann.id, new)["facts"] == before["facts"]
    ann.do("invite", user=bob.id, room=new)
    come_in(bob, new)
    ann.do("joined", user=bob.id, room=new, timeout=30000)
    asked = ann.say("bot: cramp in my calf", room=new)
    ann.hears(room=new, thread=asked)


def a_token_that_ends(world):
    """A soft logout: the same device logs in again, and nothing is lost."""
    ann = world.person()
    ann.direct()
    ann.say("hello")
    ann.hears("calf")
    before = json.load(open(world.daemon.token))
    world.daemon.stop()
    # as `soleus matrix login` does it: a token that ends, and one that renews it
    status, made = world.synapse.client("POST", "/v3/login", None, {
        "type": "m.login.password", "identifier": {"type": "m.id.user", "user": world.bot}, "password": harness.PASSWORD,
        "device_id": before["device_id"], "refresh_token": True})
    assert status == 200 and made["device_id"] == before["device_id"], made
    world.daemon.write("token", json.dumps({**made, "access_token": "syt_of_yesterday"}))
    world.daemon.start().wait_for("token renewed")
    after = json.load(open(world.daemon.token))
    assert after["device_id"] == before["device_id"] and after["access_token"] != "syt_of_yesterday"
    assert os.stat(world.daemon.token).st_mode & 0o777 == 0o600
    assert after["access_token"] not in world.daemon.logged()
    ann.settle()
    ann.say(WORRY)
    ann.hears("1\\. ")


def a_dead_token(world):
    world.daemon.stop()
    world.daemon.write("token", "syt_nobody_knows_this")
    world.daemon.start()
    assert world.daemon.process.wait(20) == 1
    assert "soleus matrix login" in world.daemon.logged()
    out = subprocess.run([world.daemon.program, "doctor", "--config", world.daemon.config],
                         capture_output=True, text=True, timeout=60)
    assert out.returncode == 1 and "does not know it" in out.stdout, out.stdout + out.stderr
    assert "syt_nobody" not in out.stdout + out.stderr


def login_keeps_its_device(world):
    world.daemon.stop()
    os.remove(world.daemon.token)
    devices = []
    for _ in range(2):
        out = subprocess.run([world.daemon.program, "matrix", "login", "--config", world.daemon.config],
                             capture_output=True, text=True, timeout=60)
        assert out.returncode == 0, out.stderr
        assert os.stat(world.daemon.token).st_mode & 0o777 == 0o600
        devices.append(json.load(open(world.daemon.token))["device_id"])
    assert devices == ["SOLEUS", "SOLEUS"], devices
    world.daemon.start()
    ann = world.person()
    ann.direct()
    ann.say(WORRY)
    ann.hears("true right now")
    out = subprocess.run([world.daemon.program, "doctor", "--config", world.daemon.config],
                         capture_output=True, text=True, timeout=60)
    assert f"works, it is {world.bot}'s" in out.stdout and "rooms: in 1\n" in out.stdout, out.stdout + out.stderr


def invitations_by_policy(world):
    ann = world.person()
    room = ann.do("room", name="club", invite=[world.bot])["room"]
    world.daemon.wait_for("invitation declined")
    assert not any(m["user"] == world.bot and m["membership"] == "join" for m in ann.do("members", room=room)["members"])
    ann.direct()


invitations_by_policy.world = {"invites": "direct"}


def a_server_that_slows_us_down(world):
    ann = world.person()
    ann.direct()
    ann.say(WORRY)
    ann.hears("true right now", seconds=60)
    time.sleep(3)
    ann.say("none of these")
    ann.hears(seconds=60)


a_server_that_slows_us_down.options = ("--limits", "strict")

TESTS = [in_a_direct_room, before_we_are_there, reactions_answer, what_is_never_answered, words_without_the_quotation,
         a_picture, in_a_club_room, a_reply_is_for_us, a_room_without_a_server_in_its_id, an_encrypted_room_is_told_once,
         encryption_in_the_middle, history_is_not_answered, a_gap_is_filled, the_bot_restarts, the_server_restarts,
         kicked_and_banned, a_room_is_replaced, a_token_that_ends, a_dead_token, login_keeps_its_device,
         invitations_by_policy, a_server_that_slows_us_down]


def main(tests):
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed, ran = 0, 0
    for test in tests:
        if names and test.__name__ not in names:
            continue
        ran += 1
        began, log = time.monotonic(), ""
        world = harness.World(program, *getattr(test, "options", ()), **getattr(test, "world", {}))
        try:
            with world:
                try:
                    test(world)
                finally:
                    log = world.daemon.logged()
            for sign in ("Sanitizer", "runtime error", "Assertion"):
                assert sign not in log, log
            print(f"ok      {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {test.__name__}\n{traceback.format_exc()}{log[-3000:]}", flush=True)
    print(f"{ran - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(TESTS))
