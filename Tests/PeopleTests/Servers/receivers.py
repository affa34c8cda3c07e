"""Starts an HTTP server on a free port of the loopback and prints {"port", "file"} as a line of JSON. Each request is a line of JSON in
the file: {"method", "path", "headers", "body"}. What is below /api/ it answers as Slack's Web API does, for the token xoxb-right, and
refuses what Slack would refuse by its documentation; everything else with 204, below /broken with 500. Ends when its input does."""
import http.server
import json
import os
import sys
import tempfile
import threading
import urllib.parse

handle, path = tempfile.mkstemp(prefix="patchbay-requests-")
lock = threading.Lock()
people = {"ada@example.com": "U0ADA", "bob@example.com": "U0BOB", "eve@example.com": "U0EVE"}
messages = {}


def text_object(value, most, kinds=("plain_text",)):
    return (isinstance(value, dict) and value.get("type") in kinds and isinstance(value.get("text"), str)
            and 1 <= len(value["text"]) <= most and set(value) <= {"type", "text", "emoji", "verbatim"})


def button(value):
    known = {"type", "text", "action_id", "value", "style", "url", "confirm", "accessibility_label"}
    return (value.get("type") == "button" and text_object(value.get("text"), 75) and set(value) <= known
            and 1 <= len(value.get("action_id", "x")) <= 255 and 0 < len(value.get("value", "x")) <= 2000
            and value.get("style", "primary") in ("primary", "danger"))


def block(value):
    kind = value.get("type")
    if len(value.get("block_id", "x")) > 255:
        return False
    if kind == "header":
        return text_object(value.get("text"), 150)
    if kind == "section":
        return text_object(value.get("text"), 3000, ("plain_text", "mrkdwn"))
    if kind == "context":
        return 1 <= len(value["elements"]) <= 10 and all(
            text_object(e, 3000, ("plain_text", "mrkdwn")) for e in value["elements"])
    if kind == "actions":
        ids = [e.get("action_id") for e in value["elements"]]
        return 1 <= len(ids) <= 25 and len(set(ids)) == len(ids) and all(button(e) for e in value["elements"])
    return kind == "divider"


def message_fault(body):
    if not isinstance(body.get("text"), str) or not body["text"]:
        return "no_text"
    blocks = body.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > 50 or not all(block(b) for b in blocks):
        return "invalid_blocks"


def slack(method, headers, body, kind):
    if headers.get("authorization") != "Bearer xoxb-right":
        return {"ok": False, "error": "invalid_auth"}
    if method == "chat.postMessage":
        if not kind.startswith("application/json"):
            return {"ok": False, "error": "invalid_form_data"}
        body = json.loads(body)
        fault = message_fault(body)
        if fault:
            return {"ok": False, "error": fault}
        place = body.get("channel")
        if place in people.values():
            place = "D" + place[1:]
        elif place != "#ops" and place not in {channel for channel, _ in messages}:
            return {"ok": False, "error": "channel_not_found"}
        with lock:
            stamp = "1700000000.%06d" % (len(messages) + 1)
            messages[place, stamp] = body
        return {"ok": True, "channel": place, "ts": stamp, "message": {"text": body["text"]}}
    if method == "chat.update":
        body = json.loads(body)
        fault = message_fault(body)
        with lock:
            if (body.get("channel"), body.get("ts")) not in messages:
                return {"ok": False, "error": "message_not_found"}
        return {"ok": False, "error": fault} if fault else {"ok": True, "channel": body["channel"], "ts": body["ts"]}
    if method == "auth.test":
        return {"ok": True, "team": "Example", "team_id": "T0", "user_id": "U0BOT", "bot_id": "B0"}
    fields = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode()).items()}
    if method == "users.lookupByEmail":
        user = people.get(fields.get("email"))
        return {"ok": True, "user": {"id": user}} if user else {"ok": False, "error": "users_not_found"}
    if method == "users.info":
        found = [address for address, user in people.items() if user == fields.get("user")]
        if not found:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "user": {"id": fields["user"], "team_id": "T0", "profile": {"email": found[0]}}}
    return {"ok": False, "error": "unknown_method"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer, status = b"", 204
        if self.path.startswith("/api/"):
            try:
                said = slack(self.path[5:], headers, body, headers.get("content-type", ""))
            except (KeyError, ValueError, AttributeError, TypeError):
                said = {"ok": False, "error": "invalid_arguments"}
            answer, status = json.dumps(said).encode(), 200
        elif self.path.startswith("/broken"):
            status = 500
        line = json.dumps({"method": self.command, "path": self.path, "headers": headers, "body": body.decode(),
                           "answer": answer.decode()})
        os.write(handle, (line + "\n").encode())
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_port, "file": path}), flush=True)
sys.stdin.read()
os.unlink(path)
