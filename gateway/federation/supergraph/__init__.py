"""Reads supergraph SDL, whoever composed it, into frozen values that the planner can ask.

Source: join specification v0.1 to v0.5 and link v1.0 (https://specs.apollo.dev/join, /link).
"""
