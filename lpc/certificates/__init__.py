"""Certificates: what was found as data that a separate program re-checks without any search.

`encoding` and `verify` are the trusted side and need nothing but `logic`, `kernel` and
`spacetime`; `writing` stands above the checker and is not trusted: what it writes is re-checked.
The format is described in `docs/certificate.md` and in `schema.json` beside this file.
"""

SCHEMA = "lpc.certificate/1"
