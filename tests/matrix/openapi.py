"""openapi.py - holds requests to a homeserver against the OpenAPI file of the specification (specs/matrix of the shared folder,
or $SOLEUS_SPECS). problems(log) names what does not fit, or is None where the file isn't there."""
import json
import os
import re
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILE = os.path.join(os.environ.get("SOLEUS_SPECS", os.path.join(ROOT, "..", "shared", "specs")), "matrix",
                    "client-server-bot.openapi.json")
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


class Api:
    def __init__(self):
        with open(FILE) as f:
            self.api = json.load(f)
        self.paths = [(re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(p)) + "$"), p) for p in self.api["paths"]]

    def resolve(self, schema):
        while "$ref" in schema:
            schema = self.api["components"]["schemas"][schema["$ref"].split("/")[-1]]
        return schema

    def check(self, schema, value, where):
        schema = self.resolve(schema)
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(isinstance(value, KINDS[k]) for k in kinds if k != "null"):
            yield f"{where}: {value!r} is no {kinds}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r} is none of {schema['enum']}"
        if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
            yield f"{where}: {value!r} is not like {schema['pattern']}"
        for part in schema.get("allOf", []):
            yield from self.check(part, value, where)
        if "oneOf" in schema and all(list(self.check(part, value, where)) for part in schema["oneOf"]):
            yield f"{where}: {value!r} is none of several"
        if isinstance(value, dict):
            for name in schema.get("required", []):
                if name not in value:
                    yield f"{where} lacks {name}"
            for name, member in value.items():
                known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
                if isinstance(known, dict):
                    yield from self.check(known, member, f"{where}.{name}")
        if isinstance(value, list) and "items" in schema:
            for item in value:
                yield from self.check(schema["items"], item, where + "[]")

    def request(self, method, path, query, body):
        operation, values = None, ()
        for pattern, name in self.paths:  # the first may be another's: /send/{type}/{txn} is one of a kind
            found = pattern.match(path)
            if found and method.lower() in self.api["paths"][name]:
                operation, values, template = self.api["paths"][name][method.lower()], found.groups(), name
                break
        if operation is None:
            yield f"{method} {path}: no such operation"
            return
        names = re.findall(r"\{([^}]*)\}", template)
        given = {**{("path", n): urllib.parse.unquote(v) for n, v in zip(names, values)},
                 **{("query", n): v for n, v in query.items()}}
        for p in operation.get("parameters", []):
            value = given.pop((p["in"], p["name"]), None)
            if value is None:
                if p.get("required") and p["in"] != "header":
                    yield f"{method} {path}: lacks {p['name']}"
                continue
            kind = self.resolve(p["schema"]).get("type")
            value = [value] if kind == "array" else int(value) if kind == "integer" else value
            yield from self.check(p["schema"], value, f"{method} {template}: {p['name']}")
        for _, name in given:
            if name != "server_name":  # the name that `via` had before
                yield f"{method} {template}: unknown parameter {name}"
        wanted = operation.get("requestBody")
        if wanted and body is not None:
            yield from self.check(wanted["content"]["application/json"]["schema"], body, f"{method} {template}")
        elif wanted and wanted.get("required"):
            yield f"{method} {template}: no body"


def problems(log):
    if not os.path.exists(FILE):
        return None
    api, found = Api(), set()
    for one in log:
        found.update(api.request(*one))
    return sorted(found)
