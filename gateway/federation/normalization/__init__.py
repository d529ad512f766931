"""Normalization: from a validated operation's AST to the selection sets that are planned.

One pass per module: ``measuring`` (cap on expanded selections), ``inlining`` (fragments, literal
conditions), ``flattening`` (type conditions), ``merging`` (duplicate fields), put together by
``normalizing``.
"""
