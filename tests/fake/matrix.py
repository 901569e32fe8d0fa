"""matrix.py - a small Matrix homeserver for tests with many private rooms: /sync with its places, events that are sent under
transaction ids, of which a repeat is dropped as real servers do. Whatever else is asked is answered with {}."""
import asyncio
import json
import time
import urllib.parse

import wire  # ours, of this folder

TOKEN = "syt_of_the_tests"
BOT = "@soleus:fake.test"
CAN_DROP_REPEATS = True
CONFIG = """\
matrix:
  enabled: true
  token_file: {token}
  homeserver: {base}
  sync_timeout_s: 5
"""


def shape(message):
    """What of a message does not vary with the wording: the choices that it offers, without the turn."""
    return message.get("org.soleus.choices", {}).get("ids", [])


def text(message):
    return message["body"]


class Server(wire.Server):
    """`on_message(chat, content)` is called for each message that the bot says, when it is taken; chats are numbers."""

    def __init__(self, on_message=None):
        self.on_message = on_message or (lambda chat, message: None)
        self.stream = []  # (room, event), in order; a place is a number of them
        self.events = {}
        self.rooms = []
        self.sent = {}  # from (path, transaction id) to the event's id
        self.dropped = 0  # that were dropped
        self.arrived = asyncio.Event()
        self.read = asyncio.Event()
        self.said = 0
        self.token = TOKEN
        self.log = None  # a list notes every request: method, path, query, body
        self.faults = []  # see fault
        self.invitations = {}  # from room to who invites
        self.shared = {}  # from room to who is there besides the bot
        self.created = {}  # from room that the bot made to what it asked for
        self.data = {}  # of the account

    async def reader(self):
        """Until the bot reads: what was said before its very first start is never answered."""
        await self.read.wait()

    # ---- what people do ----

    @staticmethod
    def room(chat):
        return f"!r{chat}:fake.test"

    @staticmethod
    def person(chat):
        return f"@p{chat}:fake.test"

    def add(self, room, sender, content, kind="m.room.message", **more):
        event = {**more, "type": kind, "event_id": f"${len(self.stream)}", "sender": sender, "content": content,
                 "origin_server_ts": int(time.time() * 1000)}
        self.stream.append((room, event))
        self.events[event["event_id"]] = event
        self.arrived.set()
        return event["event_id"]

    def write(self, chat, words):
        if self.room(chat) not in self.rooms:
            self.rooms.append(self.room(chat))
        return self.add(self.room(chat), self.person(chat), {"msgtype": "m.text", "body": words})

    def invite(self, room, person):
        self.invitations[room] = person
        self.stream.append((room, None))
        self.arrived.set()

    def fault(self, path, times=1, **what):
        """The next calls whose path has `path` in it go wrong: code, body, headers; how="lost": done, but no answer;
        how="half": half of the answer."""
        self.faults.append({"path": path, "times": times, "body": "<html>bad gateway</html>", "headers": {}, **what})

    def next_fault(self, path):
        fault = next((f for f in self.faults if f["times"] and f["path"] in path), None)
        if fault:
            fault["times"] -= 1
        return fault

    # ---- what the bot calls ----

    def state(self, room):
        made, person = self.created.get(room), room.replace("!r", "@p")
        people = {BOT: "join", **{who: "join" for who in self.shared.get(room, [person])}}
        if made:
            people = {BOT: "join", **{who: "invite" for who in made["invite"]}}
        members = [{"type": "m.room.member", "state_key": who, "sender": who, "content": {"membership": membership}}
                   for who, membership in people.items()]
        content = {"room_version": "11", **(made or {}).get("creation_content", {})}
        return [{"type": "m.room.create", "state_key": "", "sender": BOT if made else person, "content": content}, *members]

    def create(self, what):
        room = self.room(1000 + len(self.created))
        self.created[room] = what
        self.rooms.append(room)
        self.add(room, BOT, {"membership": "join"}, "m.room.member", state_key=BOT)
        return {"room_id": room}

    async def sync(self, query):
        since, until = query.get("since"), time.monotonic() + int(query.get("timeout", 0)) / 1000
        if since is None:
            return {"next_batch": f"s{len(self.stream)}"}
        self.read.set()
        at = int(since[1:])
        while at == len(self.stream) and time.monotonic() < until:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), max(0.01, until - time.monotonic()))
            except asyncio.TimeoutError:
                break
        end, joined = len(self.stream), {}
        invited = {room: {"invite_state": {"events": [{
            "type": "m.room.member", "state_key": BOT, "sender": self.invitations[room],
            "content": {"membership": "invite", "is_direct": True}}]}} for room, event in self.stream[at:end] if event is None}
        if invited:
            return {"next_batch": f"s{end}", "rooms": {"invite": invited}}
        for room, event in self.stream[at:end]:
            joined.setdefault(room, {"timeline": {"events": [], "limited": False}})["timeline"]["events"].append(event)
        return {"next_batch": f"s{end}", "rooms": {"join": joined}} if joined else {"next_batch": f"s{end}"}

    def send(self, room, kind, txn, content):
        known = self.sent.get((room, kind, txn))
        self.dropped += known is not None
        if known is None:
            known = self.sent[(room, kind, txn)] = self.add(room, BOT, content, kind)
            self.on_message(int(room[2:].partition(":")[0]), content)
        self.said += 1
        return {"event_id": known}

    async def answer(self, method, parts, query, body):
        if parts == ["account", "whoami"]:
            return {"user_id": BOT, "device_id": "FAKE"}
        if parts == ["login"]:
            self.token = "syt_another_one"
            return {"user_id": BOT, "device_id": body["device_id"], "access_token": self.token}
        if parts[0] == "join":
            self.rooms.append(parts[1])
            return {"room_id": parts[1]}
        if parts == ["createRoom"]:
            return self.create(body)
        if parts[0] == "user" and parts[2] == "account_data":
            if method == "PUT":
                self.data[parts[3]] = body
            return self.data.get(parts[3], {})
        if parts == ["joined_rooms"]:
            return {"joined_rooms": self.rooms}
        if parts == ["sync"]:
            return await self.sync(query)
        if parts[-1] == "filter":
            return {"filter_id": "1"}
        if parts[0] == "rooms" and parts[2:] == ["state"]:
            return self.state(parts[1])
        if parts[0] == "rooms" and parts[2] == "event":
            return self.events[parts[3]]
        if parts[0] == "rooms" and parts[2] == "send" and method == "PUT" and parts[4]:
            return self.send(parts[1], parts[3], parts[4], body)
        return {}

    # ---- HTTP ----

    async def exchange(self, writer, method, target, headers, raw):
        path, _, query = target.partition("?")
        parts = [urllib.parse.unquote(p) for p in path.removeprefix("/_matrix/client/v3/").split("/")]
        body, asked = json.loads(raw) if raw else None, dict(urllib.parse.parse_qsl(query))
        if self.log is not None:
            self.log.append((method, path, asked, body))
        fault = self.next_fault(path) or {"headers": {}}
        if "code" in fault:
            out, code = fault["body"].encode(), fault["code"]
        elif headers.get("authorization") != "Bearer " + self.token and parts != ["login"]:
            out, code = b'{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}', 401
        else:
            out, code = json.dumps(await self.answer(method, parts, asked, body)).encode(), 200
        if fault.get("how") == "lost":
            return False
        await wire.answer(writer, code, out, fault["headers"], cut=fault.get("how") == "half")
        return fault.get("how") != "half"
