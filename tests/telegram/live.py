#!/usr/bin/env python3
"""live.py PROGRAM [NAME...] - the daemon before a strict Telegram: people write, press, edit and leave, and whatever can
go wrong on the way goes wrong. Without NAMEs every test runs; the last line tells how many passed."""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import harness
import requests  # our own: requests.py

NAME = "soleus_test_bot"
PATIENCE_S = 15
QUIET_S = 0.7
WORRY = "my calf is swollen and warm since yesterday"


class Person:
    """Somebody in a chat. What the bot does there is told by `next`, in order."""
    newest = 5000

    def __init__(self, peers, chat=None, **more):
        Person.newest += 1
        self.peers, self.user = peers, Person.newest
        self.chat = self.user if chat is None else chat
        self.more = {"user": self.user, "chat": self.chat, **more}
        self.since = peers.act("info")["events"]

    def do(self, what, **more):
        return self.peers.act(what, **{**self.more, **more})

    def say(self, text, **more):
        return self.do("text", text=text, **more)["message_id"]

    def next(self, kind="message", patience_s=PATIENCE_S):
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            for event in self.peers.get(f"/peer/events?since={self.since}&wait=200"):
                self.since = event["n"]
                if event["event"] == kind and event.get("chat", self.chat) == self.chat:
                    return event
        raise AssertionError(f"no {kind} in {patience_s} s")

    def hears(self, patience_s=PATIENCE_S):
        return self.next("message", patience_s)["message"]

    def hears_question(self):
        """Up to the message that has buttons."""
        while True:
            message = self.hears()
            if keys(message):
                return message

    def next_with(self, words):
        """The next message that has them."""
        while words not in (text := self.hears()["text"]):
            pass
        return text

    def hears_nothing(self, seconds=QUIET_S):
        try:
            event = self.next("message", seconds)
        except AssertionError:
            return
        raise AssertionError(f"not quiet: {event['message'].get('text')}")


def keys(message):
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {key["text"]: key.get("callback_data", "") for row in rows for key in row}


class Bot(harness.Daemon):
    """The daemon, watched by its log."""

    def __init__(self, program, peers, token=harness.TOKEN, groups="allow: any", mode="polling", **more):
        super().__init__(tempfile.mkdtemp(prefix="soleus-live-"), program, peers, mode, extra=f"  groups: {{{groups}}}", **more)
        with open(os.path.join(self.folder, "token"), "w", encoding="utf-8") as file:
            file.write(token)

    def begin(self, until="telegram is there"):
        self.mark = len(self.logged()) if os.path.exists(self.log) else 0
        self.start()
        self.wait_for(until)
        return self

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE_S
        while text not in self.logged()[self.mark:]:
            assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.logged()[-1000:]}"
            assert time.monotonic() < end, f"never logged: {text}\n{self.logged()[-1000:]}"
            time.sleep(0.02)

    def ends(self):
        return self.process.wait(PATIENCE_S)

    def clear(self):
        """Ends it, which must take no longer than a second; sanitizers then look for leaks in their own time."""
        seconds, status = 0.0, 0
        if self.process and self.process.poll() is None:
            began = time.monotonic()
            self.process.send_signal(signal.SIGTERM)
            while "notice: ended" not in self.logged()[self.mark:] and seconds < PATIENCE_S:
                time.sleep(0.02)
                seconds = time.monotonic() - began
            status = self.ends()
        log = self.logged()
        shutil.rmtree(self.folder)
        assert status == 0 and seconds < 1.5, f"ended with {status} after {seconds} s: {log[-1000:]}"
        assert harness.TOKEN.split(":")[1] not in log, "the token is in the log"


SHARED, ALONE = [], []


def shared(test):
    """A test with the one bot that all of them talk to: test(peers, bot)."""
    SHARED.append(test)
    return test


def alone(test):
    """A test that starts a bot of its own: test(peers, program)."""
    ALONE.append(test)
    return test


def private(person):
    """A message as the server would make it, without its content."""
    return {"message_id": 100, "date": int(time.time()), "from": {"id": person.user, "is_bot": False, "first_name": "Ann"},
            "chat": {"id": person.chat, "type": "private"}}


# ---- what people do; `bot` is running, `peers` is the server

