#!/usr/bin/env python3
"""Holds the reading of answers against labelled ones.

usage: tests/answers.py --binary build/soleus [--min 0.93] [--show N] FILE.jsonl...

A line: {"question": "q_now", "text": ..., "act": ..., "present": [...], "absent": [...], "which": true, "tags": [...]}.
It is right when the act is right, every labelled finding is present, nothing else is (but for what a place, a side or
the tables imply), what is labelled absent is absent, and nothing that is labelled present. A bare yes or no is judged
by the choice that intents/triage/questions.yaml gives it, as the wording of some questions is turned round against the
labels. Exit status: 0 good enough, 1 not, 2 misused.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOFT = {"pain", "calf_location", "one_leg", "both_legs"}
VALUES = {"age_years", "duration_days", "pain_score"}


def tables(name):
    return yaml.safe_load((ROOT / "intents" / "triage" / f"{name}.yaml").read_text(encoding="utf-8"))


QUESTIONS = {q["id"]: q for q in tables("questions")["questions"]}


def implied():
    """Finding -> what the tables make present with it."""
    return collections.defaultdict(set, {f: set(also) for f, also in tables("states")["implies"].items()})


def told_with():
    """Finding -> what the rules say is stated with it (`also`)."""
    also = implied()
    for path in sorted((ROOT / "intents" / "en" / "findings").glob("*.yaml")):
        for finding, entry in (yaml.safe_load(path.read_text(encoding="utf-8")).get("findings") or {}).items():
            for rule in entry.get("rules", []):
                also[finding].update(rule.get("also", []))
    return also


def of_choices(case, present, absent):
    """What the choices that were labelled, or that fit the labels, make present by the tables."""
    question = QUESTIONS[case["question"]]
    out = set()
    for number, choice in enumerate(question["choices"], 1):
        own = set(choice.get("present", []))
        denied = set(choice["absent"]) if isinstance(choice.get("absent"), list) else set()
        fits = question["pick"] == "one" and (own & present or denied & absent)
        if number in case.get("lines", []) or fits:
            out |= own | set(choice.get("also", [])) | set(choice.get("any_of", [])[:1] if choice.get("whole") else [])
    return out


def classify(binary, cases):
    lines = "".join(json.dumps({"text": c["text"], "question": c["question"]}) + "\n" for c in cases)
    run = subprocess.run([binary, "classify", "--jsonl"], input=lines, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{binary} classify failed: {run.stderr.strip()}")
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.strip()]
    if len(answers) != len(cases):
        sys.exit(f"{len(cases)} answers in, {len(answers)} out")
    return [a["answer"] for a in answers]


def by_the_tables(case):
    """What a bare yes or no means: (present, absent), or None when the labels stand."""
    bare = {"yes", "no"} & set(case.get("tags", []))
    question = QUESTIONS[case["question"]]
    which = "which" if "yes" in bare and question["pick"] == "many" else None
    meant = question.get("yes" if "yes" in bare else "no", which)
    turned = question.get("no", "no") != "no"
    if not bare or meant is None or not (turned or case.get("which")):
        return None
    choice = next((c for c in question["choices"] if c["id"] == meant), {})
    present = set(choice.get("present", [])) | set(choice["any_of"][:1] if choice.get("whole") else [])
    absent = choice.get("absent", [])
    return present, set(question["asks"] if absent == "rest" else absent) - present


def faults(case, got, also):
    """What is wrong with a line; empty when it is right."""
    present, absent = set(case["present"]) - VALUES, set(case["absent"])
    told = by_the_tables(case)
    if told and case["act"] == "answer":
        present, absent = told
    may = present | SOFT | VALUES | of_choices(case, present, absent) | {a for p in present for a in also[p]}
    if case.get("values"):
        may |= {"older_age", "long_lasting"}
    heard, denied = set(got["present"]), set(got["absent"])
    out = [] if got["act"] == case["act"] else [f"act {got['act']}, not {case['act']}"]
    out += [f"misses {f}" for f in sorted(present - heard - {"pain"})]
    out += [f"hears {f}" for f in sorted(heard - may)]
    out += [f"does not deny {f}" for f in sorted(absent - denied - SOFT)]
    out += [f"denies {f}" for f in sorted(present & denied)]
    values = case.get("values", {})
    out += [f"{k} {got['values'].get(k)}, not {v}" for k, v in values.items() if got["values"].get(k) != v]
    return out


def of_the_question(case, found):
    """The faults without those about findings that the question does not ask for: the rules alone hear these."""
    asks = set(QUESTIONS[case["question"]]["asks"])
    return [f for f in found if f.split()[-1] in asks or not f.startswith(("hears", "misses"))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--min", type=float, default=0.0, help="least share of lines that are right")
    parser.add_argument("--show", type=int, default=0, help="print so many wrong lines")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()

    cases = [json.loads(line) for name in args.files for line in open(name, encoding="utf-8") if line.strip()]
    if not cases:
        parser.error("no answers in these files")
    also, acts, right, asked, wrong = told_with(), 0, 0, 0, []
    for case, got in zip(cases, classify(args.binary, cases)):
        found = faults(case, got, also)
        acts += got["act"] == case["act"]
        right += not found
        asked += not of_the_question(case, found)
        if found:
            wrong.append(f"{case['question']}: {case['text']}\n    " + "; ".join(found))
    for line in wrong[: args.show]:
        print(line)
    print(f"answers {right / len(cases):.3f} ({right}/{len(cases)}), acts {acts / len(cases):.3f}, "
          f"of what was asked alone {asked / len(cases):.3f}")
    return 1 if right / len(cases) < args.min else 0


if __name__ == "__main__":
    sys.exit(main())
