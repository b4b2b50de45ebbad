"""One page about an environment, for people who use no terminal."""
