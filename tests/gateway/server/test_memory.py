"""Memory that is free again stays with the process."""

import platform
import subprocess
import sys

import pytest

_FAULTS = """
import resource
from gateway.server.memory import keep_freed_memory

def faults() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        bytes(2**20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

given_back = faults()
print(keep_freed_memory())
faults()
print(given_back // max(1, faults()))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_large_blocks_that_were_freed_are_used_again_without_page_faults() -> None:
    output = subprocess.run(
        [sys.executable, "-c", _FAULTS], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "True" == output[0]
    assert int(output[1]) >= 10
