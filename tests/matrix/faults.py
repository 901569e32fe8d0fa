#!/usr/bin/env python3
"""faults.py PROGRAM [NAME...] - the daemon before a homeserver that makes faults which a real one makes seldom. Every request of
all tests is held against the specification's own definition."""
import asyncio
import json
import os
import shutil
import sys
import tempfile
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fake"))
import matrix  # noqa: E402 - the homeserver
import openapi  # noqa: E402 - ours, of this folder

PATIENCE_S = 30
WORRY = "my calf is swollen and warm since yesterday"
DANGER = "my calf hurts and I can't breathe properly"  # its first words are a message of their own
CONFIG = """\
region: gb
state_dir: state
matrix:
  enabled: true
  homeserver: {base}
  token_file: token
  {more}
  sync_timeout_s: 5
  rooms: {{invites: any}}
"""


class World:
    def __init__(self, program, log):
        self.program, self.folder, self.heard, self.changed = program, tempfile.mkdtemp(prefix="soleus-faults-"), [], asyncio.Event()
        self.server = matrix.Server(self.hear)
        self.server.log = log
        self.process = None

    def hear(self, chat, content):
        self.heard.append((chat, content))
        self.changed.set()

    def write(self, name, text):
        with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
            f.write(text)

    async def start(self, more=""):
        base = await self.server.start()
        self.write("token", json.dumps({"access_token": matrix.TOKEN, "user_id": matrix.BOT, "device_id": "FAKE"}))
        self.write("password", "a-password")
        self.write("soleus.yaml", CONFIG.format(base=base, more=more))
        self.log = open(os.path.join(self.folder, "log"), "w")
        self.process = await asyncio.create_subprocess_exec(
            self.program, "run", "--config", os.path.join(self.folder, "soleus.yaml"), stdout=self.log, stderr=self.log)

    async def reads(self):
        await asyncio.wait_for(self.server.reader(), PATIENCE_S)

    async def hears(self, n, seconds=PATIENCE_S):
        """The first n messages of the bot."""
        async def enough():
            while len(self.heard) < n:
                self.changed.clear()
                await self.changed.wait()
        await asyncio.wait_for(enough(), seconds)
        await asyncio.sleep(0.3)
        return [content for _, content in self.heard]

    async def stop(self):
        if self.process and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()
        self.server.server.close()
        self.log.close()

    def logged(self):
        with open(os.path.join(self.folder, "log")) as f:
            return f.read()


async def an_invitation_that_fails_twice(w):
    await w.start()
    await w.reads()
    w.server.fault("/join/", times=2, code=403, body='{"errcode":"M_FORBIDDEN"}')
    w.server.invite(matrix.Server.room(7), matrix.Server.person(7))
    while matrix.Server.room(7) not in w.server.rooms:
        await asyncio.sleep(0.05)
    w.server.write(7, DANGER)
    await w.hears(2)


async def an_invitation_across_a_restart(w):
    await w.start()
    await w.reads()
    w.server.fault("/join/", times=1, code=403, body='{"errcode":"M_FORBIDDEN"}')
    w.server.invite(matrix.Server.room(7), matrix.Server.person(7))
    while w.server.faults[0]["times"]:
        await asyncio.sleep(0.05)
    w.process.kill()
    await w.process.wait()
    w.process = await asyncio.create_subprocess_exec(
        w.program, "run", "--config", os.path.join(w.folder, "soleus.yaml"), stdout=w.log, stderr=w.log)
    while matrix.Server.room(7) not in w.server.rooms:
        await asyncio.sleep(0.05)


async def once_whatever_happens(w, **fault):
    await w.start()
    await w.reads()
    w.server.fault("/send/", **fault)
    w.server.write(7, DANGER)
    heard = await w.hears(2)
    assert len(heard) == 2 and heard[0]["body"] != heard[1]["body"], heard


async def an_answer_that_is_lost(w):
    await once_whatever_happens(w, how="lost", times=1)
    assert w.server.dropped == 1, w.server.dropped


async def half_an_answer_to_what_was_sent(w):
    await once_whatever_happens(w, how="half", times=1)
    assert w.server.dropped == 1, w.server.dropped


async def a_gateway_without_a_server(w):
    await once_whatever_happens(w, code=502, times=2)


async def slowed_down_by_header(w):
    await once_whatever_happens(w, code=429, body='{"errcode":"M_LIMIT_EXCEEDED"}', headers={"Retry-After": "1"}, times=1)


async def slowed_down_by_body(w):
    await once_whatever_happens(w, code=429, body='{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":300}', times=1)


async def too_large(w):
    await once_whatever_happens(w, code=413, body='{"errcode":"M_TOO_LARGE"}', times=1)
    assert "formatted_body" not in w.heard[0][1] and "formatted_body" in w.heard[1][1], w.heard


