"""What all tests share."""

from hypothesis import settings

# Needs the libraries that the reference numbers come from, and is run by hand.
collect_ignore = ["make_reference_numbers.py"]

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
