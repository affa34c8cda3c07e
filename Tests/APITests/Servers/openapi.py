"""Judges OpenAPI documents by the official schema of OpenAPI 3.1 and the rules around it: openapi-spec-validator, which
others have made.

Prints one line of JSON when it is ready, and ends when its input does. `POST /` with a document answers what is wrong with it.
"""

import http.server
import json
import sys
import threading

from openapi_spec_validator import OpenAPIV31SpecValidator


class Judge(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        problems = []
        try:
            for error in OpenAPIV31SpecValidator(document).iter_errors():
                place = "/".join(str(part) for part in error.absolute_path)
                problems.append(f"/{place}: {error.message[:300]}")
        except (KeyError, TypeError, AttributeError) as error:
            # The rules beyond the schema take it for granted that the schema was kept.
            problems.append(f"/: {error!r}")
        body = json.dumps(problems).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Judge)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_port}), flush=True)
sys.stdin.read()
