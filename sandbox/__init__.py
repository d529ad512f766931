"""The outside world on a laptop: hospitals, the BHXH portal, an identity provider, a population.

Everything here stands for systems that other organizations run. The product speaks to it only
over HTTP, on ports of its own, and nothing outside this package imports it.
"""
