#!/usr/bin/env python3
"""plays.py PROGRAM [polling|webhook] [PLAY...] - the conversations of tests/plays, through Telegram.

Each play is a person of their own; many talk at once. What is said is looked for in the messages and on the buttons that
came; urgency, stage and what is known are read from the stored conversation after each turn. Not played: plays that need
another time of day, somebody who takes over, or an empty message, as the channel can't do those."""
import os
import re
import sys
import threading
import time

import harness

AT_ONCE = 24
QUIET_S = 0.8  # a turn is over when nothing came for so long
PATIENCE_S = 30.0
MAX_REPEATS = 15
# What only the library can tell.
INSIDE = ("asks", "asks not", "asks nothing", "question", "why", "advises", "advises not", "avoids", "first", "lists")


def read(path):
    """A play as (head, lines); a line is (verb, text, number)."""
    head, lines = {}, []
    with open(path) as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith(">"):
                lines.append(("say", line[1:].strip(), number))
                continue
            verb, _, text = line.partition(":")
            if verb in ("title", "region", "human") and not lines:
                head[verb] = text.strip()
            else:
                lines.append((verb.strip(), text.strip(), number))
    return head, lines


def place(region):
    """What a configuration may name: a place that nobody has described is none."""
    with open(os.path.join(harness.ROOT, "intents", "triage", "places.yaml")) as f:
        known = re.findall(r"^  - id: *(\S+)", f.read(), re.M)
    return region if region in known else "unknown"


class Actor(threading.Thread):
    def __init__(self, world, path, number, gate):
        super().__init__(daemon=True)
        self.world, self.path, self.number, self.gate = world, path, number, gate
        self.head, self.lines = read(path)
        self.last, self.failed, self.unseen = [], [], 0

    def run(self):
        with self.gate:
            try:
                for verb, text, number in self.lines:
                    self.perform(verb, text, number)
            except Exception as problem:  # a test that breaks has failed
                self.failed.append(f"{self.path}: {problem!r}")

    def fail(self, number, verb, text, got):
        self.failed.append(f"{self.path}:{number}: expected  {verb}: {text}\n    but got  {got}")

    # ---- what happens ----

    def settle(self):
        """All that is said until it is quiet."""
        peer, heard, quiet_at, until = self.world.peer, [], None, time.monotonic() + PATIENCE_S
        while time.monotonic() < until and (quiet_at is None or time.monotonic() < quiet_at):
            time.sleep(0.05)
            new = peer.take(self.number)
            if any(e["event"] == "message" for e in new):
                quiet_at = time.monotonic() + QUIET_S
            heard += new
        self.last = heard
        if quiet_at is None:
            raise RuntimeError("no answer")

    def say(self, text):
        self.world.peer.act("text", user=self.number, text=text)
        self.settle()

    def buttons(self):
        message = next((e["message"] for e in reversed(self.last)
                        if e["event"] in ("message", "edit") and e["message"].get("reply_markup")), None)
        return message, [b for row in (message or {}).get("reply_markup", {}).get("inline_keyboard", []) for b in row]

    def is_asking(self):
        return self.state().get("stage") == "asking"

    def tap(self, text):
        """Ticks one after the other where several may be picked, and sends them."""
        for choice in re.split(r"\s*,\s*", text):
            self.press(lambda b: self.means(b, choice), choice)
        if not any(e["event"] == "message" for e in self.last):
            self.press(lambda b: b["text"] == "Done", "Done")

    @staticmethod
    def means(button, choice):
        return re.search(r"(^|[^a-z_])" + re.escape(choice) + r"($|[^a-z_])", button.get("callback_data", "")) is not None

    def press(self, wanted, name):
        message, buttons = self.buttons()
        data = next((b["callback_data"] for b in buttons if wanted(b)), None)
        if data is None:
            raise RuntimeError(f"no button for {name!r}: {[b.get('callback_data') for b in buttons]}")
        self.world.peer.act("press", user=self.number, message_id=message["message_id"], data=data)
        self.settle_tap()

    @staticmethod
    def is_ticked(event):
        return event["event"] == "edit" and bool(event["message"].get("reply_markup", {}).get("inline_keyboard"))

    def settle_tap(self):
        """An answer, or the ticked button."""
        peer, heard, until = self.world.peer, [], time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            time.sleep(0.05)
            heard += peer.take(self.number)
            if any(e["event"] == "message" or self.is_ticked(e) for e in heard):
                break
        if any(e["event"] == "message" for e in heard):
            time.sleep(QUIET_S)
            heard += peer.take(self.number)
        self.last = heard

    def until_advised(self, text, number):
        for _ in range(MAX_REPEATS):
            self.say(text)
            if not self.is_asking():
                return
        self.fail(number, "until advised", text, "still asking")

    def state(self):
        return self.world.daemon.talk(self.number) or {}

    def perform(self, verb, text, number):
        if verb == "say":
            self.say(text)
        elif verb == "tap":
            self.tap(text)
        elif verb == "until advised":
            self.until_advised(text, number)
        elif verb == "start again":
            self.say("start again")
        else:
            self.check(verb, text, number)

    # ---- what must be true ----

    def check(self, verb, text, number):
        got = harness.words(self.last)
        if verb == "says" and text.lower() not in got.lower():
            self.fail(number, verb, text, got)
        elif verb == "says not" and text.lower() in got.lower():
            self.fail(number, verb, text, got)
        elif verb in ("urgency", "stage") and self.state().get(verb, "none") not in re.split(r"\s*,\s*|\s+or\s+", text):
            self.fail(number, verb, text, self.state().get(verb, "none"))
        elif verb == "knows":
            finding, _, state = text.partition(" ")
            known = self.state().get("facts", {}).get(finding, "unknown")
            if known != state.strip():
                self.fail(number, verb, text, known)
        elif verb in INSIDE:
            self.unseen += 1


def pump(world, stop):
    while not stop.is_set():
        world.peer.collect(500)


def play_region(program, mode, region, paths, failed):
    gate, stop = threading.Semaphore(AT_ONCE), threading.Event()
    with harness.World(program, mode, region=region) as world:
        actors = [Actor(world, p, 1000 + i, gate) for i, p in enumerate(paths)]
        collector = threading.Thread(target=pump, args=(world, stop), daemon=True)
        collector.start()
        for a in actors:
            a.start()
        for a in actors:
            a.join()
        stop.set()
        collector.join()
        refused = [c for c in world.peer.calls() if c["status"] >= 400 and c["method"] != "getupdates"]
    for call in refused:
        failed.append(f"{region}: {call['method']} was refused: {call.get('error')}")
    for a in actors:
        failed += a.failed
    return sum(1 for a in actors if not a.failed), sum(a.unseen for a in actors)


def main():
    program = os.path.abspath(sys.argv[1])
    mode = sys.argv[2] if len(sys.argv) > 2 else "polling"
    by_region, skipped, failed, passed, unseen = {}, 0, [], 0, 0
    for path in sys.argv[3:] or harness.plays():
        head, lines = read(path)
        if "human" in head or any(verb == "later" or (verb, said) == ("say", "") for verb, said, _ in lines):
            skipped += 1
            continue
        by_region.setdefault(place(head.get("region", "unknown")), []).append(path)
    for region, paths in by_region.items():
        ok, inside = play_region(program, mode, region, paths, failed)
        passed += ok
        unseen += inside
    for problem in failed:
        print(problem)
    total = sum(len(p) for p in by_region.values())
    print(f"plays through Telegram, {mode}: {passed} of {total} as written; {skipped} need what a channel can't change; "
          f"{unseen} expectations look inside and were not seen")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
