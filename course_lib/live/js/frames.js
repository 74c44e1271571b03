// Frames in pixels: where their points lie, and whether two of them look the same.

import { frameOf, project } from "./places.js";
import { project3 } from "./projection.js";

const FAR = 1e5; // pixels; points further out are moved there: a browser draws no longer lines
const SEEN = 0.5; // pixels; a smaller difference is not seen
const OUTSIDE = 20; // pixels; how far outside its panel a point lies is not seen
const NOISE = 1e-9; // share of the largest number of a sentence that is a rounding error
const READ = 0.01; // relative difference of two numbers that says the same
const WRITTEN_NUMBER = /-?\d[\d,]*\.?\d*(?:e-?\d+)?/g;

const within = (value, low, high) => Math.max(low, Math.min(high, value));
const near = (value) => within(value, -FAR, FAR);

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

// Whether no eye can tell two frames apart: the same words and numbers, and all points within half
// a pixel. Python and JavaScript round powers, sines and the like differently in the last bit, so
// numbers that are rounding errors themselves may differ.
export function sameFrame(one, other, panels, size) {
  return (
    sameSentence(one.sentence, other.sentence) &&
    one.paths.length === other.paths.length &&
    one.paths.every((path, k) => samePath(path, other.paths[k], panels, size))
  );
}

function sameSentence(one, other) {
  if (one === other) return true;
  const [a, b] = [one, other].map((text) => text.match(WRITTEN_NUMBER) ?? []);
  if (one.replace(WRITTEN_NUMBER, "#") !== other.replace(WRITTEN_NUMBER, "#")) return false;
  const [x, y] = [a, b].map((texts) => texts.map((text) => Number(text.replaceAll(",", ""))));
  const noise = NOISE * Math.max(...x.map(Math.abs));
  const isSame = (value, k) =>
    Math.abs(value - y[k]) <= READ * Math.abs(value) + noise || value === y[k];
  return x.every(isSame);
}

function samePath(one, other, panels, size) {
  if (one.n !== other.n || one.panel !== other.panel) return false;
  const panel = panels[one.panel];
  const [left, top, width, height] = panel.surface ? pixelBox(panel, size) : frameOf(panel);
  const ends = [left, width, top, height];
  const [a, b] = [one, other].map((path) => pixelsOf(path, panel, size));
  return a.every((value, k) => {
    const [from, length] = k % 2 ? ends.slice(2) : ends.slice(0, 2);
    const [low, high] = [from - OUTSIDE, from + length + OUTSIDE];
    const isSeen = Math.abs(within(value, low, high) - within(b[k], low, high)) > SEEN;
    return Number.isNaN(value) === Number.isNaN(b[k]) && !isSeen;
  });
}
