"""The planner: from a normalized operation to a query plan.

Steps, one module each: ``search`` chooses where every field is resolved, ``units`` turns the
choices into entity fetches of single places, ``scheduling`` gives these their level and merges
them, ``fetches`` makes the plan's values, ``arrangement`` orders them. Pure and deterministic;
work is counted in steps.
"""
