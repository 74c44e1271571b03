"""Functions of numbers, run once and noted down, so that a browser can compute them without Python.

- ``tape``      instructions over registers: what a recording is
- ``numbers``   stand-ins for numbers, which note what is done with them
- ``recorder``  records a step function, a landscape, or a formula
- ``lines``     the lines of a step function, with the registers of their variables
- ``evaluate``  a recording computed with numpy
"""
