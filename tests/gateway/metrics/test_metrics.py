"""Metrics: what is counted, how it is labelled, and the listener of its own."""

import urllib.request

import pytest

from gateway.errors import ClientErrors
from gateway.metrics import Metrics
from tests.gateway.pipeline.graphs import OPEN, pipeline_on, run


async def test_operations_fetches_and_refusals_are_counted() -> None:
    metrics = Metrics()
    pipeline, _ = pipeline_on(OPEN, observer=metrics)
    for _ in range(3):
        await run(pipeline, "{ name }")
    with pytest.raises(ClientErrors):
        await run(pipeline, "{ nothing }")
    read = metrics.registry.get_sample_value

    assert 3.0 == read("gateway_operations_total", {"kind": "query", "result": "data"})
    assert 3.0 == read("gateway_operation_seconds_count", {"kind": "query"})
    assert 3.0 == read("gateway_fetches_total")
    assert 1.0 == read("gateway_refusals_total", {"code": "GRAPHQL_VALIDATION_FAILED"})


async def test_t25_no_label_carries_what_a_client_sent() -> None:
    metrics = Metrics()
    pipeline, _ = pipeline_on(OPEN, observer=metrics)
    await run(pipeline, 'query Secretname { secretalias: item(id: 1, tags: ["secrettag"]) }')
    labels = {
        value
        for family in metrics.registry.collect()
        for sample in family.samples
        for value in sample.labels.values()
    }

    assert not any("secret" in value.lower() for value in labels)


def test_the_listener_shows_the_figures() -> None:
    metrics = Metrics()
    metrics.gauge("gateway_test", "A figure", lambda: 42.0)
    listener = metrics.listen("127.0.0.1", 0)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{listener.server_port}/metrics") as answer:
            text = answer.read().decode()
    finally:
        listener.shutdown()
        listener.server_close()

    assert "gateway_test 42.0" in text.splitlines()
