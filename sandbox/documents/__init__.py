"""Books as the documents of the subgraphs: a bulk load at the first start of the sandbox.

In a real country these documents come from the health book's own registers; the sandbox writes
what those would hold, through the repositories of the subgraphs.
"""
