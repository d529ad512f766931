"""The product on a laptop: four subgraphs and the gateway in one process, over HTTP."""
