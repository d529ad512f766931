"""Measures everything and writes ``bench/results.md``: ``python -m bench.report``.

About forty minutes, on a machine that does nothing else. What has been measured stands in
the file at once, so that a run that is broken off leaves what it had.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from bench.gateways import HERE, ROOT

_GATEWAYS = "ours,ours-dedupe,apollo,hive,hive-rust,hive-rust-dedupe,mercurius,mercurius-jit"
_PARTS = (
    (
        "Everybody in one run",
        ("bench.run", "--gateways", _GATEWAYS),
    ),
    (
        "This gateway alone",
        (
            "bench.scenarios",
            "full",
            "latency",
            "repeats",
            "me",
            "sizes",
            "operations",
            "cold",
            "workers",
        ),
    ),
    ("Where the time goes", ("bench.stages",)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE / "results.md")
    options = parser.parse_args()
    with options.output.open("w", encoding="utf-8") as output:
        output.write(f"# Results\n\n{_machine()}\n")
        for title, arguments in _PARTS:
            output.write(f"\n## {title}\n\n`python -m {' '.join(arguments)}`\n\n")
            output.flush()
            print(f"{title} ...", file=sys.stderr)
            subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, stdout=output, check=True)


def _machine() -> str:
    model = next(
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({model}), load "
        f"{os.getloadavg()[0]:.1f} before the first run, Python {platform.python_version()}, "
        f"Node {node.stdout.strip().removeprefix('v')}. Medians of five turns."
    )


if __name__ == "__main__":
    main()
