"""Read a student's answer, say whether it is right, and name what is wrong with it.

A notebook needs this face only. Behind it: `steps` (step functions), `functions` (objectives and
derivatives), `numbers` and `exercises` (numbers and words), `feedback` (what is shown).
"""

from course_lib.checks.exercises import check_exercise, diagnose_exercise
from course_lib.checks.feedback import folded, summary
from course_lib.checks.functions import (
    check_derivative,
    check_objective,
    diagnose_derivative,
    diagnose_objective,
)
from course_lib.checks.numbers import check_number, diagnose_number
from course_lib.checks.steps import check, diagnose
from course_lib.experiments.published import ADAM_LINES, AMSGRAD_LINES, agreeing
