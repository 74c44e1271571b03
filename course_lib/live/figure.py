"""A live picture: matplotlib draws it once, the browser draws the paths over it.

`LiveFigure` renders an ordinary matplotlib figure at the size and pixel ratio of the screen. A
frame, that is, a new set of paths, is a few hundred float32 pixel coordinates. The step cursor,
play and scrubbing live in the browser (``live_figure.js``) and never ask Python.
"""

import base64
import io
import uuid
from pathlib import Path as FilePath
from typing import NamedTuple

import anywidget
import numpy as np
import traitlets
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patheffects import Normal, Stroke
from mpl_toolkits.mplot3d import Axes3D, proj3d
from PIL import Image

from course_lib import plotting

_HERE = FilePath(__file__)
_LABELS = 50  # pixels that the labels of 3-D axes may need outside of them
_FAR = 1e5  # pixels; a point further out is drawn there, so that the browser can still draw lines


class Path(NamedTuple):
    """One moving line of a live figure, in data coordinates.

    Attributes
    ----------
    ax : Axes
        Where it is drawn: any 2-D or 3-D axes of the figure.
    points : ndarray, shape (n, 2) or (n, 3)
        On 3-D axes three coordinates. nan breaks the line.
    style : LineStyle
    label : str
        What it is called: paths of one label are one run in several panels.
    every : int
        Steps from one point to the next, 1 unless the path is thinned out. 0 for a curve that has
        no steps to play: it is always shown whole.
    """

    ax: Axes
    points: np.ndarray
    style: plotting.LineStyle = plotting.LineStyle("#D55E00", "o", ())
    label: str = ""
    every: int = 1


