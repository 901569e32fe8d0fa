"""acting.py - the plays of tests/plays, acted by people who talk through a channel with a daemon that runs.

What is said is looked for in what came; urgency, stage and what is known are read from the stored conversation after each
turn. Not played: plays that need another time of day, somebody who takes over, or an empty message, as no channel can do
those. A channel's plays.py brings its own Actor."""
import glob
import os
import re
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
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
    with open(os.path.join(ROOT, "intents", "triage", "places.yaml")) as f:
        known = re.findall(r"^  - id: *(\S+)", f.read(), re.M)
    return region if region in known else "unknown"


class Actor(threading.Thread):
    """A person with a play of their own. A channel's adds:

    put(text)       says it
    tap(text)       picks what was offered, and sets self.heard
    collect()       what was told since, as a list; waits a little where there is nothing
    words(told)     all that can be read in it
    state()         the stored conversation, or {}
    """

    quiet_s = 1.0  # a turn is over when nothing came for so long
    patience_s = 40.0

    def __init__(self, world, path, number, gate):
        super().__init__(daemon=True)
        self.world, self.path, self.number, self.gate = world, path, number, gate
        self.lines = read(path)[1]
        self.heard, self.failed, self.unseen = [], [], 0

    def run(self):
        with self.gate:
            try:
                self.enter()
                for verb, text, number in self.lines:
                    self.perform(verb, text, number)
            except Exception as problem:  # a test that breaks has failed
                self.failed.append(f"{self.path}: {problem!r}")

    def fail(self, number, verb, text, got):
        self.failed.append(f"{self.path}:{number}: expected  {verb}: {text}\n    but got  {got}")

    def enter(self):
        """Where there is something to do before the first word."""

    def is_answer(self, told):
        """Whether anything of it is more than a sign."""
        return bool(told)

    def goes_on(self):
        """Whether more is to come, however quiet it is."""
        return False

    # ---- what happens ----

    def settle(self):
        """All that is said until it is quiet."""
        heard, quiet_at, until = [], None, time.monotonic() + self.patience_s
        while time.monotonic() < until and (quiet_at is None or time.monotonic() < quiet_at):
            new = self.collect()
            if self.is_answer(new) or (quiet_at and self.goes_on()):
                quiet_at = time.monotonic() + self.quiet_s
            heard += new
        self.heard = heard
        if quiet_at is None:
            raise RuntimeError("no answer")

    def say(self, text):
        self.put(text)
        self.settle()

    def until_advised(self, text, number):
        for _ in range(MAX_REPEATS):
            self.say(text)
            if self.state().get("stage") != "asking":
                return
        self.fail(number, "until advised", text, "still asking")

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
        if verb in INSIDE:
            self.unseen += 1
            return
        got = self.words(self.heard)
        if verb == "says":
            good = text.lower() in got.lower()
        elif verb == "says not":
            good = text.lower() not in got.lower()
        elif verb in ("urgency", "stage"):
            got = self.state().get(verb, "none")
            good = got in re.split(r"\s*,\s*|\s+or\s+", text)
        elif verb == "knows":
            finding, _, wanted = text.partition(" ")
            got = self.state().get("facts", {}).get(finding, "unknown")
            good = got == wanted.strip()
        else:
            raise RuntimeError(f"line {number}: nobody knows how to act {verb!r}")
        if not good:
            self.fail(number, verb, text, got)


def act(actors):
    for actor in actors:
        actor.start()
    for actor in actors:
        actor.join()


def can_be_played(head, lines):
    return "human" not in head and not any(verb == "later" or (verb, said) == ("say", "") for verb, said, _ in lines)


def play_all(name, paths, play):
    """Calls play(region, paths) for each region, which returns the actors and what else went wrong. The exit status."""
    by_region, skipped, failed, actors = {}, 0, [], []
    for path in paths or sorted(glob.glob(os.path.join(ROOT, "tests", "plays", "*.play"))):
        head, lines = read(path)
        if can_be_played(head, lines):
            by_region.setdefault(place(head.get("region", "unknown")), []).append(path)
        else:
            skipped += 1
    for region, some in by_region.items():
        cast, problems = play(region, some)
        actors += cast
        failed += [f"{region}: {p}" for p in problems]
    for problem in failed + [p for a in actors for p in a.failed]:
        print(problem)
    print(f"{name}: {sum(not a.failed for a in actors)} of {len(actors)} as written; {skipped} need what a channel can't "
          f"change; {sum(a.unseen for a in actors)} expectations look inside and were not seen")
    return 1 if failed or any(a.failed for a in actors) else 0
