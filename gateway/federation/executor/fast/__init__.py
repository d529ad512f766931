"""The fast path: typed decoding, merging in place and encoding, all compiled per plan.

``compiler`` makes a ``program`` that ``run`` drives. It places the plan on an ``outline`` of the
response, makes ``structs`` for it, and writes the ``source`` of walks through them. The careful
path is made of the same parts.
"""
