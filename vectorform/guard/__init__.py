"""The third layer of protection: what a plan would lose, why, and the safe way to get there."""
