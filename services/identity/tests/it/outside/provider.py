"""An OpenID Connect provider for one test: the library's, plus PKCE, which it must insist on, and lies on request.

Takes the PEM files of its certificate and key. Prints where it listens, by TLS and, for the test's own browser, in plain
text; ends with its standard input.
"""

import base64
import hashlib
import json
import logging
import os
import sys
import threading
import warnings
from urllib.parse import parse_qs, urlparse

warnings.simplefilter("ignore")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask
import oidc_provider_mock
import werkzeug.serving
from authlib import jose
from oidc_provider_mock._storage import storage

logging.disable(logging.CRITICAL)
app = oidc_provider_mock.app(require_nonce=True)
challenges = {}
lie = {}


@app.put("/lie")
def set_lie():
    lie.clear()
    lie.update(flask.request.json)
    return "", 204


@app.before_request
def prove():
    request = flask.request
    if request.path == "/oauth2/authorize" and request.args.get("code_challenge_method") != "S256":
        return flask.jsonify(error="invalid_request"), 400
    if request.path == "/oauth2/token":
        verifier = request.form.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if challenges.pop(request.form.get("code"), None) != digest:
            return flask.jsonify(error="invalid_grant"), 400
    return None


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def changed(token):
    header, payload, signature = token.split(".")
    claims = decoded(payload) | lie.get("claims", {})
    if lie.get("sign", True):
        return jose.jwt.encode(decoded(header), claims, storage.jwk).decode()
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return ".".join((header, payload, signature))


@app.after_request
def watch(response):
    request = flask.request
    if request.path == "/oauth2/authorize" and "Location" in response.headers:
        for code in parse_qs(urlparse(response.headers["Location"]).query).get("code", []):
            challenges[code] = request.args["code_challenge"]
    if request.path == "/oauth2/token" and response.status_code == 200 and lie:
        answer = response.get_json()
        answer["id_token"] = changed(answer["id_token"])
        answer["access_token"] = lie.get("access_token", answer["access_token"])
        response.set_data(json.dumps(answer))
    return response


def end():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end, daemon=True).start()
private = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tuple(sys.argv[1:3]))
plain = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
threading.Thread(target=private.serve_forever, daemon=True).start()
print(f"https://127.0.0.1:{private.server_port} http://127.0.0.1:{plain.server_port}", flush=True)
plain.serve_forever()
