#!/usr/bin/env python3
"""Makes the data dangerous, one edit at a time, and sees whether `soleus check` says so.

usage: guards.py BINARY [--list] [--kinds KIND,...] [--some N] [--jobs N] [WORD...]

Each edit is made from the data themselves: every red flag made less urgent, every contraindication dropped, and so on. A
WORD keeps the edits whose name holds it, --kinds those of some kinds; --some N takes every Nth of what is left. The check must
end with status 1 and a line that begins with a file and names what was edited. Prints each edit that passed unseen; exit 1
when one did.
"""
import argparse
import concurrent.futures
import copy
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    pass


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    pass


for kind in (Loader, Dumper):  # "yes" and "no" are words
    kind.yaml_implicit_resolvers = {k: [(tag, what) for tag, what in v if not tag.endswith(":bool")]
                                    for k, v in kind.yaml_implicit_resolvers.items()}
TRIAGE = "intents/triage/"
LOWER = {"emergency": "urgent", "urgent": "soon", "soon": "self_care"}
GUARDS = ("all_of", "any_of", "and_any_of")

files = {}


def read(name):
    """A file as data, read once; edits get a copy."""
    if name not in files:
        files[name] = yaml.load((TOP / name).read_text(encoding="utf-8"), Loader)
    return files[name]


def triage(name):
    return read(f"{TRIAGE}{name}.yaml")


EDITS = []


def edits(file):
    """A function of the file's data that yields (what is edited, change), the change being a function of a copy."""
    def keep(generate):
        EDITS.append((file, generate))
        return generate
    return keep


def at(data, *path):
    for key in path:
        data = data[key]
    return data


def drop(*path):
    return lambda data: at(data, *path[:-1]).pop(path[-1])


def put(value, *path):
    def change(data):
        at(data, *path[:-1])[path[-1]] = value
    return change


def remove(item, *path):
    """Out of a list, and the list with it when it was the last."""
    def change(data):
        at(data, *path).remove(item)
        if not at(data, *path):
            drop(*path)(data)
    return change


def append(item, *path):
    def change(data):
        at(data, *path[:-1]).setdefault(path[-1], []).append(item)
    return change


# ---- when it is urgent


@edits(TRIAGE + "red_flags.yaml")
def urgency(data):
    """Every red flag less urgent."""
    for i, rule in enumerate(data["rules"]):
        if rule["urgency"] in ("emergency", "urgent"):
            yield rule["id"], put(LOWER[rule["urgency"]], "rules", i, "urgency")


@edits(TRIAGE + "red_flags.yaml")
def urgency_soon(data):
    for i, rule in enumerate(data["rules"]):
        if rule["urgency"] == "soon":
            yield rule["id"], put("self_care", "rules", i, "urgency")


@edits(TRIAGE + "red_flags.yaml")
def sign(data):
    """Every sign of every red flag taken out of it."""
    for i, rule in enumerate(data["rules"]):
        if rule["urgency"] in ("emergency", "urgent"):
            for key in GUARDS[1:]:
                for atom in rule.get(key, []):
                    if len(rule[key]) > 1 and not told_with(atom, rule[key]):
                        yield f"{rule['id']} {atom}", remove(atom, "rules", i, key)


@edits(TRIAGE + "red_flags.yaml")
def demand(data):
    """Every red flag with one demand more."""
    for i, rule in enumerate(data["rules"]):
        if rule["urgency"] in ("emergency", "urgent"):
            yield rule["id"], append("knee_arthritis", "rules", i, "all_of")


@edits(TRIAGE + "red_flags.yaml")
def silence(data):
    """Every red flag silenced by something that people often say with it."""
    for i, rule in enumerate(data["rules"]):
        if rule["urgency"] in ("emergency", "urgent"):
            told = {a for key in GUARDS for a in rule.get(key, [])}
            for calm in ("pain_mild", "sedentary", "@simple_cramp", "pain_improving", "duration_days>3"):
                # black skin with any pain is an emergency by another rule
                harmless = rule["id"] == "infection/black_alone" and calm in ("pain_mild", "@simple_cramp", "pain_improving")
                if calm not in told and calm not in rule.get("none_of", []) and not harmless:
                    yield f"{rule['id']} {calm}", append(calm, "rules", i, "none_of")


