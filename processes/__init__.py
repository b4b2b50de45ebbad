"""Child processes that never outlive the one who started them."""
