"""The explorers of the notebooks: an experiment, sliders and a figure that follows.

A notebook needs this face only; each explorer has a module of its own behind it.
"""

from course_lib.explorers.beta2 import explore_beta2
from course_lib.explorers.digits import explore_digits
from course_lib.explorers.explanations import explain, formula
from course_lib.explorers.landscape import explore
from course_lib.explorers.momentum import explore_momentum
from course_lib.explorers.online import explore_online
from course_lib.explorers.predictions import open_all, predict
from course_lib.explorers.race import explore_race
from course_lib.explorers.sensitivity import explore_sensitivity
from course_lib.explorers.training import explore_training