@edits(TRIAGE + "red_flags.yaml")
def wait(data):
    """Every red flag that does not wait made to."""
    for i, rule in enumerate(data["rules"]):
        if rule["urgency"] in ("emergency", "urgent") and "waits_for" not in rule:
            yield rule["id"], put(["q_story"], "rules", i, "waits_for")


def told_with(atom, others):
    """True for a finding that makes another one of the list present as well: the list holds without it."""
    names = {d["id"]: d for d in triage("derived")["derived"]}
    spelled = {a for o in others if o != atom for a in [o, *names.get(o, {}).get("any_of", [])]}
    return bool(set(triage("states")["implies"].get(atom, [])) & spelled)


@edits(TRIAGE + "derived.yaml")
def derived(data):
    """A sign out of a name that red flags use; a bar out of one that calms."""
    for i, d in enumerate(data["derived"]):
        for key in GUARDS[1:] if d["id"] in ("@severe", "@numb", "@pale_or_cold", "@poor_flow", "@trauma", "@pain", "@ache",
                                             "@clot_risk_lasting", "@clot_risk_major", "@clot_risk_minor") else ("none_of",):
            for atom in d.get(key, []):
                if len(d[key]) > 1 and not told_with(atom, d[key]):
                    yield f"{d['id']} {atom}", remove(atom, "derived", i, key)


@edits(TRIAGE + "states.yaml")
def states(data):
    for key in ("history", "calming", "lasting"):
        for finding in data[key]:
            yield f"{key} {finding}", remove(finding, key)
    for finding in data["implies"]:
        yield f"implies {finding}", drop("implies", finding)
    yield "crisis", put("soon", "intents", "crisis")
    yield "crisis gone", drop("intents")


@edits(TRIAGE + "conditions.yaml")
def condition(data):
    for i, c in enumerate(data["conditions"]):
        if c["default"] in ("emergency", "urgent"):
            yield c["id"], put(LOWER[c["default"]], "conditions", i, "default")


# ---- what must not be advised


@edits(TRIAGE + "tips.yaml")
def tip(data):
    for i, t in enumerate(data["tips"]):
        if "never_when" in t:
            yield t["id"], drop("tips", i, "never_when")


def avoided(tip_id, but=None):
    """The rules of the families that avoid a tip."""
    return {r for f in triage("families")["families"] if f["id"] != but and (f["avoid"] == "every" or tip_id in f["avoid"])
            for r in f["rules"]}


def covered(rule, rules):
    return any(r == rule or (r.endswith("*") and rule.startswith(r[:-1])) for r in rules)


@edits(TRIAGE + "tips.yaml")
def tip_never(data):
    """Every single reason against a tip that no other reason holds too."""
    for i, t in enumerate(data["tips"]):
        for key, reasons in t.get("never_when", {}).items():
            for reason in reasons:
                if covered(reason, avoided(t["id"])) or (reason == "pregnant_or_postpartum" and "@clot_risk_major" in reasons):
                    continue
                yield f"{t['id']} {reason}", remove(reason, "tips", i, "never_when", key)


@edits(TRIAGE + "tips.yaml")
def tip_check(data):
    """What is asked before a tip is given."""
    for i, t in enumerate(data["tips"]):
        for finding in t.get("asked_first", []):
            yield f"{t['id']} {finding}", remove(finding, "tips", i, "asked_first")
        if "asks" in t:
            yield f"{t['id']} {t['asks']}", drop("tips", i, "asks")


