"""Execution: from a query plan to the bytes of the response.

``compiled`` is the public face: a plan is compiled once and executed many times. ``ports`` says
what execution needs from outside, ``outcome`` what it ends in.

Three paths lead from a plan to its answer, and each gives the same bytes:

- ``fast``: answers are decoded into structs in the shape of the response, merged in place and
  encoded once, by code that is generated per plan. For plans without guards whose answers lack
  nothing.
- ``careful``: the same structs, in which errors, nulls and refusals may stand. For plans with
  guards, and for executions of which the fast path met an answer that lacks something or whose
  ids are numbers.
- ``general``: dictionaries that are merged and completed field by field. For all the rest: it has
  an answer to whatever a subgraph says, and operations that come once are not worth compiling.

``in_use`` chooses, ``plan_run`` drives each of them. A slower path takes over what a faster one
has sent and decided already. The other modules are what the paths share: a plan's ``steps`` under
its ``conditions`` as a ``variant``, the ``requests`` to subgraphs, ``answers`` and their errors,
``guards`` and the ``grouping`` of objects by what is permitted for them.
"""
