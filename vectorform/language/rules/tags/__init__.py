"""Rules on the tags of one resource, where it has tags of its own."""

from vectorform.language.rules.tags import case, number, of_model, text

CHECKS = (
    number.check,
    text.check,
    case.check,
    of_model.check,
)
