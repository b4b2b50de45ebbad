"""How an environment stands, region by region, as far as its states tell: nothing is locked or changed."""