@shared
def greets(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    assert "999" in ann.hears()["text"]


@shared
def asks_and_takes_presses(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    question = ann.hears_question()
    shown = keys(question)
    ticks = [data for data in shown.values() if data[0] == "o"]
    assert len(ticks) > 1 and "Done" in shown and "None of these" in shown, shown
    ann.do("press", message_id=question["message_id"], data=ticks[0])
    ann.next("answer")
    assert any(text.startswith("\u2705") for text in keys(ann.next("edit")["message"]))
    ann.do("press", message_id=question["message_id"], button="Done")
    ann.next("answer")
    told = ann.hears()["text"]
    assert "999" in told, told  # the first line is an emergency's
    while keys(ann.next("edit")["message"]):
        pass  # the buttons go when the answer is there


@shared
def quick_fingers_lose_nothing(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    question = ann.hears_question()
    peers.act("fault", method="editMessageReplyMarkup", delay=1000)
    tick = next(data for data in keys(question).values() if data[0] == "o")
    ann.do("press", message_id=question["message_id"], data=tick)
    ann.do("press", message_id=question["message_id"], button="Done")
    assert "999" in ann.hears()["text"]


@shared
def a_stale_press_is_answered(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    question = ann.hears_question()
    ann.do("press", message_id=question["message_id"], button="None of these")
    ann.hears()
    ann.do("press", message_id=question["message_id"], data="p1.none", force=True)
    ann.next("answer")
    ann.do("press", message_id=question["message_id"], data="zzz", force=True)
    ann.next("answer")


@shared
def typed_answers_count(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    ann.hears_question()
    ann.say("none of these")
    ann.hears()


@shared
def an_edit_starts_nothing_but_for_danger(peers, bot):
    ann = Person(peers)
    first = ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    ann.do("edit", message_id=first, text="my calf is sore")
    ann.hears_nothing()
    ann.do("edit", message_id=first, text="my foot is numb and cold")
    assert "999" in ann.hears()["text"]
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    ann.do("edit", message_id=first, text="my foot is quite numb and cold")
    ann.hears_nothing()


@shared
def pictures_get_a_kind_word(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    for kind in ("photo", "voice", "sticker", "location", "contact"):
        ann.since = peers.act("info")["events"]
        ann.do(kind)
        assert ann.hears()["text"]


@shared
def an_album_gets_one(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    for i in range(3):
        ann.do("raw", kind="message", body={**private(ann), "message_id": 100 + i, "photo": [{}], "media_group_id": "77"})
    ann.hears()
    ann.hears_nothing()


@shared
def a_forward_is_not_their_own(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    ann.do("raw", kind="message", body={**private(ann), "text": "my foot is numb and cold",
                                        "forward_origin": {"type": "hidden_user"}})
    message = ann.hears()
    assert "Call 999" not in message["text"].split("\n")[0], message["text"]


@shared
def who_blocks_is_left_alone(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    ann.hears_question()
    ann.do("block")
    ann.hears_nothing()
    ann.do("unblock")
    ann.say("hello again")
    ann.hears()


@shared
def blocked_while_we_speak(peers, bot):
    ann, bob = Person(peers), Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=403, description="Forbidden: bot was blocked by the user")
    ann.say(WORRY)
    bob.say("/start")
    bob.hears()
    ann.hears_nothing()
    ann.say("/start")
    ann.hears()


# ---- groups

@shared
def speaks_in_groups_when_addressed(peers, bot):
    ann = Person(peers, chat=-1001)
    ann.say("what a day", privacy=False)
    ann.say("/weather", privacy=False)
    ann.say("/help@another_bot", privacy=False)
    ann.hears_nothing()
    asked = ann.say(f"@{NAME} {WORRY}")
    message = ann.hears()
    assert message["reply_to_message"]["message_id"] == asked
    answered = ann.say("it is the left one", reply_to=message["message_id"], privacy=False)
    assert ann.next("message")["protected"]
    assert answered


@shared
def settings_by_an_admin(peers, bot):
    ann, bob = Person(peers, chat=-1003), Person(peers, chat=-1003)
    bob.more.update(status="administrator")
    ann.say(f"/settings@{NAME} off")
    assert "you can't" in ann.hears()["text"]
    bob.say(f"/settings@{NAME} region us")
    bob.next_with("911")
    bob.say(f"/settings@{NAME} off")
    bob.next_with("not even when")
    time.sleep(QUIET_S)
    ann.since = bob.since = peers.act("info")["events"]
    ann.say(f"@{NAME} my calf hurts and I can't breathe")
    ann.say(f"/settings@{NAME} helpful")
    ann.hears_nothing()
    bob.say(f"/settings@{NAME} when addressed")
    bob.next_with("when I'm addressed")
    ann.say(f"@{NAME} my calf hurts and I can't breathe")
    ann.next_with("911")
    here = Person(peers)
    here.say("/settings off")
    assert "several people" in here.hears()["text"]


@shared
def offers_a_private_chat(peers, bot):
    ann = Person(peers, chat=-1002)
    ann.say(f"@{NAME} {WORRY}")
    links = []
    for _ in range(4):
        rows = ann.hears().get("reply_markup", {}).get("inline_keyboard", [])
        links = [key["url"] for row in rows for key in row if "url" in key]
        if links:
            break
    assert links and links[0].startswith(f"https://t.me/{NAME}?start="), links
    here = Person(peers)
    here.user = here.chat = ann.user
    here.more.update(user=ann.user, chat=ann.user)
    here.say("/start " + links[0].split("=")[1])
    here.hears()


@shared
def a_group_gets_another_id(peers, bot):
    ann = Person(peers, chat=-77)
    ann.say(f"/calf@{NAME} {WORRY}")
    ann.hears()
    to = ann.do("migrate")["chat"]
    ann.chat = ann.more["chat"] = to
    ann.say(f"@{NAME} none of these")
    ann.hears()


@shared
def a_group_moves_unseen(peers, bot):
    """The message that tells of it never came: sending finds out."""
    ann = Person(peers, chat=-78)
    ann.say(f"/help@{NAME}")
    ann.hears()
    peers.act("fault", method="sendMessage", chat=-78, code=400, description="Bad Request: group chat was upgraded to a "
              "supergroup chat", parameters={"migrate_to_chat_id": -1000000000078})
    Person(peers, chat=-1000000000078).say("hi", privacy=False)
    moved = Person(peers, chat=-1000000000078)
    ann.say(f"/help@{NAME}")
    moved.hears()


@shared
def topics_are_kept(peers, bot):
    ann = Person(peers, chat=-1004)
    ann.say(f"/help@{NAME}", message_thread_id=44)
    assert ann.hears()["message_thread_id"] == 44


# ---- what goes wrong

def once_after(peers, fault, most=1):
    ann = Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, **fault)
    ann.say("/start")
    first = ann.hears()["text"]
    time.sleep(2.5 if most > 1 else QUIET_S)
    said = [m["text"] for m in peers.act("history", user=ann.user)["messages"] if m["from"]["is_bot"]]
    assert 1 <= said.count(first) <= most, f"said {said.count(first)} times"


@shared
def sends_after_429(peers, bot):
    ann = Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=429, retry_after=2)
    from_s = time.monotonic()
    ann.say("/start")
    ann.hears()
    assert time.monotonic() - from_s >= 2, "did not wait as told"


@shared
def sends_after_500(peers, bot):
    once_after(peers, {"code": 500})


@shared
def sends_after_html(peers, bot):
    once_after(peers, {"how": "html"})


@shared
def sends_after_a_cut(peers, bot):
    once_after(peers, {"how": "close"})


@shared
def sends_after_half_an_answer(peers, bot):
    once_after(peers, {"how": "half"})


@shared
def says_a_lost_one_twice_at_most(peers, bot):
    once_after(peers, {"how": "lost"}, most=2)


@shared
def sends_slowly(peers, bot):
    once_after(peers, {"delay": 1500})


@shared
def keeps_the_order_behind_a_wait(peers, bot):
    ann, bob = Person(peers), Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=429, retry_after=2)
    ann.say("/start")
    ann.say("/privacy")
    bob.say("/start")
    bob.hears(1)
    texts = [ann.hears()["text"] for _ in range(2)]
    assert "privacy" not in texts[0].lower()[:20] or texts[0] != texts[1]


@shared
def nothing_is_lost_at_one_a_second(peers, bot):
    """A server that takes one message a second in a chat: all come, in order, each once."""
    ann = Person(peers)
    ann.say("/start")
    ann.say("/help")
    ann.say("/privacy")
    while "privacy" not in ann.hears()["text"]:
        pass
    time.sleep(QUIET_S)
    free = [m["text"] for m in peers.act("history", user=ann.user)["messages"] if m["from"]["is_bot"]]
    peers.act("limits", limits={"chat": 1})
    try:
        bob = Person(peers)
        bob.say("/start")
        bob.say("/help")
        bob.say("/privacy")
        paced = [bob.hears()["text"] for _ in free]
        bob.hears_nothing(2.5)
    finally:
        peers.act("limits", limits={"chat": 0})
    assert len(paced) > 2 and paced == free, f"{paced} instead of {free}"


@shared
def without_the_topic_that_is_gone(peers, bot):
    ann = Person(peers, chat=-1007)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=400, description="Bad Request: message thread not found")
    ann.say(f"/help@{NAME}", message_thread_id=44)
    assert "message_thread_id" not in ann.hears()


@shared
def survives_what_nobody_would_send(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    for kind, body in (("message", 7), ("message", []), ("message", {}), ("callback_query", {"id": 7}),
                       ("message", {"chat": {"id": 1e300}}),
                       ("message", {**private(ann), "text": "\u0000"}), ("message", {**private(ann), "text": "\ud800"}),
                       ("message", {**private(ann), "text": "a",
                                    "entities": [{"type": "blockquote", "offset": 1e18, "length": -1}]}),
                       ("message", {**private(ann), "text": "calf " * 20000}),
                       ("my_chat_member", {"chat": {}, "new_chat_member": 3}),
                       ("edited_message", {**private(ann), "text": 3}), ("poll_of_next_year", {"a": [[[[]]]]})):
        peers.act("raw", kind=kind, body=body)
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    ann.say("/help")
    ann.hears()


@shared
def plain_when_markup_is_refused(peers, bot):
    ann = Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=400, description="Bad Request: can't parse entities: x")
    ann.say("/start")
    message = ann.hears()
    assert "entities" not in message and "<b>" not in message["text"] and "**" not in message["text"]


def polls_after(peers, fault):
    ann = Person(peers)
    peers.act("fault", method="getUpdates", **fault)
    ann.say("/start")
    ann.next("fault")
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    ann.say("/help")
    ann.hears()
    ann.hears_nothing()


@shared
def polls_after_500(peers, bot):
    polls_after(peers, {"code": 500})


@shared
def polls_after_html(peers, bot):
    polls_after(peers, {"how": "html"})


@shared
def polls_after_a_cut(peers, bot):
    polls_after(peers, {"how": "close"})


@shared
def polls_after_half_an_answer(peers, bot):
    polls_after(peers, {"how": "half"})


@shared
def polls_after_429(peers, bot):
    polls_after(peers, {"code": 429, "retry_after": 1})


@shared
def polls_after_a_lost_answer(peers, bot):
    polls_after(peers, {"how": "lost"})


@shared
def another_poller_for_a_moment(peers, bot):
    ann = Person(peers)
    peers.bot("getUpdates", timeout=0, limit=1)
    bot.wait_for("telegram poll failed")
    ann.say("/start")
    ann.hears()


# ---- starting and ending

@alone
def killed_and_started_again(peers, program):
    with running(program, peers) as bot:
        ann = Person(peers)
        ann.say(WORRY)
        question = ann.hears_question()
        time.sleep(QUIET_S)  # a send whose answer we never saw would be made again
        bot.stop(signal.SIGKILL)
        ann.say("none of these")
        bot.begin()
        ann.hears()
        said = [m["text"] for m in peers.act("history", user=ann.user)["messages"] if m["from"]["is_bot"]]
        assert said.count(question["text"]) == 1


@alone
def confirmed_before_it_ends(peers, program):
    with running(program, peers) as bot:
        ann = Person(peers)
        ann.say("/start")
        ann.hears()
        bot.stop()
        assert peers.act("info")["pending"][0] == 0


@alone
def ends_while_the_disk_hangs(peers, program):
    """What could not be saved comes again. Until then only that something is wrong is said, and whom to call."""
    with running(program, peers) as bot:
        ann = Person(peers)
        ann.say("/start")
        ann.hears()
        time.sleep(QUIET_S)
        ann.since = peers.act("info")["events"]
        lock = sqlite3.connect(os.path.join(bot.state, "soleus.db"))
        lock.execute("begin exclusive")
        ann.say("/help")
        assert "999" in ann.hears()["text"]
        ann.hears_nothing()
        bot.process.send_signal(signal.SIGTERM)
        bot.ends()
        lock.close()
        assert bot.process.returncode == 0, f"ended with {bot.process.returncode}: {bot.logged()[-1000:]}"
        bot.begin()
        ann.hears()
        ann.hears_nothing()


@alone
def a_wrong_token(peers, program):
    with running(program, peers, token=harness.TOKEN[:-1] + "x", until="") as bot:
        assert bot.ends() != 0
        assert "401" in bot.logged()


@alone
def a_webhook_left_over(peers, program):
    peers.bot("setWebhook", url="http://127.0.0.1:1/")
    with running(program, peers):
        ann = Person(peers)
        ann.say("/start")
        ann.hears()
        assert peers.act("info")["webhooks"] == [None]


@alone
def a_webhook_set_by_somebody(peers, program):
    try:
        with running(program, peers) as bot:
            ann = Person(peers)
            ann.say("/start")
            ann.hears()
            time.sleep(QUIET_S)
            peers.bot("setWebhook", url="http://127.0.0.1:1/")
            assert bot.ends() != 0
            assert "setWebhook" in bot.logged()
    finally:
        peers.bot("deleteWebhook")


@alone
def telegram_is_away_at_start(peers, program):
    peers.act("fault", method="getMe", how="close")
    with running(program, peers):
        ann = Person(peers)
        ann.say("/start")
        ann.hears()


@alone
def each_has_a_talk_of_their_own(peers, program):
    with running(program, peers, groups="allow: any, offer_private: false"):
        ann, bob = Person(peers, chat=-1003), Person(peers, chat=-1003)
        ann.say(f"/calf@{NAME} {WORRY}")
        question = ann.hears_question()
        data = next(d for text, d in keys(question).items() if text == "None of these")
        ann.since = peers.act("info")["events"]
        bob.do("press", message_id=question["message_id"], data=data)
        ann.next("answer")
        ann.hears_nothing()
        ann.do("press", message_id=question["message_id"], data=data)
        ann.hears()


@alone
def overhears_danger_once(peers, program):
    with running(program, peers, groups="allow: any, answer_red_flags_unasked: true"):
        ann = Person(peers, chat=-1006)
        ann.say("lovely weather for a run", privacy=False)
        ann.do("photo", privacy=False)
        ann.hears_nothing()
        ann.say("my calf is swollen and I can hardly breathe", privacy=False)
        while "999" not in ann.hears()["text"]:
            pass  # first why it speaks unasked
        time.sleep(QUIET_S)
        ann.since = peers.act("info")["events"]
        ann.say("really, I can hardly breathe", privacy=False)
        ann.hears_nothing()


@alone
def groups_that_are_not_allowed(peers, program):
    with running(program, peers, groups="allow: none"):
        ann = Person(peers, chat=-1005)
        ann.say(f"/help@{NAME}")
        ann.next("left")
        ann.hears_nothing()


@alone
def by_webhook(peers, program):
    try:
        with running(program, peers, mode="webhook") as bot:
            for one in (greets, asks_and_takes_presses, quick_fingers_lose_nothing, sends_after_html):
                one(peers, bot)
            refuses_what_has_no_secret(bot)
            takes_a_delivery_once(peers, bot)
            ann = Person(peers)
            bot.stop(signal.SIGKILL)
            ann.say("/help")  # is kept while we are away
            bot.begin()
            ann.hears()
    finally:
        peers.bot("deleteWebhook")


@alone
def by_webhook_with_own_tls(peers, program):
    try:
        with running(program, peers, mode="webhook", tls=True) as bot:
            asks_and_takes_presses(peers, bot)
    finally:
        peers.bot("deleteWebhook")


def deliver(bot, update, secret=harness.SECRET, path="/telegram"):
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return harness.post(f"http://127.0.0.1:{bot.port}{path}", update, **headers)[0]


def refuses_what_has_no_secret(bot):
    update = {"update_id": 7, "message": {"text": "hi"}}
    assert deliver(bot, update, None) == 401
    assert deliver(bot, update, "wrong") == 403
    assert deliver(bot, update) == 200
    assert deliver(bot, update, path="/telegrams") == 404


def takes_a_delivery_once(peers, bot):
    ann = Person(peers)
    ann.say("/help")
    ann.hears()
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    update = {"update_id": 2000000000, "message": {**private(ann), "text": "/start"}}
    assert [deliver(bot, update) for _ in range(3)] == [200] * 3
    ann.hears()
    ann.hears_nothing()
    for number in (2000000009, 2000000004):  # out of order is not old
        ann.since = peers.act("info")["events"]
        assert deliver(bot, {**update, "update_id": number}) == 200
        ann.hears()
        time.sleep(QUIET_S)


@alone
def before_a_server_of_others(peers, program):
    """telegram-test-api of npm: lax where ours is strict, and written by people who never saw us."""
    folder = tempfile.mkdtemp(prefix="soleus-mock-")
    mock = harness.Peer(folder, "mock")
    try:
        with running(program, mock):
            # an "expect" holds nothing up: what comes after it waits by itself
            said = [{"cmd": "text", "text": WORRY}, {"cmd": "expect", "match": "None of these"}, {"cmd": "sleep", "ms": 3000},
                    {"cmd": "press", "button": "None of these"}, {"cmd": "sleep", "ms": 2000}, {"cmd": "drop"},
                    {"cmd": "text", "text": "/help"}, {"cmd": "expect", "kind": "message"}]
            lines = "".join(json.dumps(line) + "\n" for line in said)
            person = subprocess.run([mock.script, "user", "--base", mock.url, "--token", harness.TOKEN], input=lines,
                                    capture_output=True, text=True, timeout=4 * PATIENCE_S)
            answers = [json.loads(line) for line in person.stdout.splitlines()]
            failed = [a for a in answers if a.get("ok") is False]
            assert not failed and sum("ok" in a for a in answers) == len(said), failed or person.stderr
    finally:
        mock.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(program, peers, until="telegram is there", **options):
    bot = Bot(program, peers, **options)
    try:
        yield bot.begin(until)
    finally:
        bot.clear()


def all_requests_are_sound(peers, bot):
    """Every call that any of the tests made, held against Telegram's own definition; ours only, not those of `bot`."""
    calls, bad = peers.calls(), []
    for call in calls:
        names = {name.lower(): name for name in (key.split(".")[1] for key in requests.SCHEMA if key.startswith("method."))}
        if call["method"] in names:
            bad += [f"{p}: {call}" for p in requests.problems(names[call["method"]], call["params"])]
        else:
            bad.append(f"unknown method {call['method']}")
    assert len(calls) > 100 or bad, f"only {len(calls)} calls"
    assert not bad, "\n".join(bad[:5])


def attempt(test, *args):
    from_s = time.monotonic()
    try:
        test(*args)
    except Exception as error:  # whatever it is, the others still run
        print(f"FAILED  {test.__name__}: {type(error).__name__}: {error}", flush=True)
        return False
    print(f"ok      {test.__name__} ({time.monotonic() - from_s:.1f} s)", flush=True)
    return True


def run_all(program, peers, names):
    chosen = [t for t in SHARED + ALONE if not names or t.__name__ in names]
    results = []
    together = [t for t in chosen if t in SHARED]
    if together:
        with running(program, peers) as bot:
            for test in together:
                results.append(attempt(test, peers, bot))
                peers.act("clear_faults")
                if not results[-1]:
                    print(bot.logged()[-400:])
    for test in chosen:
        if test in ALONE:
            results.append(attempt(test, peers, program))
            peers.act("clear_faults")
    if not names:
        results.append(attempt(all_requests_are_sound, peers, None))
    return results


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    folder = tempfile.mkdtemp(prefix="soleus-telegram-")
    peers = harness.Peer(folder)
    try:
        results = run_all(os.path.abspath(arguments[0]), peers, arguments[1:])
    finally:
        peers.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
