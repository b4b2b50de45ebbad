"""Rules on the regions of an environment, and on the waves that they are rolled out in."""

from vectorform.language.rules.regions import availability, listed_twice, one_partition, region_form, waves

CHECKS = (
    listed_twice.check,
    region_form.check,
    availability.check,
    one_partition.check,
    waves.check,
)
