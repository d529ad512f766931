"""The identity provider, in the manner of VNeID: OpenID discovery, key set, tokens by role."""
