"""`python -m vectorform`: the command line."""

from vectorform.cli.app import main

main()
