#!/usr/bin/env python3
"""live.py - the daemon before a strict Telegram (../shared/peers/telegram.sh): people write, press, edit and leave, and
whatever can go wrong on the way goes wrong.

Usage: live.py SOLEUS PEERS [NAME...]

SOLEUS is the program, PEERS the folder with telegram.sh. Without NAMEs every test runs. The last line tells how many
passed; the exit status is 1 when one failed, and 0 with a line "skipped: ..." where the peers can't be installed (they
need node, npm and a registry)."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import requests  # noqa: E402  our own: requests.py

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
NAME = "soleus_test_bot"
PATIENCE_S = 15
QUIET_S = 0.7
WORRY = "my calf is swollen and warm since yesterday"


def http(url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def free_port():
    with contextlib.closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Peers:
    """A server that stands in for Telegram."""

    def __init__(self, folder, data):
        self.script = pathlib.Path(folder) / "telegram.sh"
        self.data = data

    def start(self, kind="strict"):
        if not self.script.exists():
            return f"{self.script} is not there"
        run = subprocess.run([self.script, "start", "--kind", kind, "--port", "0", "--data", self.data],
                             capture_output=True, text=True)
        if run.returncode:
            return f"the peers can't be installed or started: {run.stderr.strip()[-300:]}"
        self.base = run.stdout.strip()
        return None

    def stop(self):
        subprocess.run([self.script, "stop", "--data", self.data], capture_output=True)

    def act(self, what, **more):
        status, answer = http(f"{self.base}/peer/{what}", more)
        answer = json.loads(answer)
        assert answer.get("ok"), f"{what}: {answer}"
        return answer

    def bot(self, method, **more):
        """What another program with the same token would call."""
        return json.loads(http(f"{self.base}/bot{TOKEN}/{method}", more)[1])

    def events(self, since, wait_ms=0):
        return json.loads(http(f"{self.base}/peer/events?since={since}&wait={wait_ms}")[1])

    def calls(self):
        with open(os.path.join(self.data, "calls.jsonl"), encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]


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
            for event in self.peers.events(self.since, 200):
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

    def hears_nothing(self, seconds=QUIET_S):
        try:
            event = self.next("message", seconds)
        except AssertionError:
            return
        raise AssertionError(f"not quiet: {event['message'].get('text')}")


def keys(message):
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {key["text"]: key.get("callback_data", "") for row in rows for key in row}


class Bot:
    """The daemon with a configuration and a state of its own."""

    def __init__(self, program, peers, token=TOKEN, groups="any", webhook=None, more=""):
        self.program, self.folder = program, tempfile.mkdtemp(prefix="soleus-live-")
        self.log_path, self.run = os.path.join(self.folder, "log"), None
        self.secret_file("token", token)
        mode = ""
        if webhook:
            self.secret_file("hook", webhook["secret"])
            mode = (f"  mode: webhook\n  webhook: {{url: {webhook['url']}, secret_file: hook}}\n"
                    f"server: {{port: {webhook['port']}}}\n")
        self.write("soleus.yaml", f"region: gb\nstate_dir: state\n{more}telegram:\n  enabled: true\n  token_file: token\n"
                   f"  api_base: {peers.base}\n  groups: {{allow: {groups}}}\n{mode}")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def secret_file(self, name, text):
        os.chmod(self.write(name, text), 0o600)

    def start(self, until="telegram is there"):
        self.mark = len(self.log())
        with open(self.log_path, "ab") as log:
            self.run = subprocess.Popen([self.program, "run", "--config", os.path.join(self.folder, "soleus.yaml")],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait_for(until)
        return self

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE_S
        while text not in self.log()[self.mark:]:
            assert self.run.poll() is None, f"ended with {self.run.returncode}: {self.log()[-1000:]}"
            assert time.monotonic() < end, f"never logged: {text}\n{self.log()[-1000:]}"
            time.sleep(0.02)

    def ends(self):
        return self.run.wait(PATIENCE_S)

    def stop(self):
        if self.run and self.run.poll() is None:
            from_s = time.monotonic()
            self.run.send_signal(signal.SIGTERM)
            assert self.ends() == 0, f"ended with {self.run.returncode}: {self.log()[-1000:]}"
            assert time.monotonic() - from_s < 2, "took longer than a second to end"

    def kill(self):
        self.run.kill()
        self.run.wait()

    def clear(self):
        try:
            self.stop()
        finally:
            if self.run and self.run.poll() is None:
                self.kill()
            assert TOKEN.split(":")[1] not in self.log(), "the token is in the log"
            shutil.rmtree(self.folder)


# ---- what people do; `bot` is running, `peers` is the server

def greets(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    assert "999" in ann.hears()["text"]


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
    told = [ann.next()["message"] for _ in range(1)]
    assert "999" in told[0]["text"], told[0]["text"]  # the first line is an emergency's
    later = peers.act("history", user=ann.user)["messages"]
    assert not keys(next(m for m in later if m["message_id"] == question["message_id"])), "the buttons are still there"


def quick_fingers_lose_nothing(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    question = ann.hears_question()
    peers.act("fault", method="editMessageReplyMarkup", delay=1000)
    tick = next(data for data in keys(question).values() if data[0] == "o")
    ann.do("press", message_id=question["message_id"], data=tick)
    ann.do("press", message_id=question["message_id"], button="Done")
    assert "999" in ann.hears()["text"]


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


def typed_answers_count(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    ann.hears_question()
    ann.say("none of these")
    ann.hears()


def an_edit_starts_nothing(peers, bot):
    ann = Person(peers)
    first = ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    ann.do("edit", message_id=first, text="my foot is numb and cold")
    ann.hears_nothing()


def pictures_get_a_kind_word(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    for kind in ("photo", "voice", "sticker", "location", "contact"):
        ann.since = peers.act("info")["events"]
        ann.do(kind)
        assert ann.hears()["text"]


def an_album_gets_one(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    time.sleep(QUIET_S)
    ann.since = peers.act("info")["events"]
    for i in range(3):
        ann.do("raw", kind="message", body={
            "message_id": 100 + i, "date": int(time.time()), "photo": [{}], "media_group_id": "77",
            "from": {"id": ann.user, "is_bot": False, "first_name": "Ann"}, "chat": {"id": ann.chat, "type": "private"}})
    ann.hears()
    ann.hears_nothing()


def a_forward_is_not_their_own(peers, bot):
    ann = Person(peers)
    ann.say("/start")
    ann.hears()
    ann.do("raw", kind="message", body={
        "message_id": 100, "date": int(time.time()), "text": "my foot is numb and cold", "forward_origin": {"type": "hidden_user"},
        "from": {"id": ann.user, "is_bot": False, "first_name": "Ann"}, "chat": {"id": ann.chat, "type": "private"}})
    message = ann.hears()
    assert "Call 999" not in message["text"].split("\n")[0], message["text"]


def who_blocks_is_left_alone(peers, bot):
    ann = Person(peers)
    ann.say(WORRY)
    ann.hears_question()
    ann.do("block")
    ann.hears_nothing()
    ann.do("unblock")
    ann.say("hello again")
    ann.hears()


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


def each_has_a_talk_of_their_own(peers, bot):
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


def a_group_gets_another_id(peers, bot):
    ann = Person(peers, chat=-77)
    ann.say(f"/calf@{NAME} {WORRY}")
    ann.hears_question()
    to = ann.do("migrate")["chat"]
    ann.chat = ann.more["chat"] = to
    ann.say(f"@{NAME} none of these")
    ann.hears()


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


def sends_after_429(peers, bot):
    ann = Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=429, retry_after=2)
    from_s = time.monotonic()
    ann.say("/start")
    ann.hears()
    assert time.monotonic() - from_s >= 2, "did not wait as told"


def sends_after_500(peers, bot):
    once_after(peers, {"code": 500})


def sends_after_html(peers, bot):
    once_after(peers, {"how": "html"})


def sends_after_a_cut(peers, bot):
    once_after(peers, {"how": "close"})


def sends_after_half_an_answer(peers, bot):
    once_after(peers, {"how": "half"})


def says_a_lost_one_twice_at_most(peers, bot):
    once_after(peers, {"how": "lost"}, most=2)


def sends_slowly(peers, bot):
    once_after(peers, {"delay": 1500})


def keeps_the_order_behind_a_wait(peers, bot):
    ann, bob = Person(peers), Person(peers)
    peers.act("fault", method="sendMessage", chat=ann.chat, code=429, retry_after=2)
    ann.say("/start")
    ann.say("/privacy")
    bob.say("/start")
    bob.hears(1)
    texts = [ann.hears()["text"] for _ in range(2)]
    assert "privacy" not in texts[0].lower()[:20] or texts[0] != texts[1]


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


def polls_after_500(peers, bot):
    polls_after(peers, {"code": 500})


def polls_after_html(peers, bot):
    polls_after(peers, {"how": "html"})


def polls_after_a_cut(peers, bot):
    polls_after(peers, {"how": "close"})


def polls_after_half_an_answer(peers, bot):
    polls_after(peers, {"how": "half"})


def polls_after_429(peers, bot):
    polls_after(peers, {"code": 429, "retry_after": 1})


def polls_after_a_lost_answer(peers, bot):
    polls_after(peers, {"how": "lost"})


def another_poller_for_a_moment(peers, bot):
    ann = Person(peers)
    peers.bot("getUpdates", timeout=0, limit=1)
    bot.wait_for("telegram poll failed")
    ann.say("/start")
    ann.hears()


# ---- starting and ending; each has a bot of its own

def killed_and_started_again(peers, program):
    with running(program, peers) as bot:
        ann = Person(peers)
        ann.say(WORRY)
        question = ann.hears_question()
        time.sleep(QUIET_S)  # a send whose answer we never saw would be made again
        bot.kill()
        ann.say("none of these")
        bot.start()
        ann.hears()
        said = [m["text"] for m in peers.act("history", user=ann.user)["messages"] if m["from"]["is_bot"]]
        assert said.count(question["text"]) == 1


def confirmed_before_it_ends(peers, program):
    with running(program, peers) as bot:
        ann = Person(peers)
        ann.say("/start")
        ann.hears()
        bot.stop()
        assert peers.act("info")["pending"][0] == 0


def a_wrong_token(peers, program):
    with running(program, peers, token=TOKEN[:-1] + "x", until="") as bot:
        assert bot.ends() != 0
        assert "401" in bot.log()


def a_webhook_left_over(peers, program):
    peers.bot("setWebhook", url="http://127.0.0.1:1/")
    with running(program, peers):
        ann = Person(peers)
        ann.say("/start")
        ann.hears()
        assert peers.act("info")["webhooks"] == [None]


def a_webhook_set_by_somebody(peers, program):
    try:
        with running(program, peers) as bot:
            ann = Person(peers)
            ann.say("/start")
            ann.hears()
            time.sleep(QUIET_S)
            peers.bot("setWebhook", url="http://127.0.0.1:1/")
            assert bot.ends() != 0
            assert "setWebhook" in bot.log()
    finally:
        peers.bot("deleteWebhook")


def telegram_is_away_at_start(peers, program):
    peers.act("fault", method="getMe", how="close")
    with running(program, peers):
        ann = Person(peers)
        ann.say("/start")
        ann.hears()


def groups_that_are_not_allowed(peers, program):
    with running(program, peers, groups="none"):
        ann = Person(peers, chat=-1005)
        ann.say(f"/help@{NAME}")
        ann.next("left")
        ann.hears_nothing()


def by_webhook(peers, program):
    port, secret = free_port(), "s3cret_of-the-hook"
    url = f"http://127.0.0.1:{port}/telegram"
    try:
        with running(program, peers, webhook={"url": url, "secret": secret, "port": port}) as bot:
            for one in (greets, asks_and_takes_presses, quick_fingers_lose_nothing, each_has_a_talk_of_their_own, sends_after_html):
                one(peers, bot)
            update = {"update_id": 7, "message": {"text": "hi"}}
            header = "X-Telegram-Bot-Api-Secret-Token"
            assert http(url, update)[0] == 401
            assert http(url, update, {header: "wrong"})[0] == 403
            assert http(url, update, {header: secret})[0] == 200
            assert http(url + "x", update, {header: secret})[0] == 404
            # a delivery that comes twice is one
            ann = Person(peers)
            update = {"update_id": 2000000000, "message": {
                "message_id": 1, "date": int(time.time()), "text": "/start",
                "from": {"id": ann.user, "is_bot": False, "first_name": "Ann"}, "chat": {"id": ann.user, "type": "private"}}}
            peers.act("text", user=ann.user, text="/help")
            ann.hears()
            time.sleep(QUIET_S)
            ann.since = peers.act("info")["events"]
            assert [http(url, update, {header: secret})[0] for _ in range(3)] == [200] * 3
            ann.hears()
            ann.hears_nothing()
            # what comes while we are away is kept
            bot.kill()
            ann.say("/help")
            bot.start()
            ann.hears()
    finally:
        peers.bot("deleteWebhook")


def before_a_server_of_others(peers, program):
    """telegram-test-api of npm: lax where ours is strict, and written by people who never saw us."""
    data = tempfile.mkdtemp(prefix="soleus-mock-")
    mock = Peers(peers.script.parent, data)
    try:
        assert mock.start("mock") is None
        with running(program, mock):
            # an "expect" holds nothing up: what comes after it waits by itself
            said = [{"cmd": "text", "text": WORRY}, {"cmd": "expect", "match": "None of these"}, {"cmd": "sleep", "ms": 3000},
                    {"cmd": "press", "button": "None of these"}, {"cmd": "sleep", "ms": 2000}, {"cmd": "drop"},
                    {"cmd": "text", "text": "/help"}, {"cmd": "expect", "kind": "message"}]
            lines = "".join(json.dumps(line) + "\n" for line in said)
            person = subprocess.run([peers.script, "user", "--base", mock.base, "--token", TOKEN], input=lines,
                                    capture_output=True, text=True, timeout=4 * PATIENCE_S)
            answers = [json.loads(line) for line in person.stdout.splitlines()]
            failed = [a for a in answers if a.get("ok") is False]
            assert not failed and sum("ok" in a for a in answers) == len(said), failed or person.stderr
    finally:
        mock.stop()
        shutil.rmtree(data, ignore_errors=True)


@contextlib.contextmanager
def running(program, peers, until="telegram is there", **options):
    bot = Bot(program, peers, **options)
    try:
        yield bot.start(until)
    finally:
        bot.clear()


SHARED = [greets, asks_and_takes_presses, quick_fingers_lose_nothing, a_stale_press_is_answered, typed_answers_count,
          an_edit_starts_nothing, pictures_get_a_kind_word, an_album_gets_one, a_forward_is_not_their_own,
          who_blocks_is_left_alone, blocked_while_we_speak, speaks_in_groups_when_addressed, offers_a_private_chat,
          each_has_a_talk_of_their_own, a_group_gets_another_id, a_group_moves_unseen, topics_are_kept, sends_after_429,
          sends_after_500, sends_after_html, sends_after_a_cut, sends_after_half_an_answer, says_a_lost_one_twice_at_most,
          sends_slowly, keeps_the_order_behind_a_wait, plain_when_markup_is_refused, polls_after_500, polls_after_html,
          polls_after_a_cut, polls_after_half_an_answer, polls_after_429, polls_after_a_lost_answer,
          another_poller_for_a_moment]
ALONE = [killed_and_started_again, confirmed_before_it_ends, a_wrong_token, a_webhook_left_over, a_webhook_set_by_somebody,
         telegram_is_away_at_start, groups_that_are_not_allowed, by_webhook, before_a_server_of_others]


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
    shared = [t for t in chosen if t in SHARED]
    if shared:
        with running(program, peers, more="limits: {messages_per_minute: 600}\n") as bot:
            for test in shared:
                results.append(attempt(test, peers, bot))
                peers.act("clear_faults")
                if not results[-1]:
                    print(bot.log()[-1500:])
    for test in chosen:
        if test in ALONE:
            results.append(attempt(test, peers, program))
            peers.act("clear_faults")
    if not names:
        results.append(attempt(all_requests_are_sound, peers, None))
    return results


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    data = tempfile.mkdtemp(prefix="soleus-telegram-")
    peers = Peers(arguments[1], data)
    try:
        why = peers.start()
        if why:
            print(f"skipped: {why}")
            return 0
        results = run_all(os.path.abspath(arguments[0]), peers, arguments[2:])
    finally:
        peers.stop()
        shutil.rmtree(data, ignore_errors=True)
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
