"""Sphinx settings: furo, MyST, pages generated from the code, pictures drawn at build time."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

from generated import write_blocks, write_pages  # noqa: E402  (docs/_ext is on the path only now)

import lpc  # noqa: E402

write_pages(HERE / "generated")
write_blocks(HERE)

project = "lpc"
author = "The lpc developers"
project_copyright = "The lpc developers"
version = release = lpc.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "lpc_docs"]
exclude_patterns = ["_build", "generated"]
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
suppress_warnings = ["mystnb.unknown_mime_type"]  # the report as data, for programs
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
add_module_names = False
highlight_language = "none"

html_theme = "furo"
html_title = "lpc"
html_static_path = ["_static"]
html_css_files = ["lpc.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
