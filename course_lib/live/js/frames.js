// Frames in pixels: where their points lie, and whether two of them look the same.

import { project } from "./places.js";
import { project3 } from "./projection.js";

const FAR = 1e5; // pixels; points further out are moved there: a browser draws no longer lines
const SEEN = 0.5; // pixels; a smaller difference is not seen
const OUTSIDE = 5000; // pixels; how far outside a point lies is not seen

const within = (value, limit) => Math.max(-limit, Math.min(limit, value));
const near = (value) => within(value, FAR);

// Points of a path in CSS pixels of the layout, x and y one after the other
export function pixelsOf({ points, n }, panel, size) {
  const pixels = new Float64Array(2 * n);
  if (panel.surface) {
    if (!panel.solid) return pixels.fill(NaN);
    const place = project3(panel.solid, panel, pixelBox(panel, size));
    for (let k = 0; k < n; k++) {
      const [x, y] = place(points[3 * k], points[3 * k + 1], points[3 * k + 2]);
      [pixels[2 * k], pixels[2 * k + 1]] = [near(x), near(y)];
    }
    return pixels;
  }
  const { x, y } = project(panel);
  for (let k = 0; k < n; k++) {
    pixels[2 * k] = near(x(points[2 * k]));
    pixels[2 * k + 1] = near(y(points[2 * k + 1]));
  }
  return pixels;
}

// The box of 3-D axes in CSS pixels: left, top, width, height
export const pixelBox = ({ box: [x, y, w, h] }, [width, height]) => [
  x * width,
  y * height,
  w * width,
  h * height,
];

// Whether no eye can tell two frames apart: the same words, and all points within half a pixel
export function sameFrame(one, other, size) {
  const { panels } = other;
  return (
    one.sentence === other.sentence &&
    one.paths.length === other.paths.length &&
    one.paths.every((path, k) => samePath(path, other.paths[k], panels, size))
  );
}

function samePath(one, other, panels, size) {
  if (one.n !== other.n || one.panel !== other.panel) return false;
  const panel = panels[one.panel];
  const [a, b] = [one, other].map((path) => pixelsOf(path, panel, size));
  const isSeen = (value, k) => Math.abs(within(value, OUTSIDE) - within(b[k], OUTSIDE)) > SEEN;
  return a.every((value, k) => Number.isNaN(value) === Number.isNaN(b[k]) && !isSeen(value, k));
}
