"""The federation gateway of the electronic health book."""
