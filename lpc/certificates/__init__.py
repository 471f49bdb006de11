"""Certificates that others can re-check."""
