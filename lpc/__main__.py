"""`python -m lpc` is the command line."""

from lpc.cli import main

main()
