// Draws the paths of a LiveFigure on a canvas, up to the step that is shown.

import { LIFT, neededPoints, splitAt } from "./thinning.js";

const HALO = "#ffffff";
const STROKE = 10_000; // points; a browser without a graphics card takes minutes for a longer one
const polygon = (n, start) => Array.from({ length: n }, (_, k) => start + (360 * k) / n);

// Corners of matplotlib's markers in degrees; any other marker is a disc
const CORNERS = {
  s: polygon(4, 45), D: polygon(4, 0), "^": polygon(3, -90), v: polygon(3, 90),
  p: polygon(5, -90), h: polygon(6, -90), P: polygon(4, 45), X: polygon(4, 0),
  "*": polygon(10, -90),
}; // prettier-ignore

function outlineMarker(context, shape, x, y, r) {
  const corners = CORNERS[shape];
  context.beginPath();
  if (!corners) context.arc(x, y, r, 0, 2 * Math.PI);
  corners?.forEach((degrees, k) => {
    const angle = (degrees / 180) * Math.PI;
    const length = shape === "*" ? (k % 2 ? 0.45 : 1.25) * r : 1.2 * r;
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

export function drawPath(context, path, step, scale) {
  const { points, color, dash, n } = path;
  const reached = path.every ? Math.floor(step / path.every) : n - 1;
  const now = Math.max(0, Math.min(n - 1, reached));
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
  drawEnds(context, path, now, scale);
}

// Whether a path goes to the right in equal steps that are too short for dots of their own
function isDenseCurve(points, n, scale) {
  const stride = points[2] - points[0];
  const even = Math.abs(stride * (n - 1) - (points[2 * n - 2] - points[0])) < 1;
  return n > 1 && even && stride > 0 && stride < 4 * scale;
}

// Dots at the steps so far; steps too close to the last dot get none
function drawDots(context, { points, line, color, marker, n }, now, scale) {
  if (!marker || isDenseCurve(points, n, scale)) return;
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

// An open ring at the start, a large marker at the step that is shown
function drawEnds(context, { points, color, marker, n }, now, scale) {
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
  outlineMarker(context, marker, x, y, 5.4 * scale);
  context.strokeStyle = HALO;
  context.fillStyle = color;
  context.stroke();
  context.fill();
}
