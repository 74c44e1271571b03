"""A live figure: matplotlib draws it once, the browser draws the paths over it.

`LiveFigure` renders an ordinary matplotlib figure at the size and pixel ratio of the screen. A
frame, that is, a new set of paths, is a few hundred float32 pixel coordinates. The step cursor,
play and scrubbing live in the browser (``js/clock.js``) and never ask Python.
"""

import base64
from typing import NamedTuple

import numpy as np
import traitlets
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from mpl_toolkits.mplot3d import Axes3D

from course_lib.live.answering import AnsweringWidget
from course_lib.live.javascript import STYLES, bundle
from course_lib.live.panels import panel_data
from course_lib.live.rendering import background_layer, draw_legend, draw_static, png, surface_layer
from course_lib.live.solids import has_surface, solid_data
from course_lib.utils.style import in_course_style


class Path(NamedTuple):
    """One moving line of a live figure, in data coordinates."""

    ax: Axes  # any 2-D or 3-D axes of the figure
    points: np.ndarray  # (n, 2), on 3-D axes (n, 3); nan breaks the line
    style: object  # has color, marker and dash (ink and gap), such as plotting.LineStyle
    label: str = ""  # name of the run; the paths of one run in several panels share it
    every: int = 1  # steps between points: more in a thinned path, 0 for a curve without steps
    dots: bool = True  # a marker at every step, not at the end alone


