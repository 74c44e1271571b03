"""The small library behind the course on gradient descent, Adam and AMSGrad.

Its heart is four modules; read them first, in this order:

1. ``objectives``   the landscapes: a function, its gradient, its window
2. ``derivatives``  difference quotients, and a check of a gradient by them
3. ``optimizers``   one state and one step function per algorithm, and ``run``
4. ``plotting``     static pictures: surface, contours, trajectory, loss curve, heat map

The first three need numpy only. Six packages serve them:

- ``experiments``  computes what the notebooks measure; numpy only
- ``recording``    functions of numbers as data, so that the browser computes them
- ``live``         figures and controls that follow the hand; knows nothing of optimizers
- ``explorers``    an experiment shown live: ``from course_lib.explorers import explore, predict``
- ``checks``       reads a student's answer: ``from course_lib.checks import check``
- ``utils``        validation, text, and a sandbox for foreign code

``print_table`` prints columns; the notebooks import it from here.
"""

from course_lib.utils.tables import print_table

__all__ = ["print_table"]
__version__ = "1.0.0"
