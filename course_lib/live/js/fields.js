// Draws what fills a panel: a landscape by its contours, a map by the colours of its cells.

import { contourLines, firstAbove } from "./contours.js";
import { POINT } from "./lettering.js";
import { project, sharesOf } from "./places.js";

const LEVELS = 18;
const STEEPEST = 8; // roots of a height beyond this one show nothing new
const MEDIAN = 0.45; // height of half of all values
const FARTHEST = 9; // values beyond so many spans are cut off
const NEAREST = 1; // pixels between the corners of a line
const WHITE_LINE = { color: "#ffffffb3", width: 0.5, dash: [3.7, 1.6] };

// Heights

// How values become heights, ((f - low) / (high - low)) ** (1 / power); the minimum may be null
export function heightsOf(values, minimum = null) {
  const known = Float64Array.from(values).filter(Number.isFinite).sort();
  if (!known.length) return { low: 0, high: 1, power: 1 };
  const low = Math.min(known[0], minimum ?? Infinity);
  const top = known[known.length - 1];
  const high = top > low ? top : low + Math.max(1, 1e-3 * Math.abs(low));
  const half = known.length >> 1;
  const median = known.length % 2 ? known[half] : (known[half - 1] + known[half]) / 2;
  const wanted = Math.log(Math.max((median - low) / (high - low), 1e-6)) / Math.log(MEDIAN);
  return { low, high, power: Math.max(1, Math.min(STEEPEST, Math.round(wanted))) };
}

// Height between 0 and 1 of a value
export const heightOf = ({ low, high, power }, value) =>
  Math.max(0, Math.min(1, (value - low) / (high - low))) ** (1 / power);

// Value at a height
export const valueOf = ({ low, high, power }, height) => low + (high - low) * height ** power;

// Colours

const rgbOf = (color) => {
  const number = parseInt(color.slice(1, 7), 16);
  return (255 << 24) | ((number & 255) << 16) | (number & 0xff00) | (number >> 16);
};

const atShare = (numbers, share) =>
  numbers[Math.max(0, Math.min(numbers.length - 1, Math.floor(share * numbers.length)))];

// Colours of the bands between the levels, as shares of the span; first and last beyond the ends
function bandColours(levels, power, colours) {
  const numbers = colours.map(rgbOf);
  const between = levels.slice(1).map((level, k) => ((level + levels[k]) / 2) ** (1 / power));
  const inside = between.map((height) => atShare(numbers, height));
  return [numbers[0], ...inside, numbers[numbers.length - 1]];
}

// Pixels of the screen

// The whole pixels whose middles lie in a panel: their ends, and data at the middles
function screenOf(context, panel) {
  const { a, d, e, f } = context.getTransform();
  const places = project(panel);
  const [left, top, width, height] = places.box;
  const ends = (from, length, scale, shift) => [
    Math.round(from * scale + shift),
    Math.round((from + length) * scale + shift),
  ];
  const [x0, x1] = ends(left, width, a, e);
  const [y0, y1] = ends(top, height, d, f);
  const middle = (k, scale, shift) => (k + 0.5 - shift) / scale;
  return {
    origin: [x0, y0],
    columns: Float64Array.from({ length: x1 - x0 }, (_, k) => places.xAt(middle(x0 + k, a, e))),
    rows: Float64Array.from({ length: y1 - y0 }, (_, k) => places.yAt(middle(y0 + k, d, f))),
  };
}

// Where the values lie between the points of a grid: number of the point before, and share beyond
function between(values, [low, high], count) {
  const before = new Int32Array(values.length);
  const beyond = new Float64Array(values.length);
  values.forEach((value, k) => {
    const at = Math.max(0, Math.min(count - 1, ((value - low) / (high - low)) * (count - 1)));
    before[k] = Math.min(count - 2, Math.floor(at));
    beyond[k] = at - before[k];
  });
  return { before, beyond };
}

// Colours of a contour field at the middles of pixels, row by row from above
export function contourPixels(field, levels, { columns, rows }, window, face) {
  const { values, colours, heights } = field;
  const colour = Int32Array.from(bandColours(levels, heights.power, colours));
  const blank = rgbOf(face);
  const x = between(columns, window.slice(0, 2), field.columns);
  const y = between(rows, window.slice(2), field.rows);
  const pixels = new Int32Array(columns.length * rows.length);
  let band = 0;
  for (let i = 0, k = 0; i < rows.length; i++) {
    const up = y.beyond[i];
    const first = y.before[i] * field.columns;
    for (let j = 0; j < columns.length; j++, k++) {
      const at = first + x.before[j];
      const share = x.beyond[j];
      const lower = values[at] + share * (values[at + 1] - values[at]);
      const above = at + field.columns;
      const upper = values[above] + share * (values[above + 1] - values[above]);
      const value = lower + up * (upper - lower);
      while (value > levels[band]) band++; // mostly that of the pixel before
      while (value <= levels[band - 1]) band--;
      pixels[k] = value === value ? colour[band] : blank;
    }
  }
  return pixels;
}

