"""The forms that a cost is printed in: each module has `render(cost, prices, change)`."""
