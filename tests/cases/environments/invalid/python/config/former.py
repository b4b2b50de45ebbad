"""Imports the builders from where they were before they moved."""

from environments.builders import Environment

environment = Environment(project="example")
