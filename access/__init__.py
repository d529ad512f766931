"""What gateway and subgraphs both say about access: the words and the signed context.

Pure values and functions; nothing here opens a connection or decides anything.
"""
