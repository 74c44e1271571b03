"""One look for every picture, whatever the reader's own matplotlib is set to."""

from pathlib import Path

import matplotlib.style

STYLE = ["default", str(Path(__file__).with_name("course.mplstyle"))]
"""What `matplotlib.style.use` takes; "default" undoes what an account or a cell has set."""

in_course_style = matplotlib.style.context(STYLE)
"""Decorator of a function that makes or draws a figure: matplotlib asks its settings in both."""
