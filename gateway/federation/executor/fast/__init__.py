"""The fast path: typed decoding, merging in place and encoding, all compiled per plan."""
