"""What an environment is expected to cost in a month: prices as data, arithmetic, traps, displays."""
