"""The general path: right in every case, on plain dictionaries."""
