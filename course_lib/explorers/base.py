"""What explorers of a landscape have in common: a start that a click moves."""

from course_lib.live.explorer import Explorer
from course_lib.utils.objective_validation import check_start


class StartExplorer(Explorer):
    """An explorer of an ``objective`` whose runs begin at ``x0``, shape (2,).

    A click on the contour moves the start, reset moves it back.
    """

    start_panel = 0  # number of the axes with the contour

    def __init__(self, objective, x0, inputs, buttons=()):
        self.objective = objective
        self.x0 = self._first_x0 = check_start(objective, x0)
        super().__init__(inputs, buttons)
        self.on_point(self.figure.axes[self.start_panel], self.move_start)

    def move_start(self, x1, x2):
        """Run again from another start."""
        self.x0 = check_start(self.objective, [x1, x2])
        self.update()

    def on_button(self, name):
        if name == "reset":
            self.move_start(*self._first_x0)

    def mark_start(self):
        """Tell the live figure where the start is, for its arrow keys."""
        self.set_point(self.figure.axes[self.start_panel], *self.x0)
