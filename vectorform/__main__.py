"""`python -m vectorform`: the command line."""

from vectorform.start import main

main()
