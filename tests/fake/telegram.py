"""telegram.py - a small Telegram Bot API for tests with many chats: updates with their offsets, messages, buttons. Strict
where the other side's rules matter for what is tested here; the rest of the API answers `true`."""
import asyncio
import json
import re
import time

import wire  # ours, of this folder

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT = {"id": 110201543, "is_bot": True, "first_name": "soleus", "username": "soleus_test_bot", "can_join_groups": True,
       "can_read_all_group_messages": False, "supports_inline_queries": False}
CAN_DROP_REPEATS = False
CONFIG = """\
telegram:
  enabled: true
  token_file: {token}
  api_base: {base}
  poll_timeout_s: 5
"""


def shape(message):
    """What of a message does not vary with the wording: the choices that it offers, without the turn."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [re.sub(r"^\D*\d+", "", b.get("callback_data", "")) for row in rows for b in row]


def text(message):
    return message["text"]


# What goes through the bot's outbox.
SAYING = ("sendmessage", "editmessagereplymarkup")


class Refused(Exception):
    """An answer other than ok."""

    def __init__(self, code, description, **parameters):
        super().__init__(description)
        self.body = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters
        self.code = code


class Server(wire.Server):
    """`on_message(chat, message)` is called for each message that the bot says, when it is taken."""

    def __init__(self, on_message=None):
        self.on_message = on_message or (lambda chat, message: None)
        self.updates = []  # not confirmed yet
        self.next_update = 800_000_001
        self.next_message = 1
        self.arrived = asyncio.Event()
        self.poll = None  # the id of the newest getUpdates
        self.calls = {}
        self.webhook = ""
        self.dropped = 0  # repeats: Telegram takes them all
        self.said = 0  # answers to what the bot said or took back

    async def reader(self):
        """Whatever is written is kept until it is read."""

    # ---- what people do ----

    def add(self, **update):
        update["update_id"] = self.next_update
        self.next_update += 1
        self.updates.append(update)
        self.arrived.set()
        return update["update_id"]

    def message_id(self):
        self.next_message += 1
        return self.next_message

    @staticmethod
    def person(chat):
        return {"id": chat, "is_bot": False, "first_name": f"P{chat}", "language_code": "en"}

    def write(self, chat, text):
        """Somebody writes in a private chat."""
        return self.add(message={"message_id": self.message_id(), "from": self.person(chat), "date": int(time.time()),
                                 "chat": {"id": chat, "type": "private", "first_name": f"P{chat}"}, "text": text})

    def press(self, chat, message, data):
        return self.add(callback_query={"id": str(self.next_update), "from": self.person(chat), "message": message,
                                        "chat_instance": str(chat), "data": data})

    # ---- what the bot calls ----

    async def getupdates(self, body):
        offset, timeout = body.get("offset", 0), min(body.get("timeout", 0), 50)
        me = self.poll = object()
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        deadline = time.monotonic() + timeout
        while not self.updates and time.monotonic() < deadline:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), max(0.01, deadline - time.monotonic()))
            except asyncio.TimeoutError:
                break
            if self.poll is not me:
                raise Refused(409, "Conflict: terminated by other getUpdates request")
        return self.updates[: body.get("limit", 100)]

    async def getme(self, body):
        return BOT

    async def getwebhookinfo(self, body):
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self.updates)}

    async def sendmessage(self, body):
        text = body.get("text", "")
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) > 2 * 4096:
            raise Refused(400, "Bad Request: message is too long")
        message = {"message_id": self.message_id(), "from": BOT, "date": int(time.time()),
                   "chat": {"id": body["chat_id"], "type": "private"}, "text": text}
        if "reply_markup" in body:
            message["reply_markup"] = body["reply_markup"]
        self.on_message(body["chat_id"], message)
        return message

    async def getmycommands(self, body):
        return []

    async def getmydescription(self, body):
        return {"description": ""}

    async def getmyshortdescription(self, body):
        return {"short_description": ""}

    # ---- HTTP ----

    async def exchange(self, writer, method, target, headers, raw):
        code, result = await self._call(target, raw)
        await wire.answer(writer, code, json.dumps(result).encode())
        return True

    async def _call(self, path, raw):
        token, _, method = path.removeprefix("/bot").partition("/")
        self.calls[method] = self.calls.get(method, 0) + 1
        if token != TOKEN:
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        handler = getattr(self, method.lower(), None)
        try:
            body = json.loads(raw) if raw else {}
            result = await handler(body) if handler else True
            self.said += method.lower() in SAYING
            return 200, {"ok": True, "result": result}
        except Refused as refused:
            return refused.code, refused.body
        except (ValueError, KeyError) as problem:
            return 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {problem!r}"}
