#!/usr/bin/env python3
"""Holds `soleus decide` against presentations with accepted urgencies.

usage: presentations.py BINARY PRESENTATIONS.jsonl

Each presentation: {"id", "condition", "text", "findings": {...}, "values": {...}, "accept_urgency": [...]}.
Prints each that is not accepted, and how often its condition is listed first or at all. Exit 1 when one is not accepted.
"""
import json, subprocess, sys


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    binary, path = sys.argv[1:]
    with open(path, encoding="utf-8") as f:
        cases = [json.loads(line) for line in f if line.strip()]
    asked = "".join(json.dumps({k: c[k] for k in ("id", "findings", "values")}) + "\n" for c in cases)
    run = subprocess.run([binary, "decide", "--jsonl"], input=asked, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    outs = [json.loads(line) for line in run.stdout.splitlines()]
    if len(outs) != len(cases):
        sys.exit(f"{len(cases)} asked, {len(outs)} answered")
    accepted = first = listed = 0
    for c, o in zip(cases, outs):
        names = [x["id"] for x in o.get("conditions", [])]
        first += names[:1] == [c["condition"]]
        listed += c["condition"] in names
        if o.get("urgency") in c["accept_urgency"]:
            accepted += 1
        else:
            print(f"{c['id']}: wanted {c['accept_urgency']}, got {o}: {c['text']}")
    print(f"{accepted}/{len(cases)} accepted; the condition first {first}, listed {listed}")
    sys.exit(accepted != len(cases))


if __name__ == "__main__":
    main()
