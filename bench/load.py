"""Load by wrk, and what it measured."""

import re
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

_SCRIPT = r"""
local bodies, tokens = {}, {}
for line in io.lines("%(bodies)s") do bodies[#bodies + 1] = line end
if "%(tokens)s" ~= "" then
  for line in io.lines("%(tokens)s") do tokens[#tokens + 1] = "Bearer " .. line end
end
local requests, turn = {}, 0
if #bodies == 1 and #tokens == 0 then
  -- wrk makes one request and sends it without asking this script again
  wrk.method, wrk.body, wrk.headers["content-type"] = "POST", bodies[1], "application/json"
else
function init(args)
  local function make(body, token)
    local headers = { ["content-type"] = "application/json", ["authorization"] = token }
    return wrk.format("POST", nil, headers, body)
  end
  local count = math.max(#bodies, #tokens)
  for number = 0, count - 1 do
    requests[#requests + 1] = make(
      bodies[number %% #bodies + 1], tokens[1] and tokens[number %% #tokens + 1])
  end
end
function request()
  turn = turn %% #requests + 1
  return requests[turn]
end
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%d %%d %%d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What is sent.

    Attributes:
        bodies: Request bodies, sent in turn.
        connections: Connections of wrk.
        seconds: Duration.
        tokens: Bearer tokens, sent in turn.
    """

    bodies: Sequence[bytes]
    connections: int = 50
    seconds: float = 8.0
    tokens: Sequence[str] = ()


@dataclass(frozen=True)
class Measured:
    """What wrk saw: rates per second, latencies in milliseconds."""

    requests: int
    rate: float
    p50: float
    p99: float
    bytes_per_second: float
    errors: int


def body_of(query: str, variables: object = None) -> bytes:
    return orjson.dumps({"query": query} | ({"variables": variables} if variables else {}))


def put_load(url: str, load: Load, cores: str) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "load.lua")
        bodies = Path(folder, "bodies")
        bodies.write_bytes(b"\n".join(load.bodies) + b"\n")
        tokens = Path(folder, "tokens")
        if load.tokens:
            tokens.write_text("\n".join(load.tokens) + "\n")
        names = {"bodies": bodies, "tokens": tokens if load.tokens else ""}
        script.write_text(_SCRIPT % names)
        arguments = [
            "-t1",
            f"-c{load.connections}",
            f"-d{max(1, round(load.seconds))}s",
            "--timeout",
            "30s",
        ]
        output = subprocess.run(
            ["taskset", "-c", cores, "wrk", *arguments, "-s", str(script), url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", output)
    if found is None:
        raise SystemExit(output)
    requests, duration, p50, p99, size, errors = map(int, found.groups())
    seconds = duration / 1e6
    return Measured(requests, requests / seconds, p50 / 1000, p99 / 1000, size / seconds, errors)


def check_free(url: str) -> None:
    """Stop where something listens already: it would be measured in place of ours."""
    if ask(url, body_of("{ __typename }")) is not None:
        msg = f"something answers at {url} already"
        raise SystemExit(msg)


def ask(url: str, body: bytes, token: str | None = None) -> object:
    """One request; ``None`` while nobody listens."""
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return orjson.loads(answer.read())
    except urllib.error.HTTPError as error:
        return {"status": error.code}
    except (OSError, ValueError):
        return None
