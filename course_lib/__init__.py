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

The first three need numpy only. What else there is serves one of them or one notebook:

- ``run_checks`` is what ``run`` says about wrong input, ``objective_checks`` what ``Objective``
  says.
- ``live_piece`` is what every live piece has in common; ``controls`` are its sliders,
  ``state_tables`` its numbers, ``verdicts`` its sentences. ``explore`` itself is made of
  ``explorers``, ``explorer_inputs``, ``explorer_runs``, ``explorer_figure`` and ``curves``.
- ``checks`` is made of ``guard`` (runs a reader's code so that it cannot hang), ``walks`` (what a
  function does on six scripted steps), ``mistakes`` and ``candidates`` (what known mistakes do
  there), ``matching`` (which of them it is) and ``feedback`` (what is shown).
- 02: ``heavy_ball`` computes, ``momentum_explorer`` shows. 05: ``online`` and ``beta2_dial``,
  ``online_explorer`` and ``dial_explorer``. 06: ``sensitivity``, ``hyperparameter_axes`` and
  ``race``, ``sensitivity_explorer``. 07: ``training``, ``training_explorer``.
"""

__version__ = "1.0.0"
