"""An OAuth 2.0 provider made of Authlib (https://docs.authlib.org), for tests: codes with PKCE (which it insists on),
rotating refresh tokens, client credentials and revocation. It listens on a free port of 127.0.0.1, prints one line of JSON
when it is ready, and ends with its input.

GET /authorize allows everything and redirects at once; GET /used?token=… says whether an access token counts."""

import json
import os
import sys
import threading
import time

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from werkzeug.serving import make_server


class Client:
    def __init__(self, client_id, secret, method):
        self.client_id, self.secret, self.method = client_id, secret, method

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope or "all"

    def check_redirect_uri(self, uri):
        return True

    def check_client_secret(self, secret):
        return secret == self.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.method

    def check_response_type(self, kind):
        return kind == "code"

    def check_grant_type(self, kind):
        return True


class Code:
    def __init__(self, **members):
        self.__dict__.update(members)

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class Token(Code):
    revoked = False

    def check_client(self, client):
        return self.client_id == client.client_id

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return time.time() >= self.issued_at + self.expires_in

    def is_revoked(self):
        return self.revoked

    def get_client(self):
        return clients[self.client_id]

    def get_user(self):
        return "somebody"


clients = {
    "basic:client": Client("basic:client", "s3cret & more%", "client_secret_basic"),
    "body": Client("body", "s3cret", "client_secret_post"),
    "public": Client("public", "", "none"),
}
codes, tokens = {}, []
METHODS = ["client_secret_basic", "client_secret_post", "none"]


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code, request):
        data = request.payload.data
        codes[code] = Code(
            code=code, client_id=request.client.client_id, redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope, code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"))

    def query_authorization_code(self, code, client):
        found = codes.get(code)
        return found if found and found.client_id == client.client_id else None

    def delete_authorization_code(self, code):
        del codes[code.code]

    def authenticate_user(self, code):
        return "somebody"


class RefreshGrant(grants.RefreshTokenGrant):
    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, text):
        return next((t for t in tokens if t.refresh_token == text and not t.revoked), None)

    def authenticate_user(self, token):
        return "somebody"

    def revoke_old_credential(self, token):
        token.revoked = True


class ClientGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:2]


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, text, hint):
        return next((t for t in tokens if text in (t.access_token, t.refresh_token)), None)

    def revoke_token(self, token, request):
        token.revoked = True


def save_token(token, request):
    tokens.append(
        Token(
            client_id=request.client.client_id, access_token=token["access_token"],
            refresh_token=token.get("refresh_token"), scope=token.get("scope"), expires_in=token["expires_in"],
            issued_at=time.time()))


app = flask.Flask(__name__)
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
server = AuthorizationServer(app, query_client=clients.get, save_token=save_token)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshGrant)
server.register_grant(ClientGrant)
server.register_endpoint(Revocation)


@app.get("/authorize")
def authorize():
    return server.create_authorization_response(grant_user="somebody")


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response(Revocation.ENDPOINT_NAME)


@app.get("/used")
def used():
    text = flask.request.args["token"]
    counts = any(t.access_token == text and not t.revoked and not t.is_expired() for t in tokens)
    return {"counts": counts}


http = make_server("127.0.0.1", 0, app, threaded=True)
threading.Thread(target=http.serve_forever, daemon=True).start()
print(json.dumps({"port": http.server_port}), flush=True)
sys.stdin.read()
