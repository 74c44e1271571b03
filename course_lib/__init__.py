"""The small library behind the course on gradient descent, Adam and AMSGrad.

Read the modules in this order; each holds one idea and imports only from those above it:

1. ``objectives``   the landscapes: a function, its gradient, its window
2. ``derivatives``  difference quotients, and a check of a gradient by them
3. ``optimizers``   one state and one step function per algorithm, and ``run``
4. ``plotting``     static pictures: surface, contours, trajectory, loss curve, heat map
5. ``live_figure``  a matplotlib picture over which the browser draws the paths
6. ``explorers``    sliders + live figure + table of the state: the notebooks' live pieces
7. ``checks``       reads a student's function and names what is wrong with it
8. ``exercises``    the smaller exercises; ``predictions``: questions that open a live piece

The first three need numpy only. ``checks`` is made of ``guard`` (runs foreign code safely),
``walks`` (what a function does on six scripted steps), ``mistakes`` and ``candidates`` (what known
mistakes do there), ``matching`` (which of them it is) and ``feedback`` (what is shown).
"""

__version__ = "1.0.0"
