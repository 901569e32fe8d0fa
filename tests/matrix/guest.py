#!/usr/bin/env python3
"""guest.py PROGRAM [NAME...] - how the daemon behaves in a club's room at a real Synapse: settings by the room's admins, danger
that is overheard, a budget for everyone, people who never mix."""
import json
import sys
import time
import urllib.parse

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
    live.come_in(bob, new)
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


def offer(person, room, text):
    """Asks in the club's room, and hears of a private one."""
    asked = person.say(f"bot: {text}", room=room)
    told = person.hears("matrix.to", room=room, thread=asked)
    assert "1. " not in told["body"] and told["msgtype"] == "m.notice", told
    return told


def invitation(world, person):
    """The room that somebody is invited to by the bot."""
    invitation.asked += 1  # the server gives the same answer again for the same question
    mine = urllib.parse.quote(json.dumps({"room": {"timeline": {"limit": invitation.asked}}}))
    news = world.synapse.client("GET", f"/v3/sync?timeout=0&filter={mine}", person.token)[1]
    rooms = news.get("rooms", {}).get("invite", {})
    return [room for room, what in rooms.items()
            if any(e["type"] == "m.room.member" and e["state_key"] == person.id and e["sender"] == world.bot
                   and e["content"]["membership"] == "invite" for e in what["invite_state"]["events"])]


invitation.asked = 0


def goes_on_in_private(world):
    room, (ann, bob, _) = club(world)
    told = offer(ann, room, WORRY)
    invited = invitation(world, ann)
    assert len(invited) == 1 and urllib.parse.quote(invited[0], safe="") in told["body"], (invited, told)
    state = world.synapse.client("GET", f"/v3/rooms/{invited[0]}/state/m.room.member/{ann.id}",
                                 world.account["access_token"])[1]
    assert state["is_direct"] is True, state
    direct = world.synapse.client("GET", f"/v3/user/{world.bot}/account_data/m.direct", world.account["access_token"])[1]
    assert direct[ann.id] == invited, direct
    # going on in the room is answered as before, and the same room is meant
    again = offer(ann, room, "and it is warm, too")
    assert invitation(world, ann) == invited and urllib.parse.quote(invited[0], safe="") in again["body"], again
    ann.settle()
    ann.do("join", room=invited[0])
    question = ann.hears("1\\. ", room=invited[0])
    assert question["msgtype"] == "m.text" and "thread" not in question, question
    assert any("not encrypted" in told["body"] for told in ann.told if told["room"] == invited[0]), ann.told
    assert world.daemon.talk(ann.id, invited[0])["facts"].get("swelling") == "present", world.daemon.talk(ann.id, invited[0])
    ann.say("none of these", room=invited[0])
    ann.hears(room=invited[0])
    # what is asked later goes to the room that is there
    ann.settle()
    offer(ann, room, "my calf is swollen and hot, and it came on after a flight")
    ann.hears(room=invited[0])
    assert not invitation(world, ann)
    offer(bob, room, WORRY)
    assert len(invitation(world, bob)) == 1 and invitation(world, bob) != invited
    assert len(world.synapse.client("GET", "/v3/joined_rooms", world.account["access_token"])[1]["joined_rooms"]) == 3


goes_on_in_private.world = {"private": "offer_private: true"}


def the_private_room_that_people_made_is_taken(world):
    room, (ann, *_) = club(world, n=2)
    own = ann.direct()
    ann.settle()
    offer(ann, room, WORRY)
    ann.hears("1\\. ", room=own)
    assert not invitation(world, ann)


the_private_room_that_people_made_is_taken.world = {"private": "offer_private: true"}


def who_left_is_invited_again(world):
    room, (ann, *_) = club(world, n=2)
    offer(ann, room, WORRY)
    (invited,) = invitation(world, ann)
    ann.do("join", room=invited)
    ann.hears("1\\. ", room=invited)
    ann.do("leave", room=invited)
    time.sleep(1)
    world.daemon.stop()
    world.daemon.start()
    offer(ann, room, WORRY)
    assert invitation(world, ann) == [invited]


who_left_is_invited_again.world = {"private": "offer_private: true"}


def only_so_many_rooms_are_made(world):
    room, (ann, bob, _) = club(world)
    offer(ann, room, WORRY)
    assert len(invitation(world, ann)) == 1
    told = offer(bob, room, WORRY)
    assert not invitation(world, bob) and urllib.parse.quote(world.bot, safe="") in told["body"] and "999" in told["body"], told
    own = bob.direct()  # and the talk is there when they do
    bob.hears("1\\. ", room=own)
    assert world.daemon.talk(bob.id, own)["facts"].get("swelling") == "present", world.daemon.talk(bob.id, own)


only_so_many_rooms_are_made.world = {"private": "offer_private: true, private_per_hour: 1"}

TESTS = [settings_by_an_admin, the_rooms_state_says_who_is_an_admin, danger_is_overheard_once_a_day, bots_are_left_alone,
         everyone_has_a_budget, people_never_mix, goes_on_in_private, the_private_room_that_people_made_is_taken,
         who_left_is_invited_again, only_so_many_rooms_are_made]

if __name__ == "__main__":
    sys.exit(live.main(TESTS))