// A field whose values are shares of the span between its ends
function inShares(field) {
  const { low, high } = field.heights;
  const share = (value) => {
    const found = (value - low) / (high - low);
    return Number.isFinite(value) ? Math.max(-FARTHEST, Math.min(FARTHEST, found)) : NaN;
  };
  return { ...field, values: Float64Array.from(field.values, share) };
}

function putPixels(context, pixels, { origin, columns, rows }) {
  if (!pixels.length) return;
  const bytes = new Uint8ClampedArray(pixels.buffer);
  context.putImageData(new ImageData(bytes, columns.length, rows.length), ...origin);
}

// Stroke a line over the grid; corners very near to the last one are left out
function strokeLine(context, line, toX, toY) {
  let [lastX, lastY] = [Infinity, Infinity];
  context.beginPath();
  line.forEach(([column, row], k) => {
    const [x, y] = [toX(column), toY(row)];
    const isNear = Math.abs(x - lastX) + Math.abs(y - lastY) < NEAREST;
    if (isNear && k < line.length - 1) return;
    context.lineTo(x, y);
    [lastX, lastY] = [x, y];
  });
  context.stroke();
}

// White lines at the levels, dashed where the value is below 0
function strokeContours(context, panel, field, levels, window, scale) {
  const { color, width, dash } = WHITE_LINE;
  const wide = width * POINT * scale;
  const places = project(panel);
  const along =
    ([low, high], count) =>
    (at) =>
      low + ((high - low) * at) / (count - 1);
  const [across, up] = [along(window, field.columns), along(window.slice(2), field.rows)];
  Object.assign(context, {
    strokeStyle: color,
    lineWidth: wide,
    lineJoin: "round",
    lineCap: "butt",
  });
  contourLines(field, levels).forEach((lines, n) => {
    const isNegative = valueOf({ ...field.heights, power: 1 }, levels[n]) < 0;
    context.setLineDash(isNegative ? dash.map((length) => length * wide) : []);
    for (const line of lines)
      strokeLine(
        context,
        line,
        (column) => places.x(across(column)),
        (row) => places.y(up(row)),
      );
  });
  context.setLineDash([]);
}

function paintContours(context, panel, field, scale) {
  const window = field.window ?? panel.limits;
  const count = field.levels ?? LEVELS;
  const { power } = field.heights;
  const levels = Array.from({ length: count + 1 }, (_, k) => (k / count) ** power);
  const shares = inShares(field);
  const screen = screenOf(context, panel);
  putPixels(context, contourPixels(shares, levels, screen, window, panel.face), screen);
  const [left, top, width, height] = project(panel).box;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  strokeContours(context, panel, shares, levels, window, scale);
  context.restore();
}

// Maps

// For each pixel the number of its cell; borders lie half-way between the values of the cells
function cellsAt(pixels, values) {
  const borders = Array.from(values.slice(1), (value, k) => (value + values[k]) / 2);
  return Int32Array.from(pixels, (value) => firstAbove(borders, value));
}

// Colours of a map at the middles of pixels, row by row from above
export function mapPixels(field, { columns, rows }) {
  const { values, x, y, ends, log, colours, bad, infinite = bad } = field;
  const numbers = Int32Array.from(colours, rgbOf);
  const [blank, beyond] = [rgbOf(bad), rgbOf(infinite)];
  const { share } = sharesOf(log ? "log" : "linear", ...ends);
  const colourOf = (value) => {
    if (Number.isFinite(value)) return atShare(numbers, share(value));
    return Number.isNaN(value) ? blank : beyond;
  };
  const cells = Int32Array.from(values, colourOf);
  const [across, up] = [cellsAt(columns, x), cellsAt(rows, y)];
  const pixels = new Int32Array(columns.length * rows.length);
  let k = 0;
  for (const row of up) for (const column of across) pixels[k++] = cells[row * x.length + column];
  return pixels;
}

// Colours of a scale at the middles of pixels, the lowest value below
export function barPixels({ colours }, panel, { columns, rows }) {
  const numbers = colours.map(rgbOf);
  const { share } = sharesOf(panel.y.scale, ...panel.limits.slice(2));
  const pixels = new Int32Array(columns.length * rows.length);
  rows.forEach((value, k) =>
    pixels.fill(atShare(numbers, share(value)), k * columns.length, (k + 1) * columns.length),
  );
  return pixels;
}

// Draw what fills a panel. Its kind is one of
// contour: values (row by row from below), rows, columns, heights (see heightsOf), colours, and
//   maybe levels (how many) and window (ends of the grid; otherwise the limits of the panel);
// map: values, x and y (the middle of each column and row), ends and log (of the colours), colours,
//   bad (colour of nan) and maybe infinite (that of infinity);
// bar: colours, from the lower to the upper end of the panel
export function paintField(context, panel, field, scale = 1) {
  if (field.kind === "contour") {
    paintContours(context, panel, field, scale);
    return;
  }
  const screen = screenOf(context, panel);
  const isMap = field.kind === "map";
  putPixels(context, isMap ? mapPixels(field, screen) : barPixels(field, panel, screen), screen);
}
