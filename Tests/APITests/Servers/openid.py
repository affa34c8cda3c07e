"""A provider of identities (OpenID Connect) that others have made: oidc-provider-mock.

Prints one line of JSON when it is ready, and ends when its input does. `POST /rotate` makes it sign with a new key.
"""

import json
import os
import sys
import threading

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask
import werkzeug.serving
from authlib import jose
from oidc_provider_mock import User, app

ANN = User(sub="ann-1", claims={"email": "ann@example.com", "email_verified": True, "name": "Ann"})
BOB = User(sub="bob-1", claims={"email": "bob@example.com", "email_verified": False, "name": "Bob"})

provider = app(require_client_registration=True, require_nonce=True, user_claims=[ANN, BOB])


@provider.post("/rotate")
def rotate():
    storage = flask.g.oidc_provider_mock_storage
    storage.jwk = jose.RSAKey.generate_key(is_private=True)
    return flask.jsonify({})


server = werkzeug.serving.make_server("127.0.0.1", 0, provider, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_port}), flush=True)
sys.stdin.read()