class LiveFigure(anywidget.AnyWidget):
    """A matplotlib figure whose paths move without being rendered again.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Everything that stands still. Not one of pyplot's: see `plotting.new_figure`.
    paths : sequence of Path
        Everything that moves.
    sentence : str
        What the picture shows, in words made from the data.
    movable : sequence of Axes
        Axes on which a click, a drag or the arrow keys choose a point; see `on_point`.
    hover : sequence of Axes
        Those of ``movable`` that are chosen by pointing alone. There a click holds the point, so
        that the pointer can leave, and another click lets it go.

    Attributes
    ----------
    sentence : str
        Shown under the figure and read by screen readers.
    table : dict
        The states of each run: ``{label: {"names": columns, "rows": rows, "data": bytes}}`` with
        float32 data of shape (n_steps + 1, rows, columns); given by the function of `on_table`.

    Notes
    -----
    3-D axes are layers of their own: while one turns, only that one is rendered, with the artists
    of gid "coarse" in place of those of gid "fine" (see `plotting.surface`).
    """

    _esm = _HERE.with_suffix(".js")
    _css = _HERE.with_suffix(".css")

    # from Python to the browser
    uid = traitlets.Unicode().tag(sync=True)  # one cursor for all views of this figure
    size = traitlets.Tuple((1000.0, 360.0)).tag(sync=True)  # CSS pixels of the layout
    scale = traitlets.Float(1.0).tag(sync=True)  # of fonts and lines, 1 at 1000 pixels
    base = traitlets.Dict().tag(sync=True)  # the picture without 3-D axes: png, box
    solids = traitlets.List().tag(sync=True)  # one picture for each 3-D axes
    panels = traitlets.List().tag(sync=True)  # axes: box, limits, what can be done with them
    styles = traitlets.List().tag(sync=True)  # one dict per path
    paths = traitlets.Bytes(b"").tag(sync=True)  # float32 x, y of all paths
    sentence = traitlets.Unicode("").tag(sync=True)
    table = traitlets.Dict().tag(sync=True)
    has_table = traitlets.Bool(False).tag(sync=True)
    # from the browser to Python; what changes under the hand is not echoed back
    screen = traitlets.Dict().tag(sync=True)  # width, ratio
    points = traitlets.Dict().tag(sync=True, echo_update=False)  # panel number -> x, y in data
    turn = traitlets.Dict().tag(sync=True, echo_update=False)  # panel, elev, azim, coarse

    _last_screen = {"width": 1000.0, "ratio": 1.0}  # noqa: RUF012  shared guess for new figures

    def __init__(self, figure, paths=(), sentence="", movable=(), hover=()):
        super().__init__(uid=uuid.uuid4().hex)
        self.figure = figure
        self.movable, self.hover = list(movable), list(hover)
        self._proportion = figure.get_figheight() / figure.get_figwidth()
        self._canvas = FigureCanvasAgg(figure)
        self._current = list(paths)
        self._point_functions, self._table_function, self._chosen = {}, None, {}
        self._laid_out_for = dict(LiveFigure._last_screen)
        self.sentence = sentence
        self.redraw()
        self.observe(self._on_screen, "screen")
        self.observe(self._on_turn, "turn")
        self.observe(self._on_points, "points")
        self.on_msg(self._on_message)

    def __repr__(self):
        labels = ", ".join(dict.fromkeys(path.label for path in self._current if path.label))
        return (
            f"LiveFigure({labels}): {self.sentence}" if labels else f"LiveFigure: {self.sentence}"
        )

    # What a frame is

    def show(self, paths, sentence=None, redraw=False):
        """Show new paths; with ``redraw`` also render the figure, because the still part changed.

        Parameters
        ----------
        paths : sequence of Path
        sentence : str, optional
        redraw : bool or "flat"
            "flat": all axes have stayed in their places, and 3-D axes as they were. This takes a
            third of the time.
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
        """Take another figure, with as many axes in the same order; `show` it with ``redraw``."""
        for old, new in zip(self.figure.axes, figure.axes, strict=True):
            if isinstance(new, Axes3D):  # it stays turned as the reader has turned it
                new.view_init(elev=old.elev, azim=old.azim)
        self.figure, self._canvas = figure, FigureCanvasAgg(figure)
        self.movable, self.hover = list(movable), list(hover)
        self._proportion = figure.get_figheight() / figure.get_figwidth()

    def on_point(self, ax, function):
        """Call ``function(x, y)`` when a point of ``ax`` is chosen, in data coordinates."""
        self._point_functions[self.figure.axes.index(ax)] = function

    def set_point(self, ax, x, y):
        """Tell the browser which point of ``ax`` is chosen now, for its arrow keys."""
        panel = str(self.figure.axes.index(ax))
        self._chosen[panel] = [float(x), float(y)]
        self.points = {**self.points, panel: [float(x), float(y)]}

    def on_table(self, function):
        """Let ``function()`` give the table of states when the browser has time to show it."""
        self._table_function = function
        self.has_table = True

    def redraw(self):
        """Render the figure anew for the browser's size and pixel ratio."""
        with self.hold_sync():
            self._lay_out()
            self.solids = [self._layer(ax) for ax in self._solid_axes]
            self._redraw_flat()

    def _redraw_flat(self):
        self.base = self._base(self._solid_axes)
        self.panels = [self._panel(ax) for ax in self.figure.axes]
        self._send_paths()

    @property
    def _solid_axes(self):
        return [ax for ax in self.figure.axes if isinstance(ax, Axes3D)]

    # Size and rendering

    def _lay_out(self, width=None, ratio=None):
        """Set the figure's size: wider cells give larger fonts, but less than in proportion."""
        width = width or self._laid_out_for["width"]
        self._ratio = ratio or self._laid_out_for["ratio"]
        height = min(width * self._proportion, max(620.0, 1000 * self._proportion))
        self.scale = float(np.clip((width / 1000) ** 0.5, 0.8, 1.6))
        self.size = (float(width), float(height))
        dpi = 100 * self.scale
        self.figure.set_size_inches(width / dpi, height / dpi)
        self.figure.set_dpi(dpi * self._ratio)
        engine = self.figure.get_layout_engine()
        if engine is not None:
            engine.execute(self.figure)
        for ax in self.figure.axes:
            ax.apply_aspect()

    def _base(self, hidden):
        visible = [ax.get_visible() for ax in hidden]
        for ax in hidden:
            ax.set_visible(False)
        engine = self.figure.get_layout_engine()
        if engine is not None:
            self.figure.set_layout_engine("none")  # a hidden axes must not move the others
        try:
            self._canvas.draw()
        finally:
            if engine is not None:
                self.figure.set_layout_engine(engine)
            for ax, was in zip(hidden, visible, strict=True):
                ax.set_visible(was)
        return {"png": _png(self._canvas.buffer_rgba()), "box": [0, 0, 1, 1]}

    def _layer(self, ax, coarse=False):
        """Render one 3-D axes by itself, on a transparent ground."""
        for mesh in ax.collections:
            if mesh.get_gid() in ("coarse", "fine"):
                mesh.set_visible((mesh.get_gid() == "coarse") == coarse)
        renderer = self._canvas.get_renderer()
        renderer.clear()
        face = ax.patch.get_visible()
        ax.patch.set_visible(False)
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):  # text is what takes longest
            axis.set_tick_params(label1On=not coarse)
        ax.draw(renderer)
        ax.patch.set_visible(face)
        pixels = np.asarray(renderer.buffer_rgba())
        height, width = pixels.shape[:2]
        pad = _LABELS * self.scale * self._ratio  # tick labels reach beyond the axes
        x0, y0, x1, y1 = ax.bbox.padded(pad).extents
        left, right = int(max(x0, 0)), int(min(x1, width))
        top, bottom = int(max(height - y1, 0)), int(min(height - y0, height))
        return {
            "png": _png(pixels[top:bottom, left:right]),
            "box": [left / width, top / height, (right - left) / width, (bottom - top) / height],
        }

    def _panel(self, ax):
        x0, y0, x1, y1 = ax.get_position().extents
        panel = {
            "box": [x0, 1 - y1, x1 - x0, y1 - y0],
            "solid": isinstance(ax, Axes3D),
            "name": ax.get_title() or ax.get_label() or "panel",
            "movable": ax in self.movable,
            "hover": ax in self.hover,
            "limits": [*ax.get_xlim(), *ax.get_ylim()],
            "log": [ax.get_xscale() == "log", ax.get_yscale() == "log"],
        }
        if panel["solid"]:
            panel |= {"elev": ax.elev, "azim": ax.azim}
        return panel

    # Paths

    def _send_paths(self):
        axes = self.figure.axes
        self.styles = [
            {
                "panel": axes.index(path.ax),
                "n": len(path.points),
                "color": path.style.color,
                "marker": path.style.marker,
                "dash": list(path.style.dash),
                "label": path.label,
                "every": path.every,
            }
            for path in self._current
        ]
        pixels = [self._pixels(path) for path in self._current]
        self.paths = np.concatenate(pixels).astype("<f4").tobytes() if pixels else b""

    def _pixels(self, path):
        """CSS pixels from the upper left corner, shape (n, 2)."""
        points = np.asarray(path.points, float)
        with np.errstate(all="ignore"):
            if points.shape[1] == 3:
                x, y, _ = proj3d.proj_transform(*points.T, path.ax.get_proj())
                points = np.column_stack([x, y])
            pixels = path.ax.transData.transform(points) / self._ratio
            pixels[:, 1] = self.size[1] - pixels[:, 1]
            return np.clip(pixels, -_FAR, _FAR)

    # What the browser asks for

    def _on_screen(self, change):
        width = float(np.clip(change["new"].get("width", 0), 280, 4000))
        ratio = float(np.clip(change["new"].get("ratio", 1), 0.5, 4))
        wanted = {"width": width, "ratio": ratio}
        if wanted != self._laid_out_for:
            LiveFigure._last_screen = self._laid_out_for = wanted
            self.redraw()

    def _on_turn(self, change):
        turn = change["new"]
        ax = self.figure.axes[turn["panel"]]
        ax.view_init(elev=float(turn["elev"]), azim=float(turn["azim"]))
        solids = list(self.solids)
        solids[self._solid_axes.index(ax)] = self._turned(ax, coarse=bool(turn["coarse"]))
        with self.hold_sync():
            self.solids = solids
            self._send_paths()

    def _turned(self, ax, coarse):
        """The layer of 3-D axes; while they turn, one pixel per CSS pixel is enough."""
        ratio, dpi = self._ratio, self.figure.dpi
        if not coarse or ratio <= 1:
            return self._layer(ax, coarse)
        self._ratio = 1.0
        self.figure.set_dpi(dpi / ratio)
        try:
            return self._layer(ax, coarse)
        finally:
            self._ratio = ratio
            self.figure.set_dpi(dpi)

    def _on_points(self, change):
        for panel, point in change["new"].items():
            function = self._point_functions.get(int(panel))
            if function and point != self._chosen.get(panel):
                self._chosen[panel] = point
                function(*map(float, point))

    def _on_message(self, _, content, buffers):
        if content == "table" and self._table_function:
            self.table = self._table_function()

    # What stays in the saved notebook

    def png(self, width=1000, ratio=1.0):
        """The whole picture with all paths as PNG bytes: what a saved notebook shows.

        Parameters
        ----------
        width : int
            CSS pixels.
        ratio : float
            Pixels per CSS pixel.
        """
        self._lay_out(width, ratio)
        lines = [line for path in self._current for line in _still(path)]
        try:
            self._canvas.draw()
            return _png(self._canvas.buffer_rgba(), level=9)
        finally:
            for line in lines:
                line.remove()
            self._lay_out()

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        data["image/png"] = base64.b64encode(self.png()).decode()
        return bundle


def _png(pixels, level=1):
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, format="PNG", compress_level=level)
    return file.getvalue()


def _still(path):
    """Draw a path into its axes with matplotlib; returns the lines."""
    points = np.asarray(path.points, float)
    points = np.where(np.isfinite(points).all(axis=1, keepdims=True), points, np.nan)
    limits = path.ax.get_xlim(), path.ax.get_ylim()
    lines = path.ax.plot(
        *points.T,
        color=path.style.color,
        dashes=path.style.dash or (1, 0),
        lw=1.6,
        marker=path.style.marker if len(points) <= 150 else "",
        ms=3,
        zorder=10,
        path_effects=[Stroke(linewidth=3.2, foreground="white"), Normal()],
    )
    if len(points) > 1 and path.every:  # a run: its start is open, its end is large
        ring = {"mfc": "white", "mec": path.style.color, "mew": 1.5, "ms": 6, "zorder": 11}
        lines += path.ax.plot(*points[:1].T, "o", **ring)
        end = {"color": path.style.color, "mec": "white", "ms": 7.5, "zorder": 12}
        lines += path.ax.plot(*points[-1:].T, path.style.marker, **end)
    path.ax.set(xlim=limits[0], ylim=limits[1])
    return lines
