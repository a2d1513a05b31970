"""A stand-in for the API server of Kubernetes on loopback: it issues tokens of ServiceAccounts and reviews them.

Vault's Kubernetes auth method is the real one; it asks here as it would in a pod, over TLS, with the token and
the CA of its own account.
"""

import base64
import http.server
import json
import pathlib
import ssl
import subprocess
import threading
import time
import uuid

ISSUER = "https://kubernetes.default.svc"
VAULT = ("vault", "vault")  # The account that Vault itself runs as.


def coded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Cluster:
    """Key, certificate, tokens and the server, for as long as it is a context."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.key, self.ca = self.folder / "key.pem", self.folder / "ca.crt"
        self.issued, self.reviews, self.refused = {}, 0, 0
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=kubernetes",
                      "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.ca)  # fmt: skip
        self.public = self._openssl("pkey", "-in", self.key, "-pubout").decode()
        self.own = self.token(VAULT, (ISSUER,))

    @staticmethod
    def _openssl(*arguments, data=None):
        return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=True).stdout

    def token(self, account, audiences, issued=True):
        """A signed token of this (namespace, name). One that was not issued looks the same and is refused."""
        namespace, name = account
        now, uid = int(time.time()), str(uuid.uuid5(uuid.NAMESPACE_URL, f"{namespace}/{name}"))
        claims = {
            "iss": ISSUER,
            "aud": list(audiences),
            "sub": f"system:serviceaccount:{namespace}:{name}",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "jti": str(uuid.uuid4()),
            "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}},
        }
        head = coded(json.dumps({"alg": "RS256", "kid": "1"}).encode())
        text = f"{head}.{coded(json.dumps(claims).encode())}"
        signature = self._openssl("dgst", "-sha256", "-sign", self.key, data=text.encode())
        token = f"{text}.{coded(signature)}"
        if issued:
            self.issued[token] = (claims["sub"], uid, list(audiences))
        return token

    def review(self, spec):
        """The status of a TokenReview."""
        found = self.issued.get(spec.get("token"))
        wanted = spec.get("audiences") or [ISSUER]
        common = [a for a in wanted if found and a in found[2]]
        self.reviews += 1
        if not common:
            self.refused += 1
            return {"authenticated": False, "error": "not a token of this cluster for this audience"}
        user = {"username": found[0], "uid": found[1], "groups": ["system:serviceaccounts"]}
        return {"authenticated": True, "user": user, "audiences": common}

    def __enter__(self):
        cluster = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                known = self.headers.get("Authorization") == f"Bearer {cluster.own}"
                if not known or self.path != "/apis/authentication.k8s.io/v1/tokenreviews":
                    self.send_error(403 if known else 401)
                    return
                answer = json.dumps({**body, "status": cluster.review(body["spec"])}).encode()
                self.send_response(201)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self.key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