async def no_thread_there(w):
    await w.start()
    await w.reads()
    w.server.fault("/send/", times=1, code=400, body='{"errcode":"M_UNKNOWN","error":"Cannot start threads from an event with a relation"}')
    w.server.rooms.append(w.server.room(7))
    w.server.add(w.server.room(7), w.server.person(7), {
        "msgtype": "m.text", "body": DANGER, "m.relates_to": {
            "rel_type": "m.thread", "event_id": "$root", "is_falling_back": True, "m.in_reply_to": {"event_id": "$root"}}})
    heard = await w.hears(2)
    assert "m.relates_to" not in heard[0] and heard[1]["m.relates_to"]["event_id"] == "$root", heard


async def a_sync_that_fails(w):
    await w.start()
    await w.reads()
    for fault in ({"code": 502}, {"how": "half"}, {"how": "lost"}, {"code": 429, "body": '{"errcode":"M_LIMIT_EXCEEDED"}'}):
        w.server.fault("/sync", **fault)
    w.server.write(7, DANGER)
    heard = await w.hears(2, 60)
    assert len(heard) == 2, heard


async def events_that_are_no_events(w):
    await w.start()
    await w.reads()
    room = w.server.room(7)
    w.server.rooms.append(room)
    for content in (None, 5, [], {"msgtype": 5, "body": ["x"]}, {"msgtype": "m.text"}, {"msgtype": "m.text", "body": None}):
        w.server.add(room, w.server.person(8), content, kind="m.room.message" if content is not None else "x" * 300)
    w.server.stream.append((room, {"type": 7}))
    w.server.arrived.set()
    w.server.write(7, DANGER)
    await w.hears(2)


async def nothing_is_said_before_it_is_known_who_listens(w):
    """A room that can't be told about yet is not written to; encrypted ones are only told that they can't be read."""
    await w.start()
    await w.reads()
    room = w.server.room(7)
    w.server.rooms.append(room)
    w.server.fault("/state", times=2, code=502)
    plain = w.server.state
    w.server.state = lambda r: [*plain(r), {"type": "m.room.encryption", "state_key": "", "sender": "@x:y", "content": {}}]
    w.server.write(7, WORRY)
    w.server.add(room, w.server.person(7), {"algorithm": "m.megolm.v1.aes-sha2"}, "m.room.encrypted")
    heard = await w.hears(1)
    assert len(heard) == 1 and "encrypted" in heard[0]["body"], heard


async def a_soft_logout(w):
    await w.start("password_file: password")
    await w.reads()
    w.server.token = "syt_nobody_has_this"
    w.server.write(7, DANGER)
    await w.hears(2)
    with open(os.path.join(w.folder, "token")) as f:
        session = json.load(f)
    assert session == {"user_id": matrix.BOT, "device_id": "FAKE", "access_token": "syt_another_one"}, session


async def no_right_to_speak(w):
    await w.start()
    await w.reads()
    w.server.fault("/send/", times=2, code=403, body='{"errcode":"M_FORBIDDEN"}')
    w.server.write(7, DANGER)
    while w.server.faults[0]["times"]:
        await asyncio.sleep(0.05)
    w.server.write(8, DANGER)
    await w.hears(2)
    assert {chat for chat, _ in w.heard} == {8}, w.heard
    assert w.logged().count("can't be sent") == 2, w.logged()


async def what_is_not_said_keeps_nobody_waiting(w):
    """Of three answers that leave together one can't be said, as its room is encrypted."""
    await w.start()
    await w.reads()
    for chat in (7, 8, 9):
        w.server.write(chat, "hello")
    await w.hears(3)
    w.server.add(w.server.room(8), w.server.person(8), {"algorithm": "m.megolm.v1.aes-sha2"}, "m.room.encryption", state_key="")
    while not any(chat == 8 and "encrypted" in content["body"] for chat, content in w.heard):
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    before = len(w.heard)
    for chat in (7, 8, 9):
        w.server.write(chat, "thanks")
    await w.hears(before + 2)
    assert {chat for chat, _ in w.heard[before:]} == {7, 9}, w.heard[before:]


CLUB = 50


async def in_a_club(w):
    room = w.server.room(CLUB)
    w.server.shared[room] = [w.server.person(p) for p in (7, 8, 9)]
    w.server.rooms.append(room)
    await w.start()
    await w.reads()


def ask_in_the_club(w, person, words):
    room = w.server.room(CLUB)
    return w.server.add(room, w.server.person(person), {"msgtype": "m.text", "body": words, "m.mentions": {"user_ids": [matrix.BOT]}})


