"""An Apollo Federation v2 engine: composition, planning and execution, on its own.

A library inside the gateway: it knows no service, no I/O library and no health domain. Its
public face:

- ``composition``: ``compose`` subgraph documents into a supergraph, or get the errors;
- ``supergraph.reader``: ``read_supergraph`` SDL, whoever composed it;
- ``operation.preparation``: ``prepare_operation`` from a document, ``coerce_variables``;
- ``query_graph.graph``: ``build_query_graph`` once per supergraph;
- ``planner.planning``: ``plan_operation``, with guards (``planner.guard_spec``) where wanted;
- ``plan_printing``: the plan in the form that the field knows;
- ``executor.compiled``: ``compile_plan`` once per plan, ``execute`` per request;
- ``executor.ports``: what execution needs from outside.
"""
