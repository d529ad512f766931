"""An issuer for the benchmark: a key set over HTTP, and tokens signed with its key."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

ISSUER = "https://issuer.bench.example"
AUDIENCE = "bench"


class Issuer:
    """Signs tokens; its key set stands at ``jwks``."""

    def __init__(self, key: Ed25519PrivateKey, jwks: str) -> None:
        self._key = key
        self.jwks = jwks

    def tokens(self, count: int) -> list[str]:
        now = int(time.time())
        return [
            jwt.encode(
                {
                    "iss": ISSUER,
                    "aud": AUDIENCE,
                    "sub": f"user-{number}",
                    "iat": now,
                    "exp": now + 7200,
                    "scope": "openid profile",
                },
                self._key,
                algorithm="EdDSA",
                headers={"kid": "bench"},
            )
            for number in range(count)
        ]


@contextmanager
def issuer() -> Iterator[Issuer]:
    key = Ed25519PrivateKey.generate()
    public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    body = orjson.dumps({"keys": [{**public, "kid": "bench", "use": "sig"}]})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Issuer(key, f"http://127.0.0.1:{server.server_port}/jwks")
    finally:
        server.shutdown()
        server.server_close()
