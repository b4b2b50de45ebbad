environment = (
