"""The BHXH reception and assessment portal, as its clients see it."""
