#!/usr/bin/env python3
"""Runs the examples of docs/rules.md: puts the marked blocks into a copy of the data, checks it, and plays the plays.

usage: docs.py BINARY [GUIDE]

A block's first line says what to do with it: new=FILE writes it; add=FILE under=KEY puts it at the end of that key of the
file; edit=FILE after=ID list=KEY adds it to the list KEY of the entry with that id.
"""
import os, re, shutil, subprocess, sys, tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def blocks(guide):
    for head, body in re.findall(r"^```(?:yaml|play) ([^\n]+)\n(.*?)^```", guide, re.M | re.S):
        yield dict(part.split("=", 1) for part in head.split()), body


def add(text, key, body):
    """Behind the last line of the top-level key."""
    lines = text.split("\n")
    at = next(i for i, l in enumerate(lines) if re.match(rf"{key}:", l)) + 1
    while at < len(lines) and not re.match(r"[A-Za-z_]", lines[at]):
        at += 1
    while not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return "\n".join(lines[:at] + body.rstrip("\n").split("\n") + lines[at:])


def edit(text, entry, key, item):
    changed = re.sub(rf"(- id: {entry}\n(?:(?!  - id:).*\n)*?\s+{key}: \[[^\]]*)\]", rf"\1, {item.strip()}]", text)
    if changed == text:
        sys.exit(f"no list {key} in {entry}")
    return changed


def apply(top, how, body):
    path = os.path.join(top, how.get("new") or how.get("add") or how["edit"])
    if "new" in how:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        text = body
    else:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = add(text, how["under"], body) if "add" in how else edit(text, how["after"], how["list"], body)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def main():
    binary = os.path.abspath(sys.argv[1])
    guide = sys.argv[2] if len(sys.argv) > 2 else os.path.join(TOP, "docs", "rules.md")
    with open(guide, encoding="utf-8") as f:
        parts = list(blocks(f.read()))
    if not parts:
        sys.exit("no examples found")
    with tempfile.TemporaryDirectory() as top:
        for folder in ("intents", "responses"):
            shutil.copytree(os.path.join(TOP, folder), os.path.join(top, folder))
        plays = [p for p in (apply(top, how, body) for how, body in parts) if p.endswith(".play")]
        for command in ([binary, "check", top], [binary, "rehearse", "--data", top, *plays]):
            run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if run.returncode:
                sys.exit(f"{run.stdout}\n{' '.join(command)} ended with {run.returncode}")
    print(f"{len(parts)} examples hold")


if __name__ == "__main__":
    main()
