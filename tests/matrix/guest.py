#!/usr/bin/env python3
"""guest.py PROGRAM [NAME...] - how the daemon behaves in a club's room at a real Synapse: settings by the room's admins, danger
that is overheard, a budget for everyone, people who never mix."""
import sys
import time

import live
from live import URGENT, WORRY, club


def ask(person, room, text):
    """Said to the bot; returns the thread that it is answered in."""
    return person.say(text, room=room)


def sets(person, room, wish, answer):
    asked = person.say(f"!calf settings {wish}", room=room)
    return person.hears(answer, room=room, thread=asked)


def settings_by_an_admin(world):
    room, (ann, bob, _) = club(world)
    ann.hears("!calf", room=room)
    shown = sets(ann, room, "", "when I'm addressed")
    assert shown["msgtype"] == "m.notice" and "!calf settings off" in shown["body"] and "gb" in shown["body"], shown
    sets(bob, room, "off", "you can't")
    sets(ann, room, "region us", "911")
    asked = bob.say(f"bot: {URGENT}", room=room)
    bob.hears("911", room=room, thread=asked)
    sets(ann, room, "off", "not even when")
    ann.settle()
    for text in (f"bot: {URGENT}", f"!calf {WORRY}", "!calf settings helpful", URGENT):
        bob.say(text, room=room)
    bob.say("and what about my foot?", room=room, thread=asked)
    ann.hears_nothing(3, room=room)
    # off stays off: for a bot that is started anew, in the room that takes this one's place
    assert world.daemon.stop() == 0
    world.daemon.start()
    bob.say(f"bot: {URGENT}", room=room)
    ann.hears_nothing(3, room=room)
    status, made = world.synapse.client("POST", f"/v3/rooms/{room}/upgrade", ann.token, {"new_version": "11"})
    assert status == 200, made
    new = made["replacement_room"]
    world.synapse.client("POST", f"/v3/rooms/{new}/invite", ann.token, {"user_id": world.bot})
    ann.do("joined", user=world.bot, room=new, timeout=30000)
    ann.do("invite", user=bob.id, room=new)
    bob.do("join", room=new)
    time.sleep(2)
    bob.say(f"bot: {URGENT}", room=new)
    ann.hears_nothing(3, room=new)
    sets(ann, new, "when addressed", "911")
    asked = bob.say("bot: cramp in my calf every night", room=new)
    bob.hears(room=new, thread=asked)


def the_rooms_state_says_who_is_an_admin(world):
    room, (ann, bob, cid) = club(world)
    levels = world.synapse.client("GET", f"/v3/rooms/{room}/state/m.room.power_levels", ann.token)[1]
    levels["users"][bob.id] = 50
    ann.do("state", type="m.room.power_levels", content=levels, room=room)
    sets(bob, room, "helpful", "I'm \\*?\\*?helpful")
    cid.say("!calf settings off", room=room, mentions=[ann.id])  # who is named is not who asks
    cid.hears("you can't", room=room)
    # rooms of version 12 put their makers above all levels
    new, (dan, eve) = club(world, n=2, version="12")
    sets(dan, new, "helpful", "read along")
    sets(eve, new, "off", "you can't")


def danger_is_overheard_once_a_day(world):
    room, (ann, bob, cid) = club(world)
    ann.hears("!calf", room=room)
    bob.say(URGENT, room=room)
    ann.hears_nothing(2, room=room)
    sets(ann, room, "helpful", "read along")
    ann.settle()
    ann.say("great run today, my calf is a bit sore", room=room)
    ann.hears_nothing(2, room=room)
    said = bob.say(URGENT, room=room)
    told = bob.hears("999", room=room, thread=said)
    assert told["msgtype"] == "m.notice" and told["mentions"] in ({"user_ids": [bob.id]}, {}), told
    ann.settle()
    bob.say(URGENT, room=room)
    bob.say(URGENT, room=room, thread=ann.say("see you on sunday", room=room))
    world.daemon.stop()
    world.daemon.start()
    bob.say(URGENT, room=room)
    ann.hears_nothing(3, room=room)
    said = cid.say(URGENT, room=room)
    cid.hears("999", room=room, thread=said)
    asked = bob.say(f"bot: {URGENT}", room=room)  # who asks is answered
    bob.hears("999", room=room, thread=asked)


def bots_are_left_alone(world):
    room, (ann, bob, _) = club(world)
    sets(ann, room, "helpful", "read along")
    asked = ann.say(f"bot: {WORRY}", room=room)
    answer = ann.hears("true right now", room=room, thread=asked)
    ann.settle()
    bob.say(URGENT, room=room, msgtype="m.notice")
    bob.say(f"bot: {URGENT}", room=room, msgtype="m.notice", mentions=[world.bot])
    bob.say(URGENT, room=room, msgtype="m.notice", reply_to=answer["event_id"])
    ann.say("none of these", room=room, msgtype="m.notice", thread=asked)
    ann.hears_nothing(3, room=room)


def everyone_has_a_budget(world):
    room, (ann, bob, _) = club(world)
    ann.hears("!calf", room=room)
    for i in range(7):
        ann.say(f"bot: and my calf, {i}?", room=room)
    ann.hears("lot of messages|short pause", room=room)
    ann.settle(3)
    for i in range(5):
        ann.say(f"bot: and my calf again, {i}?", room=room)
    ann.hears_nothing(3, room=room)
    asked = ann.say(f"bot: {URGENT}", room=room)  # danger is heard all the same
    ann.hears("999", room=room, thread=asked)
    asked = bob.say(f"bot: {WORRY}", room=room)  # and so is everybody else
    bob.hears(room=room, thread=asked)


everyone_has_a_budget.world = {"per_minute": 5}


def people_never_mix(world):
    room, (ann, bob, cid) = club(world)
    root = ann.say("how is everybody?", room=room)
    ann.say(f"bot: {WORRY}", room=room, thread=root)
    question = ann.hears("true right now", room=room, thread=root)
    bob.say("bot: I pulled my calf playing football yesterday", room=room, thread=root)
    bob.hears(room=room, thread=root)
    ann.settle()
    offered = question["more"]["org.soleus.choices"]["ids"]
    bob.do("react", event=question["event_id"], key=f"{offered.index('chest') + 1}\ufe0f\u20e3", room=room)
    cid.say("yes, all of it", room=room, thread=root, reply_to=question["event_id"])
    time.sleep(3)
    talks = {who.id: world.daemon.talk(who.id, room) for who in (ann, bob, cid)}
    assert "chest_pain" not in talks[ann.id]["facts"] and talks[ann.id]["urgency"] != "emergency", talks[ann.id]
    assert talks[bob.id]["facts"] != talks[ann.id]["facts"] and "swelling" not in talks[bob.id]["facts"], talks[bob.id]
    assert not talks[cid.id] or "swelling" not in talks[cid.id]["facts"], talks[cid.id]


TESTS = [settings_by_an_admin, the_rooms_state_says_who_is_an_admin, danger_is_overheard_once_a_day, bots_are_left_alone,
         everyone_has_a_budget, people_never_mix]

if __name__ == "__main__":
    sys.exit(live.main(TESTS))
