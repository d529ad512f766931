"""The commands of the gateway's command line, one module each."""