@edits(TRIAGE + "families.yaml")
def avoid(data):
    for i, f in enumerate(data["families"]):
        if isinstance(f["avoid"], str):
            yield f"{f['id']} {f['avoid']}", put([], "families", i, "avoid")
            continue
        for name in f["avoid"]:
            tip_of = next(t for t in triage("tips")["tips"] if t["id"] == name)
            rules = avoided(name, but=f["id"]) | set(tip_of.get("never_when", {}).get("rules", []))
            if not all(covered(r, rules) for r in f["rules"]):
                yield f"{f['id']} {name}", remove(name, "families", i, "avoid")


@edits(TRIAGE + "families.yaml")
def advise(data):
    for i, f in enumerate(data["families"]):
        if f["id"] in ("pressure", "blood_supply", "lung"):
            yield f"{f['id']} electrolytes", put(["electrolytes"], "families", i, "advise")


# ---- what is asked, and when to come back


@edits(TRIAGE + "presentations.yaml")
def order(data):
    """A danger question out of the order."""
    danger = ("q_chest", "q_limb_threat", "q_unrelieved", "q_fever_skin", "q_back_saddle", "q_clot_risk", "q_now", "q_look",
              "q_story", "q_general", "q_urine", "q_four_steps", "q_tiptoe")
    for i, p in enumerate(data["presentations"]):
        for q in p["questions"]:
            if q in danger:
                yield f"{p['id']} {q}", remove(q, "presentations", i, "questions")


@edits(TRIAGE + "questions.yaml")
def asked(data):
    """A danger sign out of a screen, with its place in the choices."""
    def change(i, finding):
        def out(d):
            q = d["questions"][i]
            q["asks"].remove(finding)
            for c in q["choices"]:
                for key in ("any_of", "present"):
                    if finding in c.get(key, []):
                        c[key].remove(finding)
            q["choices"] = [c for c in q["choices"] if any(c.get(k) for k in ("any_of", "present", "absent", "uncertain"))]
        return out
    for i, q in enumerate(data["questions"]):
        if q["id"] in ("q_now", "q_look", "q_story"):
            for finding in q["asks"]:
                yield f"{q['id']} {finding}", change(i, finding)


@edits(TRIAGE + "questions.yaml")
def turned(data):
    """Yes and no the wrong way round; a choice that denies what it should tell."""
    def swap(i):
        def change(d):
            q = d["questions"][i]
            q["yes"], q["no"] = q["no"], q["yes"]
        return change

    def deny(i, k):
        def change(d):
            c = d["questions"][i]["choices"][k]
            c["absent"] = c.pop("present")
        return change
    for i, q in enumerate(data["questions"]):
        if "yes" in q and "no" in q and q["id"] != "q_walk_rest":  # asks only for what calms
            yield f"{q['id']} yes no", swap(i)
        for k, c in enumerate(q["choices"]):
            if q["id"] in ("q_onset", "q_pop") and c["id"] == "sudden":
                continue  # "pop" tells it as well: no check can know which of them should
            if c.get("present") and "absent" not in c:
                yield f"{q['id']} {c['id']}", deny(i, k)


@edits(TRIAGE + "dialogue.yaml")
def dialogue(data):
    for key in ("questions", "when_urgent", "unsure_screen"):
        yield key, put(data[key] - 1, key)
    for screen in data["screens"]:
        yield f"screens {screen}", remove(screen, "screens")
    for screen in data["short_screens"]["screens"]:
        yield f"short_screens {screen}", remove(screen, "short_screens", "screens")
    yield "short_screens after_exercise", remove("after_exercise", "short_screens", "all_of")
    for finding in ("breathlessness", "swelling", "fever"):
        yield f"unreached {finding}", append(finding, "unreached", "findings")
    for rule in ("pe/chest_sign", "dvt/*"):
        yield f"unreached {rule}", append(rule, "unreached", "rules")


@edits(TRIAGE + "dialogue.yaml")
def check_in(data):
    for i, row in enumerate(data["check_in"]):
        name = f"{row['urgency']} {row.get('group', '')}".strip()
        yield f"{name} gone", drop("check_in", i)
        yield f"{name} late", put(["3w", "8w"], "check_in", i, "after")
        if len(row["after"]) > 1:
            yield f"{name} fewer", put(row["after"][:1], "check_in", i, "after")
        if "anytime" in row:
            yield f"{name} anytime", drop("check_in", i, "anytime")


