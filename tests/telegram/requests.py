#!/usr/bin/env python3
"""requests.py - holds requests to Telegram against its own definition (requests.schema.json) and its limits.

Usage: requests.py TEST_PROGRAM...

Each program notes the requests that it makes in the file that $SOLEUS_REQUESTS names (tests/unit/telegram_requests.h),
one a line: the method, a blank, the body. As a module: problems(method, body)."""
import html.parser
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SCHEMA = json.loads((pathlib.Path(__file__).parent / "requests.schema.json").read_text())["$defs"]
KINDS = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
}


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def check_limit(limit, value, where):
    if limit["unit"] == "value":
        size = value
    elif limit["unit"] == "bytes":
        size = len(value.encode())
    else:
        size = utf16(value)
    # The text of a message is counted without its tags: see check_text.
    if where.endswith(".text") and "entities" in limit["unit"]:
        return
    if not limit["min"] <= size <= limit["max"]:
        yield f"{where}: {size} {limit['unit']}, not {limit['min']} to {limit['max']}"


def check(schema, value, where):
    """Problems of a value, by the part of JSON Schema that the file uses."""
    if "$ref" in schema:
        yield from check(SCHEMA[schema["$ref"].split("/")[-1]], value, where)
        return
    if "anyOf" in schema:
        found = [list(check(one, value, where)) for one in schema["anyOf"]]
        if all(found):
            yield from min(found, key=len)
        return
    unknown = set(schema) - {"type", "properties", "additionalProperties", "required", "items", "x-limit"}
    assert not unknown, unknown
    if not KINDS[schema["type"]](value):
        yield f"{where}: no {schema['type']}"
        return
    if "x-limit" in schema:
        yield from check_limit(schema["x-limit"], value, where)
    for key in schema.get("required", []):
        if key not in value:
            yield f"{where}: no {key}"
    for key, one in value.items() if isinstance(value, dict) else ():
        if key in schema["properties"]:
            yield from check(schema["properties"][key], one, f"{where}.{key}")
        elif schema.get("additionalProperties") is False:
            yield f"{where}: {key} is unknown"
    for i, one in enumerate(value if isinstance(value, list) else ()):
        yield from check(schema["items"], one, f"{where}[{i}]")


class Html(html.parser.HTMLParser):
    """What Telegram takes: <b> only, closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.problems, self.entities = [], "", [], 0

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.entities += 1
        if tag != "b" or attrs:
            self.problems.append(f"tag {tag}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text += data


def check_text(body):
    text = body["text"]
    if len(text.encode()) > 32768:
        yield "text: more than 32768 bytes"
    if body.get("parse_mode") == "HTML":
        parser = Html()
        parser.feed(text)
        parser.close()
        yield from parser.problems + ["never closed"] * len(parser.open)
        if parser.entities > 100:
            yield f"{parser.entities} entities"
        text = parser.text
    elif "parse_mode" in body:
        yield f"parse_mode {body['parse_mode']}"
    if not 1 <= utf16(text) <= 4096:
        yield f"text: {utf16(text)} units"
    if text != text.strip():
        yield "text: white space at its ends"


def check_keyboard(rows):
    if sum(map(len, rows)) > 100:
        yield "more than 100 buttons"
    for row in rows:
        if not 1 <= len(row) <= 8:
            yield f"{len(row)} buttons in a row"
        for key in row:
            if not key["text"]:
                yield "a button without text"
            if len([k for k in key if k != "text"]) != 1:
                yield f"a button that does {len(key) - 1} things"


def problems(method, body):
    """Everything that is wrong with a request; nothing when Telegram would take it."""
    if f"method.{method}" not in SCHEMA:
        return [f"method {method} is not one that we call"]
    found = list(check(SCHEMA[f"method.{method}"], body, method))
    if found:
        return found
    if method == "sendMessage":
        found += check_text(body)
    if "inline_keyboard" in body.get("reply_markup", {}):
        found += check_keyboard(body["reply_markup"]["inline_keyboard"])
    return found


# Each must be found: a judge that lets everything pass would prove nothing.
WRONG = [
    ("sendMassage", {"chat_id": 1, "text": "a"}),
    ("sendMessage", {"chat_id": 1}),
    ("sendMessage", {"chat_id": 1, "text": 7}),
    ("sendMessage", {"chat_id": 1, "text": "a", "parse": "HTML"}),
    ("sendMessage", {"chat_id": 1, "text": "a", "reply_parameters": {"message_id": "5"}}),
    ("sendMessage", {"chat_id": 1, "text": "\U0001f9b5" * 2049}),
    ("sendMessage", {"chat_id": 1, "text": " a"}),
    ("sendMessage", {"chat_id": 1, "text": ""}),
    ("sendMessage", {"chat_id": 1, "text": "<b>a", "parse_mode": "HTML"}),
    ("sendMessage", {"chat_id": 1, "text": "<p>a</p>", "parse_mode": "HTML"}),
    ("sendMessage", {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "\u00e9" * 33}]]}}),
    ("sendMessage", {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}),
    ("sendMessage", {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "x"}] * 9]}}),
    ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "b"}]}),
    ("getUpdates", {"limit": 101}),
]


def made_by(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "requests")
        run = subprocess.run([program], env={**os.environ, "SOLEUS_REQUESTS": path}, capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"{program} failed\n{run.stdout}{run.stderr}")
        if not os.path.exists(path):
            sys.exit(f"{program} made no request")
        with open(path, encoding="utf-8", newline="\n") as lines:
            return [line.rstrip("\n").split(" ", 1) for line in lines]


def main(programs):
    if not programs:
        sys.exit(__doc__)
    bad, methods = 0, {}
    for method, body in WRONG:
        if not problems(method, body):
            bad += 1
            print(f"not found to be wrong: {method} {body}")
    for program in programs:
        for method, text in made_by(program):
            methods[method] = methods.get(method, 0) + 1
            for problem in problems(method, json.loads(text)):
                bad += 1
                print(f"{problem}: {method} {text[:300]}")
    missing = {name.split(".")[1] for name in SCHEMA if name.startswith("method.")} - set(methods)
    if missing:
        bad += 1
        print("never made:", ", ".join(sorted(missing)))
    print(f"{sum(methods.values())} requests of {len(methods)} methods, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
