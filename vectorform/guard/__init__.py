"""The third layer of protection: what a plan would lose, why, and the safe way to get there."""

# How many keys of a retired index are looked for in its successor unless told otherwise: some ten seconds.
COMPARED_KEYS = 100_000
