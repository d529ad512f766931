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

Two halves meet in the supergraph's SDL alone, and each has its own model of a subgraph:

- From documents to a supergraph: ``subgraph`` reads and upgrades them (``subgraph.model``: types
  with all their directives, as written), ``composition`` merges them, ``rules`` and
  ``satisfiability`` say whether the outcome will do, ``errors`` has the codes.
- From a supergraph to answers: ``supergraph`` reads it (``supergraph.model``: what the joins say
  that each subgraph resolves), ``normalization`` and ``operation`` make one selection set of a
  client's document, ``query_graph`` and ``planner`` find out where to fetch it, ``executor`` and
  ``response`` fetch and answer.

``directives`` and ``selection`` belong to both: what the specifications define, and what is
selected.
"""