async def a_private_room(w):
    """It is made encrypted only where that can be read, and noted in m.direct."""
    await in_a_club(w)
    ask_in_the_club(w, 7, WORRY)
    heard = await w.hears(1)
    (room, made), = w.server.created.items()
    assert len(heard) == 1 and urllib.parse.quote(room, safe="") in heard[0]["body"] and "1. " not in heard[0]["body"], heard
    assert made["invite"] == [w.server.person(7)] and made["is_direct"] and "initial_state" not in made, made
    assert w.server.data["m.direct"] == {w.server.person(7): [room]}, w.server.data
    made["invite"] = []
    w.server.shared[room] = [w.server.person(7)]
    del w.server.created[room]
    w.server.add(room, w.server.person(7), {"membership": "join"}, "m.room.member", state_key=w.server.person(7))
    heard = await w.hears(2)
    assert any("1. " in h["body"] and h["msgtype"] == "m.text" for h in heard[1:]), heard


async def a_server_that_lets_nobody_make_rooms(w):
    await in_a_club(w)
    w.server.fault("/createRoom", times=1, code=403, body='{"errcode":"M_FORBIDDEN"}')
    ask_in_the_club(w, 7, WORRY)
    heard = await w.hears(1)
    assert urllib.parse.quote(matrix.BOT, safe="") in heard[0]["body"] and "999" in heard[0]["body"], heard


async def a_private_room_whose_answer_is_lost(w):
    """It is told by the server later, and no second one is made."""
    await in_a_club(w)
    w.server.fault("/createRoom", times=1, how="lost")
    ask_in_the_club(w, 7, WORRY)
    heard = await w.hears(1)
    (room,) = w.server.created
    assert urllib.parse.quote(room, safe="") in heard[0]["body"], heard


async def a_server_that_never_makes_rooms(w):
    await in_a_club(w)
    w.server.fault("/createRoom", times=1000, code=502)
    ask_in_the_club(w, 7, WORRY)
    heard = await w.hears(1)
    assert urllib.parse.quote(matrix.BOT, safe="") in heard[0]["body"], heard


async def killed_while_a_private_room_is_made(w):
    await in_a_club(w)
    answer = w.server.create
    made = asyncio.Event()

    def create(what):
        made.set()
        return answer(what)

    w.server.create = create
    w.server.fault("/createRoom", times=1, how="lost")
    ask_in_the_club(w, 7, WORRY)
    await asyncio.wait_for(made.wait(), PATIENCE_S)
    w.process.kill()
    await w.process.wait()
    w.process = await asyncio.create_subprocess_exec(
        w.program, "run", "--config", os.path.join(w.folder, "soleus.yaml"), stdout=w.log, stderr=w.log)
    heard = await w.hears(1)
    (room,) = w.server.created
    assert urllib.parse.quote(room, safe="") in heard[0]["body"], heard


async def admins_that_nobody_can_tell(w):
    await in_a_club(w)
    ask_in_the_club(w, 8, "my calf is a little sore after a run")
    await w.hears(1)
    before = len(w.heard)
    w.server.fault("/state", times=1, code=502)
    ask_in_the_club(w, 7, "!calf settings off")
    heard = await w.hears(before + 1)
    assert "couldn't find out" in heard[before]["body"], heard
    ask_in_the_club(w, 7, "!calf settings off")  # a member like others, by the room's state
    heard = await w.hears(before + 2)
    assert "you can't" in heard[before + 1]["body"], heard


TESTS = [an_invitation_that_fails_twice, an_invitation_across_a_restart, an_answer_that_is_lost,
         half_an_answer_to_what_was_sent, a_gateway_without_a_server, slowed_down_by_header, slowed_down_by_body, too_large,
         no_thread_there, a_sync_that_fails, events_that_are_no_events, nothing_is_said_before_it_is_known_who_listens,
         a_soft_logout, no_right_to_speak, what_is_not_said_keeps_nobody_waiting, a_private_room, a_server_that_lets_nobody_make_rooms,
         a_private_room_whose_answer_is_lost,
         a_server_that_never_makes_rooms, killed_while_a_private_room_is_made, admins_that_nobody_can_tell]


async def run(program, names):
    failed, ran, log = 0, 0, []
    for test in TESTS:
        if names and test.__name__ not in names:
            continue
        ran += 1
        w = World(program, log)
        try:
            try:
                await asyncio.wait_for(test(w), 90)
            finally:
                await w.stop()
            assert "Sanitizer" not in w.logged() and "runtime error" not in w.logged(), w.logged()
            print(f"ok      {test.__name__}", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {test.__name__}\n{traceback.format_exc()}{w.logged()[-3000:]}", flush=True)
        shutil.rmtree(w.folder, ignore_errors=True)
    unfit = openapi.problems(log)
    for problem in unfit or []:
        failed += 1
        print(problem)
    print("requests not held against the specification: it is not there" if unfit is None else
          f"{len(log)} requests held against the specification")
    print(f"{ran - min(failed, ran)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run(os.path.abspath(sys.argv[1]), sys.argv[2:])))
