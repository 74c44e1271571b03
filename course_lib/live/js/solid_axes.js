// The box around a surface: its three far sides, and the edges that carry ticks and labels.
// Which edges these are changes with the view, by the rules of matplotlib's 3-D axes.

import { POINT, write } from "./lettering.js";

const BOX_SIDES = [
  [[0, 3, 7, 4], [1, 2, 6, 5]],
  [[0, 1, 5, 4], [3, 2, 6, 7]],
  [[0, 1, 2, 3], [4, 5, 6, 7]],
]; // prettier-ignore
const TICK_ALONG = [1, 0, 0]; // the coordinate along which a tick of each axis lies
const AXIS_EDGES = [
  [1, 0],
  [0, 1],
  [0, 2],
]; // coordinates that lead to an axis, and along it
const LABEL_ROOM = 21; // points from an axis to its label
const TICK_ROOM = 8;
const BOX_MARGIN = 0.08; // share of the box that these rooms are measured in
const TICK_OUT = 0.1; // share of that margin
const TICK_IN = 0.2;

const meanOf = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const withValue = (point, k, value) => point.map((x, j) => (j === k ? value : x));

// Of each coordinate whether its far side is the high one; seen edge-on, as matplotlib has it
function farSides(corners) {
  const depths = BOX_SIDES.map((pair) =>
    pair.map((side) => meanOf(side.map((k) => corners[k][2]))),
  );
  const high = depths.map(([low, top]) => low < top);
  const even = depths.map(([low, top]) => Math.abs(low - top) <= 2.220446049250313e-16);
  if (even.filter(Boolean).length !== 2) return high;
  return [
    [high[0], false, false],
    [true, high[1], false],
    [true, true, high[2]],
  ][even.indexOf(false)];
}

// What all parts of the box need to know of a view
export function boxOf(solid, project, [, , width, height], scale) {
  const { limits } = solid;
  const ends = [0, 1, 2].map((k) => limits.slice(2 * k, 2 * k + 2).sort((a, b) => a - b));
  const [[x0, x1], [y0, y1], [z0, z1]] = ends;
  const corners = [z0, z1]
    .flatMap((z) => [[x0, y0, z], [x1, y0, z], [x1, y1, z], [x0, y1, z]])
    .map((corner) => project(...corner)); // prettier-ignore
  const high = farSides(corners);
  const margins = ends.map(([low, top]) => BOX_MARGIN * (top - low));
  const perPoint = (48 * POINT * scale) / (width + height);
  return {
    solid,
    project,
    pixel: POINT * scale,
    corners,
    high,
    far: ends.map(([low, top], k) => (high[k] ? top : low)),
    near: ends.map(([low, top], k) => (high[k] ? low : top)),
    centers: ends.map(([low, top]) => (low + top) / 2),
    margins,
    rooms: margins.map((margin) => margin * perPoint),
  };
}

// A point moved away from the middle of the box, but not along axis k
const movedOut = (point, k, { centers, rooms }, points) =>
  point.map((value, j) => {
    if (j === k) return value;
    return value + (value < centers[j] ? -1 : 1) * points * rooms[j];
  });

function drawPath3(context, points, { color, width }, cap = "square") {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  Object.assign(context, { strokeStyle: color, lineWidth: width, lineCap: cap });
  context.stroke();
}

export function paintPanes(context, { solid, corners, high, pixel }) {
  BOX_SIDES.forEach((pair, k) => {
    const { pane } = solid.axes[k];
    const outline = pair[Number(high[k])].map((number) => corners[number]);
    context.fillStyle = pane;
    drawPath3(context, [...outline, outline[0]], { color: pane, width: pixel });
    context.fill();
  });
}

export function paintGrid3(context, { solid, project, far, near, pixel }) {
  solid.axes.forEach(({ ticks, grid }, k) => {
    const [before, after] = [(k + 1) % 3, (k + 2) % 3];
    for (const [value] of ticks) {
      const bend = withValue(far, k, value);
      const line = [
        withValue(bend, before, near[before]),
        bend,
        withValue(bend, after, near[after]),
      ];
      drawPath3(
        context,
        line.map((point) => project(...point)),
        { ...grid, width: grid.width * pixel },
        "butt",
      );
    }
  });
}

// The two ends of the edge that carries axis k
function edgeOf(k, { far, near }) {
  const [to, along] = AXIS_EDGES[k];
  const start = withValue(far, to, near[to]);
  return [start, withValue(start, along, near[along])];
}

// From -90 to 90 degrees, so that a label is never upside down
function angleOf([x0, y0], [x1, y1]) {
  const degrees = (Math.atan2(y0 - y1, x1 - x0) * 180) / Math.PI;
  const half = (degrees + 180) % 180;
  return half > 90 ? half - 180 : half;
}

function paintTicks3(context, k, start, box) {
  const { solid, project, margins, high, pixel } = box;
  const { ticks, tick_pad, tick_size, tick_color, tick_width } = solid.axes[k];
  const along = TICK_ALONG[k];
  const margin = high[along] ? margins[along] : -margins[along];
  for (const [value, text, math] of ticks) {
    const at = withValue(start, k, value);
    const ends = [TICK_OUT, -TICK_IN].map((share) =>
      project(...withValue(at, along, at[along] + share * margin)),
    );
    drawPath3(context, ends, { color: tick_color, width: tick_width * pixel });
    const place = project(...movedOut(at, k, box, tick_pad + TICK_ROOM));
    write(context, text, place, { size: tick_size * pixel, color: tick_color, place: "top", math });
  }
}

export function paintAxes3(context, box) {
  const { solid, project, pixel } = box;
  solid.axes.forEach(({ line, label, label_pad }, k) => {
    const [start, end] = edgeOf(k, box);
    const ends = [project(...start), project(...end)];
    drawPath3(context, ends, { ...line, width: line.width * pixel });
    paintTicks3(context, k, start, box);
    const middle = start.map((value, j) => (value + end[j]) / 2);
    const place = project(...movedOut(middle, k, box, label_pad + LABEL_ROOM));
    const { text, size, color, math, turned } = label;
    const angle = turned ? angleOf(...ends) : 0;
    write(context, text, place, { size: size * pixel, color, place: "center", angle, math });
  });
}
