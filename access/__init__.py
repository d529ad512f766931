"""What gateway and subgraphs both say about access: categories, labels, purposes, the access context.

Pure values and functions; nothing here opens a connection or decides anything.
"""
