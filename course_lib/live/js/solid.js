// Draws a surface in its box from any side, as matplotlib's 3-D axes do.

import { bytesOf } from "./any_host.js";
import { project3 } from "./projection.js";
import { axisTicks } from "./ticks.js";
import { boxOf, paintAxes3, paintGrid3, paintPanes } from "./solid_axes.js";

// Numbers that came as bytes of float32
export function floats(bytes) {
  return bytes instanceof Float32Array ? bytes : new Float32Array(bytesOf(bytes));
}

// Numbers from 0 to n - 1, every one or every few, the last among them
const everyFew = (n, every) =>
  Array.from({ length: Math.ceil((n - 1) / every) + 1 }, (_, k) => Math.min(k * every, n - 1));

// Corners of the cells on the screen: [x, y, depth] of each, and their heights
function project3d({ columns, rows, x, y, heights }, every, project) {
  const values = floats(heights);
  const [across, up] = [everyFew(columns, every), everyFew(rows, every)];
  const at = ([low, high], k, n) => low + ((high - low) * k) / (n - 1);
  const points = new Float64Array(across.length * up.length * 4);
  up.forEach((row, i) =>
    across.forEach((column, j) => {
      const height = values[row * columns + column];
      const place = project(at(x, column, columns), at(y, row, rows), height);
      points.set([...place, height], 4 * (i * across.length + j));
    }),
  );
  return { points, width: across.length, height: up.length };
}

// The cells that have a height at all corners, the farthest first
function cellsOf({ points, width, height }) {
  const cells = [];
  for (let i = 0; i + 1 < height; i++)
    for (let j = 0; j + 1 < width; j++) {
      const first = i * width + j;
      const corners = [first, first + 1, first + width + 1, first + width];
      let depth = 0;
      let level = 0;
      for (const k of corners) {
        depth += points[4 * k + 2];
        level += points[4 * k + 3];
      }
      if (!Number.isNaN(level)) cells.push({ corners, depth, level: level / 4 });
    }
  return cells.sort((one, other) => other.depth - one.depth);
}

function paintMesh(context, solid, project, pixel, every) {
  const { mesh, colours, ends, edge } = solid;
  const grid = project3d(mesh, every, project);
  const { points } = grid;
  Object.assign(context, { lineWidth: edge.width * pixel, strokeStyle: edge.color });
  for (const { corners, level } of cellsOf(grid)) {
    const share = (level - ends[0]) / (ends[1] - ends[0]);
    const number = Math.floor(share * colours.length);
    context.fillStyle = colours[Math.max(0, Math.min(colours.length - 1, number))];
    context.beginPath();
    for (const k of corners) context.lineTo(points[4 * k], points[4 * k + 1]);
    context.closePath();
    context.fill();
    context.stroke();
  }
}

// The same box with another surface: `window` is the ends of x and y, `heights` a square grid of
// Float32 row by row, `words` a function from a height to the words at its tick
export function changedSolid(solid, { window: [x0, x1, y0, y1], heights, words }) {
  const n = Math.sqrt(heights.length);
  const [across, up, height] = solid.axes;
  const anew = (axis, ends) => {
    const { ticks } = axisTicks({ ...axis, shown: { limits: [] } }, ends, 0);
    return { ...axis, ticks: ticks.map(({ value, text, math }) => [value, text, math]) };
  };
  const named = height.ticks.map(([value]) => [value, words(value), false]);
  return {
    ...solid,
    limits: [x0, x1, y0, y1, ...solid.limits.slice(4)],
    mesh: { x: [x0, x1], y: [y0, y1], columns: n, rows: n, heights },
    axes: [anew(across, [x0, x1]), anew(up, [y0, y1]), { ...height, ticks: named }],
  };
}

// Draw all of it; `box` in pixels as of `project3`, `every`: 2 leaves out each second mesh line
export function paintSolid(context, solid, view, box, scale, every = 1) {
  const project = project3(solid, view, box);
  const around = boxOf(solid, project, box, scale);
  context.save();
  context.lineJoin = "round";
  paintPanes(context, around);
  paintGrid3(context, around);
  paintAxes3(context, around);
  paintMesh(context, solid, project, around.pixel, every);
  context.restore();
}