# ---- whom to call


@edits(TRIAGE + "places.yaml")
def place(data):
    for i, r in enumerate(data["regions"]):
        yield f"{r['id']} gone", drop("regions", i)
        yield f"{r['id']} number", put(["555"], "regions", i, "emergency", "numbers")
        yield f"{r['id']} ask around", put(["ask around"], "regions", i, "emergency", "numbers")
        if len(r["emergency"]["numbers"]) > 1:
            yield f"{r['id']} second", remove(r["emergency"]["numbers"][0], "regions", i, "emergency", "numbers")
        if "crisis" in r:
            yield f"{r['id']} crisis", drop("regions", i, "crisis")


# ---- how people say it


def worded(path, file):
    """Every `words` list of a danger sign: each word gone, with the samples that it alone could match."""
    danger = set(triage("questions")["questions"][0]["asks"])

    @edits(file)
    def words(data):
        for finding, entry in (data.get("findings") or {}).items():
            if finding not in danger:
                continue
            for i, rule in enumerate(entry.get("rules", [])):
                if rule.get("state", "present") == "present":
                    yield f"{finding} {rule['id']}", lambda d, f=finding, n=i: d["findings"][f]["rules"].pop(n)
    words.__name__ = f"synonym {path.stem}"


for path in sorted((TOP / "intents/en/findings").glob("*.yaml")):
    if path.stem != "floor":
        worded(path, f"intents/en/findings/{path.name}")


@edits("intents/en/intents.yaml")
def crisis(data):
    for i, rule in enumerate(data["intents"].get("crisis", {}).get("rules", [])):
        yield f"crisis {rule['id']}", lambda d, n=i: d["intents"]["crisis"]["rules"].pop(n)


@edits("intents/en/context.yaml")
def context(data):
    for key in ("danger",):
        for finding in data.get(key, []):
            yield f"{key} {finding}", remove(finding, key)


# ---- what is said

HARMLESS = "That is nothing to worry about, you can wait and see."


def replaced(value, text):
    """The same shape with every text changed; a blank that must stand stays."""
    if isinstance(value, dict):
        return {k: replaced(v, text) for k, v in value.items()}
    if isinstance(value, list):
        return [replaced(v, text) for v in value]
    return f"{text} {'{emergency}' if '{emergency}' in str(value) else ''}".strip()


@edits("responses/en/rules.yaml")
def why(data):
    level = {r["id"]: r["urgency"] for r in triage("red_flags")["rules"]}
    for rule, entry in data["rules"].items():
        if level.get(rule) in ("emergency", "urgent"):
            yield rule, put(replaced(entry["why"], HARMLESS), "rules", rule, "why")


@edits("responses/en/rules.yaml")
def family(data):
    danger = {r["id"].split("/")[0] for r in triage("red_flags")["rules"] if r["urgency"] in ("emergency", "urgent")}
    for name, entry in data["families"].items():
        for key in ("do_now", "do_not", "becomes_emergency", "where"):
            if key in entry and (name in danger or key == "becomes_emergency"):
                yield f"{name} {key}", put(replaced(entry[key], HARMLESS), "families", name, key)
            for level in ("emergency", "urgent"):
                if key in entry.get(level, {}):
                    yield f"{name} {level} {key}", put(replaced(entry[level][key], HARMLESS), "families", name, level, key)
        if "becomes_emergency" in entry:
            yield f"{name} becomes_emergency gone", drop("families", name, "becomes_emergency")
            yield f"{name} becomes_emergency number", put("Rest a little more.", "families", name, "becomes_emergency")


@edits("responses/en/urgency.yaml")
def lead(data):
    for level in ("emergency", "urgent"):
        for key, value in data["urgency"][level].items():
            yield f"{level} {key}", put(replaced(value, HARMLESS), "urgency", level, key)
            if key.startswith("lead"):
                yield f"{level} {key} some day", put(replaced(value, "Perhaps call {emergency} some day."), "urgency", level, key)