class LiveFigure(AnsweringWidget):
    """A matplotlib figure whose paths move without a new rendering.

    ``figure``, the static part, is not one of pyplot, which would keep it alive. On ``movable``
    axes a click, a drag or the arrow keys choose a point (`on_point`). On ``hover`` axes pointing
    alone does: a click holds the point, so that the pointer can leave; another lets it go.
    With ``has_legend`` every run has a button above the picture that hides it.

    Every 3-D axes (a surface) is a layer of its own, and a turn renders only that layer.
    """

    _esm = bundle("live/js/plain.js")
    _css = STYLES  # a Path would keep each widget alive

    # from Python to the browser
    size = traitlets.Tuple((1000.0, 360.0)).tag(sync=True)  # CSS pixels of the layout
    scale = traitlets.Float(1.0).tag(sync=True)  # of fonts and lines, 1 at 1000 pixels
    background = traitlets.Dict().tag(sync=True)  # layer without 3-D axes: png, box
    surfaces = traitlets.List().tag(sync=True)  # one layer per 3-D axes
    panels = traitlets.List().tag(sync=True)  # one dict per axes: box, limits, how it is used
    solids = traitlets.Dict().tag(sync=True)  # panel number -> its surface, see `solid_data`
    styles = traitlets.List().tag(sync=True)  # one dict per path
    paths = traitlets.Bytes(b"").tag(sync=True)  # float64 points of all paths, data coordinates
    sentence = traitlets.Unicode("").tag(sync=True)  # shown under the figure, and read aloud
    table = traitlets.Dict().tag(sync=True)  # label -> names, rows, data (float64): see on_table
    has_table = traitlets.Bool(False).tag(sync=True)
    arrow_panel = traitlets.Int(-1).tag(sync=True)  # panel that shows them, with "arrows" chosen
    has_legend = traitlets.Bool(False).tag(sync=True)
    points = traitlets.Dict().tag(sync=True)  # panel number -> the chosen x, y in data
    closed_by = traitlets.Unicode("").tag(sync=True)  # uid of the question to answer first
    # from the browser to Python
    screen = traitlets.Dict().tag(sync=True)  # width, ratio; room: the height for the picture

    _last_screen = {"width": 1000.0, "ratio": 1.0}  # noqa: RUF012  first guess of a new figure

    def __init__(self, figure, paths=(), sentence="", movable=(), hover=(), **others):
        super().__init__(**others)
        self.actions |= {"point": self.choose, "turn": self.turn}
        self.figure = figure
        self.movable, self.hover = list(movable), list(hover)
        self._proportion = figure.get_figheight() / figure.get_figwidth()
        self._canvas = FigureCanvasAgg(figure)
        self._current = list(paths)
        self._point_functions, self._table_function = {}, None
        self._laid_out_for = dict(LiveFigure._last_screen)
        self.sentence = sentence
        self.redraw()
        self.observe(self._on_screen, "screen")
        self.on_msg(self._on_message)

    def __repr__(self):
        labels = ", ".join(dict.fromkeys(path.label for path in self._current if path.label))
        name = f"LiveFigure({labels})" if labels else "LiveFigure"
        return f"{name}: {self.sentence}"

    # Frames

    def show(self, paths, sentence=None, redraw=False):
        """Show new paths; ``redraw`` renders the static part too.

        ``redraw="flat"`` is for axes that kept their places and surfaces that did not change. It
        takes a third of the time.
        """
        self._current = list(paths)
        with self.hold_sync():
            if sentence is not None:
                self.sentence = sentence
            if redraw == "flat":
                self._redraw_flat()
            elif redraw:
                self.redraw()
            else:
                self._send_paths()

    def replace_figure(self, figure, movable=(), hover=()):
        """Take another figure with the same axes in the same order; `show` it with ``redraw``."""
        for old, new in zip(self.figure.axes, figure.axes, strict=True):
            if isinstance(new, Axes3D):  # keeps the rotation that the user chose
                new.view_init(elev=old.elev, azim=old.azim)
        self.figure, self._canvas = figure, FigureCanvasAgg(figure)
        self.movable, self.hover = list(movable), list(hover)
        self._proportion = figure.get_figheight() / figure.get_figwidth()

    def on_point(self, ax, function):
        """Call ``function(x, y)``, in data coordinates, when a point of ``ax`` is chosen."""
        self._point_functions[self.figure.axes.index(ax)] = function

    def set_point(self, ax, x, y):
        """Tell the browser the chosen point of ``ax``, from which its arrow keys move on."""
        panel = str(self.figure.axes.index(ax))
        self.points = {**self.points, panel: [float(x), float(y)]}

    def choose(self, panel, x, y):
        """Choose a point of the axes of that number, as a click there does."""
        x, y = float(x), float(y)
        self.points = {**self.points, str(panel): [x, y]}
        if panel in self._point_functions:
            self._point_functions[panel](x, y)

    def on_table(self, function):
        """Call ``function()`` for the table of states once the browser has time to show it."""
        self._table_function = function
        self.has_table = True

    def redraw(self):
        """Render all layers for the browser's size and pixel ratio."""
        with self.hold_sync():
            self._lay_out()
            self.surfaces = [surface_layer(self._canvas, ax) for ax in self._axes_3d]
            axes = enumerate(self.figure.axes)
            self.solids = {str(k): solid_data(ax) for k, ax in axes if has_surface(ax)}
            self._redraw_flat()

    def _redraw_flat(self):
        self.background = background_layer(self._canvas, self._axes_3d)
        self.panels = [self._panel(ax) for ax in self.figure.axes]
        self._send_paths()

    @property
    def _axes_3d(self):
        return [ax for ax in self.figure.axes if isinstance(ax, Axes3D)]

    # Layout and rendering

    @in_course_style
    def _lay_out(self, width=None, ratio=None, more=0):
        """Set the figure's size; fonts grow with the square root of the width.

        ``more`` pixels of height at a width of 1000 are for a legend.
        """
        width = width or self._laid_out_for["width"]
        self._ratio = ratio or self._laid_out_for["ratio"]
        self.scale = float(np.clip((width / 1000) ** 0.5, 0.8, 1.6))
        height = self._height(width, self._laid_out_for.get("room", 0)) + more * self.scale
        self.size = (float(width), float(height))
        dpi = 100 * self.scale
        self.figure.set_size_inches(width / dpi, height / dpi)
        self.figure.set_dpi(dpi * self._ratio)
        engine = self.figure.get_layout_engine()
        if engine is not None:
            engine.execute(self.figure)
        for ax in self.figure.axes:
            ax.apply_aspect()

    def _height(self, width, room):
        """CSS pixels: as wide a figure wants it, but no higher than there is room in the window."""
        proportion = self._proportion
        low = max(room, 0.7 * min(width, 1000) * proportion)
        return min(width * proportion, low if room else max(620.0, 1000 * proportion))

    def _panel(self, ax):
        panel = {
            "surface": isinstance(ax, Axes3D),
            "name": ax.get_title() or ax.get_label() or "panel",
            "of": ax.get_gid(),  # what else its picture depends on
            "movable": ax in self.movable,
            "hover": ax in self.hover,
        }
        if not panel["surface"]:
            return panel | panel_data(ax, self.size, self._ratio)
        x0, y0, x1, y1 = ax.get_position().extents
        return panel | {"box": [x0, 1 - y1, x1 - x0, y1 - y0], "elev": ax.elev, "azim": ax.azim}

    # Paths

    def _send_paths(self):
        axes = self.figure.axes
        self.styles = [
            {
                "panel": axes.index(path.ax),
                "n": len(path.points),
                "dimensions": np.shape(path.points)[1],
                "color": path.style.color,
                "marker": path.style.marker,
                "dash": list(path.style.dash),
                "label": path.label,
                "every": path.every,
                **({} if path.dots else {"dots": False}),
            }
            for path in self._current
        ]
        points = [np.ravel(path.points) for path in self._current]
        self.paths = np.concatenate(points).astype("<f8").tobytes() if points else b""

    # Requests of the browser

    def _on_screen(self, change):
        width = float(np.clip(change["new"].get("width", 0), 280, 4000))
        ratio = float(np.clip(change["new"].get("ratio", 1), 0.5, 4))
        room = float(np.clip(change["new"].get("room", 0), 0, 4000))
        before, wanted = self._laid_out_for, {"width": width, "ratio": ratio, "room": room}
        LiveFigure._last_screen = self._laid_out_for = wanted
        if (width, ratio) != (before["width"], before["ratio"]) or self._is_other(width, room):
            self.redraw()

    def _is_other(self, width, room):
        """Whether another room makes another picture."""
        return abs(self._height(width, room) - self.size[1]) >= 1

    def turn(self, panel, elev, azim):
        """Turn the 3-D axes of that number, as a drag does; angles in degrees."""
        ax = self.figure.axes[panel]
        ax.view_init(elev=float(elev), azim=float(azim))
        surfaces = list(self.surfaces)
        surfaces[self._axes_3d.index(ax)] = surface_layer(self._canvas, ax)
        self.surfaces = surfaces
        self.panels = [self._panel(ax) for ax in self.figure.axes]

    def _on_message(self, _, content, buffers):
        if content == "table" and self._table_function:
            self.table = self._table_function()

    # The saved notebook

    @in_course_style
    def png(self, width=1000, ratio=1.0):
        """PNG bytes of the figure with all paths, ``width`` CSS pixels of ``ratio`` pixels wide."""
        legend = self._still_legend()
        self._lay_out(width, ratio, more=25 * len(legend))
        lines = [line for path in self._current for line in draw_static(path)]
        try:
            self._canvas.draw()
            return png(self._canvas.buffer_rgba(), level=9)
        finally:
            for artist in [*lines, *legend]:
                artist.remove()
            self._lay_out()

    def _still_legend(self):
        """The legend of the runs in a list, or an empty one: in the browser it is buttons."""
        styles = {}
        for path in self._current:
            if path.label:
                styles.setdefault(path.label, path.style)  # the first path of a run has its look
        return [draw_legend(self.figure, styles)] if self.has_legend and styles else []

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        data["image/png"] = base64.b64encode(self.png()).decode()
        return bundle
