"""The planner: from a normalized operation to a query plan.

Steps: ``search`` chooses where every field is resolved (``options`` finds the ways, ``resolution``
takes them, ``entries`` knows the hops by keys), ``building`` turns the choices into units of
fetching (``representations``: keys and inputs; ``contexts``; ``requirements`` of guards;
``conditions``), ``scheduling`` puts units together into requests, ``fetches`` makes the plan's
values of them (``emission``: selection sets; ``conflicts``: what a subgraph's types forbid),
``arrangement`` orders them, and ``series`` sees to mutations. ``explaining`` prints the stages.
Pure and deterministic; work is counted in steps.
"""
