#!/usr/bin/env python3
"""plays.py PROGRAM [polling|webhook] [PLAY...] - the conversations of tests/plays, through Telegram.

Each play is a person of their own; many talk at once. What is said is looked for in the messages and on the buttons that
came. For the rest see acting.py."""
import os
import re
import sys
import threading
import time

import harness

sys.path.insert(0, os.path.join(harness.ROOT, "tests"))
import acting  # noqa: E402

AT_ONCE = 24
LOOK_S = 0.05


class Actor(acting.Actor):
    quiet_s = 0.8
    patience_s = 30.0

    def put(self, text):
        self.world.peer.act("text", user=self.number, text=text)

    def collect(self):
        time.sleep(LOOK_S)
        return self.world.peer.take(self.number)

    def is_answer(self, told):
        return any(e["event"] == "message" for e in told)

    def words(self, told):
        return harness.words(told)

    def state(self):
        return self.world.daemon.talk(self.number) or {}

    # ---- buttons ----

    def buttons(self):
        message = next((e["message"] for e in reversed(self.heard)
                        if e["event"] in ("message", "edit") and e["message"].get("reply_markup")), None)
        return message, [b for row in (message or {}).get("reply_markup", {}).get("inline_keyboard", []) for b in row]

    def tap(self, text):
        """Ticks one after the other where several may be picked, and sends them."""
        for choice in re.split(r"\s*,\s*", text):
            self.press(lambda b: self.means(b, choice), choice)
        if not self.is_answer(self.heard):
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
        heard, until = [], time.monotonic() + self.patience_s
        while time.monotonic() < until and not (self.is_answer(heard) or any(map(self.is_ticked, heard))):
            heard += self.collect()
        if self.is_answer(heard):
            time.sleep(self.quiet_s)
            heard += self.collect()
        self.heard = heard


def pump(world, stop):
    while not stop.is_set():
        world.peer.collect(500)


def play(program, mode, region, paths):
    gate, stop = threading.Semaphore(AT_ONCE), threading.Event()
    with harness.World(program, mode, region=region) as world:
        actors = [Actor(world, p, 1000 + i, gate) for i, p in enumerate(paths)]
        collector = threading.Thread(target=pump, args=(world, stop), daemon=True)
        collector.start()
        acting.act(actors)
        stop.set()
        collector.join()
        refused = [c for c in world.peer.calls() if c["status"] >= 400 and c["method"] != "getupdates"]
    return actors, [f"{c['method']} was refused: {c.get('error')}" for c in refused]


def main():
    program = os.path.abspath(sys.argv[1])
    mode = sys.argv[2] if len(sys.argv) > 2 else "polling"
    return acting.play_all(f"plays through Telegram, {mode}", sys.argv[3:],
                           lambda region, paths: play(program, mode, region, paths))


if __name__ == "__main__":
    sys.exit(main())
