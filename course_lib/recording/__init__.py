"""Functions of numbers, run once and noted down, so that a browser can compute them without Python.

- ``tape``          instructions over registers: what a recording is
- ``operations``    single operations on stand-ins for numbers
- ``numbers``       the stand-ins, and arrays of them, which numpy's functions work on
- ``substitutes``   what takes the place of functions that do not ask stand-ins, such as math.sqrt
- ``isolation``     a copy of a function that changes nothing outside
- ``calling``       that copy called with stand-ins, with a time limit and without prints
- ``recorder``      records a step function, a landscape, or a formula
- ``lines``         the lines of a step function, with the registers of their variables
- ``explanations``  a line with its numbers in it
- ``formulas``      a recorded step function as mathematics
- ``evaluate``      a recording computed with numpy
"""
