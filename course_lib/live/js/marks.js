// The still lines and markers of a panel, and its legend: minimizers, a limit, the best pair.

import { write } from "./lettering.js";

const TURN = Math.PI / 180;
const STAR = 0.381966; // inner corners of a star, in radii

// Corners of a marker of that radius, line by line
function outlinesOf(shape, radius) {
  if (shape === "x")
    return [
      [[-radius, -radius], [radius, radius]],
      [[-radius, radius], [radius, -radius]],
    ]; // prettier-ignore
  const isStar = shape === "*";
  const count = isStar ? 10 : 32;
  const corner = (_, k) => {
    const length = isStar && k % 2 ? STAR * radius : radius;
    const angle = ((360 * k) / count - 90) * TURN;
    return [length * Math.cos(angle), length * Math.sin(angle)];
  };
  const corners = Array.from({ length: count }, corner);
  return [[...corners, corners[0]]];
}

function strokeAll(context, outlines, { color, width }, pixel) {
  Object.assign(context, { strokeStyle: color, lineWidth: width * pixel });
  for (const corners of outlines) {
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(x, y);
    context.stroke();
  }
}

function paintMarker(context, [x, y], { shape, size, fill, edge }, halo, pixel) {
  const outlines = outlinesOf(shape, (size * pixel) / 2);
  const moved = outlines.map((corners) => corners.map(([a, b]) => [x + a, y + b]));
  Object.assign(context, { lineCap: "butt", lineJoin: shape === "*" ? "bevel" : "miter" });
  if (halo) strokeAll(context, moved, halo, pixel);
  if (shape !== "x") {
    context.beginPath();
    for (const [a, b] of moved[0]) context.lineTo(a, b);
    context.closePath();
    context.fillStyle = fill;
    context.fill();
  }
  strokeAll(context, moved, edge, pixel);
}

// The points of a line as pixels, one piece for each stretch without a gap
function stretchesOf({ points, across }, places) {
  const [left, , width] = places.box;
  const stretches = [[]];
  for (let k = 0; k + 1 < points.length; k += 2) {
    const x = across ? left + width * points[k] : places.x(points[k]);
    const y = places.y(points[k + 1]);
    if (Number.isFinite(x) && Number.isFinite(y)) stretches.at(-1).push([x, y]);
    else if (stretches.at(-1).length) stretches.push([]);
  }
  return stretches;
}

// A line through each stretch of pixels, then its marker at each of the places
export function paintMarks({ context, pixel }, { line, halo, dash, marker }, stretches, places) {
  if (line) {
    Object.assign(context, { lineJoin: "round", lineCap: dash.length ? "butt" : "square" });
    if (halo) strokeAll(context, stretches, halo, pixel);
    context.setLineDash(dash.map((length) => length * pixel));
    strokeAll(context, stretches, line, pixel);
    context.setLineDash([]);
  }
  if (marker) for (const place of places) paintMarker(context, place, marker, halo, pixel);
}

function fillBetween(context, color, [[x0, y0], [x1, y1]]) {
  context.fillStyle = color;
  context.fillRect(x0, y0, x1 - x0, y1 - y0);
}

// Crosses at the minimizers of a landscape, as a line of a panel
export const crossesAt = (points) => ({
  points,
  across: false,
  clipped: true,
  line: null,
  dash: [],
  halo: { color: "#ffffff", width: 4 },
  marker: { shape: "x", size: 7, fill: "#1a1a1a", edge: { color: "#1a1a1a", width: 1.8 } },
});

// Draw the lines of a panel; `drawing` is that of paintAxes
export function paintLines(drawing) {
  const { context, panel, places } = drawing;
  for (const look of panel.lines) {
    const stretches = stretchesOf(look, places);
    context.save();
    if (look.clipped) {
      context.beginPath();
      context.rect(...places.box);
      context.clip();
    }
    paintMarks(drawing, look, stretches, stretches.flat());
    context.restore();
  }
}

// Draw the legend of a panel where matplotlib has it
export function paintLegend(drawing) {
  const { context, panel, places, pixel } = drawing;
  if (!panel.legend) return;
  const [left, top] = places.box;
  const at = (x, y) => [left + x * pixel, top + y * pixel];
  const [x0, y0, x1, y1] = panel.legend.outer;
  fillBetween(context, "#ffffff", [at(x0, y0), at(x1, y1)]);
  for (const { text, size, color, math, at: place, handle } of panel.legend.entries) {
    const [x0, y0, x1, y1] = handle.ends;
    const ends = [at(x0, y0), at(x1, y1)];
    const middle = at((x0 + x1) / 2, (y0 + y1) / 2);
    if (handle.patch) fillBetween(context, handle.patch, ends);
    else paintMarks(drawing, handle, [ends], [middle]);
    write(context, text, at(...place), {
      size: size * pixel,
      color,
      math,
      align: "left",
      place: "center",
    });
  }
}
