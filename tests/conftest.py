"""What all tests share."""

from hypothesis import settings

# Each needs libraries of its own, and is run by hand.
collect_ignore = ["make_reference_numbers.py", "mutate.py"]

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
