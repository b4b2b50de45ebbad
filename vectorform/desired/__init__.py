"""The desired state, frozen and typed, and what follows from it alone: names, ARNs, addresses, policies."""
