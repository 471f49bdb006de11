"""The commands of `lpc`, a module each. What a command needs is imported when it runs."""
