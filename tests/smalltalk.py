#!/usr/bin/env python3
"""Holds the intents and the named conditions that soleus reads against labelled messages.

usage: tests/smalltalk.py --binary build/soleus [--min 0.95] [--min-about 0.9] [--show N] FILE.jsonl...

A line: {"text": ..., "intent": ..., "about": [...], "tags": [...]}. A word in `about` that is neither a condition nor a topic
that the program knows counts as missed. Exit status: 0 good enough, 1 not, 2 misused.
"""
import argparse
import collections
import json
import subprocess
import sys


def classify(binary, texts):
    lines = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts))
    run = subprocess.run([binary, "classify", "--jsonl"], input=lines, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{binary} classify failed: {run.stderr.strip()}")
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.strip()]
    if len(answers) != len(texts):
        sys.exit(f"{len(texts)} messages, {len(answers)} answers")
    return answers


def share(part, whole):
    return part / whole if whole else 1.0


def score(cases, answers):
    """Counts by intent, about found and wanted, and what was missed."""
    by_intent = collections.defaultdict(lambda: [0, 0])
    misses, about = [], [0, 0]
    for case, answer in zip(cases, answers):
        right = answer["intent"] == case["intent"]
        by_intent[case["intent"]][0] += right
        by_intent[case["intent"]][1] += 1
        named = set(answer.get("about", [])) | set(answer.get("topics", []))
        lost = [a for a in case.get("about", []) if a not in named]
        about[0] += len(case.get("about", [])) - len(lost)
        about[1] += len(case.get("about", []))
        if not right:
            misses.append(f"{case['intent']} -> {answer['intent']}: {case['text']}")
        if lost:
            misses.append(f"about {' '.join(lost)} not named: {case['text']}")
    return by_intent, about, misses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--min", type=float, default=0.0, help="least accuracy of the intent")
    parser.add_argument("--min-about", type=float, default=0.0, help="least share of named topics found")
    parser.add_argument("--show", type=int, default=0, help="print so many misses")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()

    cases = [json.loads(line) for name in args.files for line in open(name, encoding="utf-8") if line.strip()]
    if not cases:
        parser.error("no messages in these files")
    by_intent, about, misses = score(cases, classify(args.binary, [c["text"] for c in cases]))
    for line in misses[: args.show]:
        print(line)
    for intent, (right, all_) in sorted(by_intent.items()):
        print(f"{intent:24} {right:4}/{all_:<4} {share(right, all_):.3f}")
    right, all_ = (sum(c[i] for c in by_intent.values()) for i in (0, 1))
    print(f"intent accuracy {share(right, all_):.3f} ({right}/{all_}), about {share(*about):.3f} ({about[0]}/{about[1]})")
    return 1 if share(right, all_) < args.min or share(*about) < args.min_about else 0


if __name__ == "__main__":
    sys.exit(main())
