// Draws the paths of a LiveFigure on a canvas, up to the step that is shown.

import { LIFT, neededPoints, splitAt } from "./thinning.js";

const HALO = "#ffffff";
const STROKE = 10_000; // points; a browser without a graphics card takes minutes for a longer one
const polygon = (n, start) => Array.from({ length: n }, (_, k) => start + (360 * k) / n);

// The corners of a cross: two at the end of each arm, one between two arms
const cross = (start) =>
  [0, 90, 180, 270].flatMap((arm) => [-22, 22, 45].map((turn) => start + arm + turn));

// Corners of matplotlib's markers in degrees; any other marker is a disc
const CORNERS = {
  s: polygon(4, 45), D: polygon(4, 0), "^": polygon(3, -90), v: polygon(3, 90),
  p: polygon(5, -90), h: polygon(6, -90), P: cross(0), X: cross(45),
  "*": polygon(10, -90),
}; // prettier-ignore

// How far out the corners of a marker lie, in radii, again and again
const LENGTHS = { "*": [1.25, 0.45], P: [1.3, 1.3, 0.7], X: [1.3, 1.3, 0.7] };

function outlineMarker(context, shape, x, y, r) {
  const corners = CORNERS[shape];
  const lengths = LENGTHS[shape] ?? [1.2];
  context.beginPath();
  if (!corners) context.arc(x, y, r, 0, 2 * Math.PI);
  corners?.forEach((degrees, k) => {
    const angle = (degrees / 180) * Math.PI;
    const length = lengths[k % lengths.length] * r;
    context.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
  });
  context.closePath();
}

// The line through the points of these numbers, in strokes that a browser can draw
function drawLine(context, points, numbers, color, width, dash = []) {
  Object.assign(context, { lineWidth: width, strokeStyle: color });
  context.setLineDash(dash);
  for (let from = 0; from < numbers.length; from += STROKE - 1) {
    context.beginPath();
    let isDown = false;
    for (const k of numbers.slice(from, from + STROKE)) {
      if (k !== LIFT && isDown) context.lineTo(points[2 * k], points[2 * k + 1]);
      else if (k !== LIFT) context.moveTo(points[2 * k], points[2 * k + 1]);
      isDown = k !== LIFT;
    }
    context.stroke();
  }
}

// The number of the point of a path that is reached at a step
function reachedAt({ every, n }, step) {
  const reached = every ? Math.floor(step / every) : n - 1;
  return Math.max(0, Math.min(n - 1, reached));
}

export function drawPath(context, path, step, scale) {
  const { points, color, dash } = path;
  const now = reachedAt(path, step);
  const [past, future] = splitAt(path.line, now);
  context.lineJoin = "round";
  context.globalAlpha = 0.3; // what is still to come is faint
  drawLine(context, points, future, color, 1.2 * scale);
  context.globalAlpha = 1;
  drawLine(context, points, past, HALO, 3.8 * scale);
  const lengths = dash.map((length) => length * 1.4 * scale);
  drawLine(context, points, past, color, 1.9 * scale, lengths);
  context.setLineDash([]);
  drawDots(context, path, now, scale);
}

// How many of the paths after each end at the same place of the same panel, and cover its marker
export function coversOf(paths, step, scale) {
  const ends = paths.map((path) => {
    const now = reachedAt(path, step);
    return [path.panel, path.points[2 * now], path.points[2 * now + 1]];
  });
  const covers = ([panel, x, y], [other, u, v]) =>
    panel === other && Math.hypot(x - u, y - v) < 3 * scale;
  return ends.map((end, k) => ends.slice(k + 1).filter((later) => covers(end, later)).length);
}

// Whether a path goes to the right in equal steps that are too short for dots of their own
function isDenseCurve(points, n, scale) {
  const stride = points[2] - points[0];
  const even = Math.abs(stride * (n - 1) - (points[2 * n - 2] - points[0])) < 1;
  return n > 1 && even && stride > 0 && stride < 4 * scale;
}

// Dots at the steps so far; steps too close to the last dot get none
function drawDots(context, { points, line, color, marker, dots, n }, now, scale) {
  if (!marker || dots === false || isDenseCurve(points, n, scale)) return;
  let x0 = Infinity;
  let y0 = Infinity;
  context.fillStyle = color;
  context.strokeStyle = HALO;
  context.lineWidth = 0.8 * scale;
  for (const k of line) {
    if (k >= now) break;
    const x = points[2 * k];
    const y = points[2 * k + 1];
    if (k !== LIFT && !(Math.hypot(x - x0, y - y0) < 7 * scale)) {
      outlineMarker(context, marker, x, y, 2.6 * scale);
      context.stroke();
      context.fill();
      [x0, y0] = [x, y];
    }
  }
}

// An open ring at the start, a large marker at the step that is shown; a larger one where others
// lie on it, so that each can be seen
export function drawEnds(context, path, step, scale, covers = 0) {
  const { points, color, marker, n } = path;
  const now = reachedAt(path, step);
  context.lineWidth = 2 * scale;
  if (n > 1 && Number.isFinite(points[0] + points[1])) {
    context.strokeStyle = color;
    context.fillStyle = HALO;
    context.beginPath();
    context.arc(points[0], points[1], 4.2 * scale, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  const x = points[2 * now];
  const y = points[2 * now + 1];
  if (!Number.isFinite(x + y)) return;
  outlineMarker(context, marker, x, y, (5.4 + 2.6 * covers) * scale);
  context.strokeStyle = HALO;
  context.fillStyle = color;
  context.stroke();
  context.fill();
}

// A piece of a path as a legend shows it
export function drawSample(context, { color, marker, dash }, [width, height], scale) {
  const points = [2, height / 2, width - 2, height / 2];
  const lengths = dash.map((length) => length * 1.4 * scale);
  drawLine(context, points, [0, 1], color, 1.9 * scale, lengths);
  context.setLineDash([]);
  Object.assign(context, { strokeStyle: HALO, fillStyle: color, lineWidth: 1.5 * scale });
  if (!marker) return;
  outlineMarker(context, marker, width / 2, height / 2, 4.6 * scale);
  context.stroke();
  context.fill();
}
