"""Runs the oracle for long: ``python -m tests.federation.oracle --count 100000 --seed 1``."""

import argparse
import sys
import time

from tests.federation.oracle.faults import FaultRunner
from tests.federation.oracle.guards import DisclosureRunner, GuardedRunner
from tests.federation.oracle.running import Runner, run

RUNNERS: dict[str, type[Runner]] = {
    "none": Runner,
    "faults": FaultRunner,
    "own": GuardedRunner,
    "inherited": DisclosureRunner,
}


def main() -> int:
    """Run so many operations; print the first failures, shrunk; return 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.federation.oracle", description=__doc__)
    parser.add_argument("--count", type=int, default=2_000, help="operations to run")
    parser.add_argument("--seed", type=int, default=0, help="first seed; each split has its own")
    parser.add_argument("--per-split", type=int, default=20, help="operations on each split")
    parser.add_argument("--failures", type=int, default=3, help="stop after so many failures")
    parser.add_argument(
        "--guards",
        choices=sorted(RUNNERS),
        default="none",
        help="with subjects and a random guard",
    )
    options = parser.parse_args()
    runner = RUNNERS[options.guards]()
    seed, done, failures, start = options.seed, 0, 0, time.monotonic()
    while done < options.count and failures < options.failures:
        for case in run(seed, options.per_split, runner):
            failures += 1
            print(runner.shrunk(case), file=sys.stderr)
            if failures >= options.failures:
                break
        seed, done = seed + 1, done + options.per_split
        if seed % 10 == 0:
            took = time.monotonic() - start
            print(f"{done} operations, {failures} failures, {took:.0f} s", flush=True)
    print(f"{done} operations from seed {options.seed}, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