@edits("responses/en/talk.yaml")
def talk(data):
    """What is said in or after an emergency or a crisis."""
    for key, value in data["talk"].items():
        if key.startswith("crisis") or key in ("emergency_still", "limit", "failed", "room_danger", "stop_medicine"):
            yield key, put(replaced(value, HARMLESS), "talk", key)
        elif isinstance(value, dict) and "emergency" in value:
            yield f"{key} emergency", put(replaced(value["emergency"], HARMLESS), "talk", key, "emergency")


@edits("responses/en/net.yaml")
def net(data):
    for i, text in enumerate(data["call"]["signs"]):
        yield f"call {i}", remove(text, "call", "signs")
    for i, text in enumerate(data["same_day"]["signs"]):
        yield f"same_day {i}", remove(text, "same_day", "signs")
    for key in ("uncertain", "how_where", "not_wait"):
        yield key, put(replaced(data[key], HARMLESS), key)
    for condition_id, entry in data["conditions"].items():
        yield f"{condition_id} gone", drop("conditions", condition_id)


# ---- running them


def all_edits():
    for file, generate in EDITS:
        for what, change in generate(read(file)):
            yield generate.__name__, what, file, change


def write(folder, file, change):
    data = copy.deepcopy(read(file))
    change(data)
    (folder / file).write_text(yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10000), encoding="utf-8")


def attempt(binary, kind, what, file, change):
    """None when the check sees it, else what it said."""
    with tempfile.TemporaryDirectory(prefix="guards.") as name:
        folder = pathlib.Path(name)
        for part in ("intents", "responses"):
            shutil.copytree(TOP / part, folder / part, copy_function=shutil.copyfile)
        write(folder, file, change)
        run = subprocess.run([binary, "check", name], capture_output=True, text=True, timeout=300)
    if run.returncode == 0:
        return "passed"
    lines = [l for l in run.stderr.splitlines() if re.search(r"(intents|responses)/\S+?:\d+:\d+: ", l)]
    if file.startswith("responses/"):  # the place says it
        lines = [l for l in lines if f"{file}:" in l]
        return None if run.returncode == 1 and lines else f"status {run.returncode}: {run.stderr[:300]!r}"
    words = [w for w in re.split(r"[ /*]+", what) if w not in ("gone", "late", "fewer")]
    if run.returncode != 1 or not any(any(w in l for w in words) for l in lines):
        return f"status {run.returncode}, and no line that names it: {run.stderr[:300]!r}"
    return None


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][len("usage: "):])
    parser.add_argument("binary")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--kinds", type=lambda text: text.split(","))
    parser.add_argument("--some", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    chosen = [e for e in all_edits() if not args.kinds or e[0] in args.kinds]
    chosen = [e for e in chosen if all(w in f"{e[0]}: {e[1]}" for w in args.words)][::args.some]
    if args.list:
        for kind, what, file, _ in chosen:
            print(f"{kind}: {what} ({file})")
        return
    binary = os.path.abspath(args.binary)
    if attempt(binary, "", "nothing", f"{TRIAGE}tips.yaml", lambda data: None) != "passed":
        sys.exit("the data have problems before any edit")
    kinds, unseen = {}, 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for (kind, what, *_), said in zip(chosen, pool.map(lambda e: attempt(binary, *e), chosen)):
            seen, all_ = kinds.get(kind, (0, 0))
            kinds[kind] = (seen + (said is None), all_ + 1)
            if said:
                unseen += 1
                print(f"{kind}: {what}: {said}", flush=True)
    for kind, (seen, all_) in kinds.items():
        print(f"{kind:20} {seen:4}/{all_}")
    print(f"{len(chosen)} dangerous edits, {unseen} unseen")
    sys.exit(unseen > 0)


if __name__ == "__main__":
    main()
