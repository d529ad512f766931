"""The audit by the makers of the GraphQL over HTTP specification, against our server."""

import asyncio
import json

import pytest

from tests.gateway.pipeline.graphs import OPEN, pipeline_on
from tests.gateway.server.serving import serving
from tests.interop.node_packages import HERE, node_with_packages

pytestmark = pytest.mark.node


async def test_every_audit_passes() -> None:
    node = node_with_packages()
    pipeline, _ = pipeline_on(OPEN)
    async with serving(served=pipeline) as server:
        process = await asyncio.create_subprocess_exec(
            node,
            "graphql_over_http_audit.mjs",
            f"http://127.0.0.1:{server.port}/graphql",
            cwd=HERE,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
    results = json.loads(output)

    assert [] == [each for each in results if each["status"] != "ok"]
    assert len(results) > 50
