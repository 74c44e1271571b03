// The ticks of an axis: where matplotlib sets them, in its words.

import { general } from "./text.js";
import { sharesOf } from "./places.js";

const NEARLY = 1e-10;
const MOST_TICKS = 9;
const LETTERS = { x: 3, y: 2 }; // font sizes that each tick takes, at least
const EXPONENTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const PLAIN_POWERS = [-5, 6]; // decades from which on numbers are written with a factor

const ROUND_NUMBERS = {
  bins: "auto",
  steps: [1, 2, 2.5, 5, 10],
  integer: false,
  least: 2,
  room: 1,
};

const clamped = (value, low, high) => Math.max(low, Math.min(high, value));
const powerOf = (value) => Math.floor(Math.log10(value));
const tenTo = (power) => Number(`1e${power}`); // 10 ** -4 is not 0.0001
const withMinus = (text) => text.replaceAll("-", "−");

// Python's x // y and x % y
function divided(x, y) {
  let rest = x % y;
  if (rest && rest < 0 !== y < 0) rest += y;
  return [Math.round((x - rest) / y), rest];
}

// Ticks of an axis for limits that lie `length` points apart: { value, text, math } of each, with
// the factor that is left out of all texts
export function axisTicks(axis, [low, high], length) {
  const { shown, locator } = axis;
  if (!locator || (shown.limits[0] === low && shown.limits[1] === high))
    return { ticks: given(axis, low, high), factor: shown.factor };
  const bins = binsOf(axis, length);
  const values = axis.scale === "log" ? decades(low, high, bins) : rounds(locator, low, high, bins);
  const { texts, factor = "", math = false } = FORMATS[axis.format](values, low, high);
  const ticks = values.map((value, k) => ({ value, text: texts[k], math }));
  return { ticks: inside(axis, ticks, low, high), factor };
}

// The same axis on another scale, "linear" or "log"
export function onScale(axis, scale) {
  if (axis.scale === scale) return axis;
  const isLog = scale === "log";
  const locator = isLog ? { bins: "auto" } : ROUND_NUMBERS;
  const format = isLog ? "power" : "decimal";
  return { ...axis, scale, locator, format, shown: { limits: [], ticks: [], factor: "" } };
}

// The same axis with ticks that are given: numbers, or pairs of a number and its words
export function withTicks(axis, values) {
  const ticks = values.map((value) => (Array.isArray(value) ? value : [value, inSixDigits(value)]));
  return { ...axis, locator: null, shown: { limits: [], ticks, factor: "" } };
}

// How many ticks there may be: a number, or as many as there is room for
function binsOf({ name, text, scale, locator }, length) {
  if (locator.bins !== "auto") return locator.bins;
  const room = Math.floor(length / (LETTERS[name] * text.size));
  const least = scale === "log" ? 2 : Math.max(1, locator.least - 1);
  return clamped(room, least, MOST_TICKS);
}

const given = (axis, low, high) =>
  inside(
    axis,
    axis.shown.ticks.map(([value, text, math]) => ({ value, text, math })),
    low,
    high,
  );

function inside({ scale }, ticks, low, high) {
  const { share } = sharesOf(scale, low, high);
  return ticks.filter(({ value }) => Math.abs(share(value) - 0.5) <= 0.5 + NEARLY);
}

// Round numbers

// Where a multiple of the step begins or ends, in steps; forgiving where the numbers are large
function edgesOf(step, offset) {
  const digits = offset ? Math.log10(Math.abs(offset) / step) : -Infinity;
  const room = Math.min(0.4999, Math.max(NEARLY, 10 ** (digits - 12)));
  return {
    below: (x) => {
      const [count, rest] = divided(x, step);
      return Math.abs(rest / step - 1) < room ? count + 1 : count;
    },
    above: (x) => {
      const [count, rest] = divided(x, step);
      return Math.abs(rest / step) < room ? count : count + 1;
    },
  };
}

// All steps that may be taken, small to large
function stepsOf({ steps, integer }, low, high, bins) {
  const scale = tenTo(powerOf((high - low) / bins));
  const tens = steps.slice(0, -1).map((step) => 0.1 * step);
  const all = [...tens, ...steps, 10 * steps[1]].map((step) => step * scale);
  if (!integer) return all;
  return all.filter((step) => step < 1 || Math.abs(step - Math.round(step)) < 0.001);
}

function multiples(step, low, high, offset) {
  const first = divided(low, step)[0] * step;
  const { below, above } = edgesOf(step, offset);
  const [from, to] = [below(low - first), above(high - first)];
  return Array.from({ length: to - from + 1 }, (_, k) => (from + k) * step + first);
}

// Multiples of a round step around the limits, with as many steps as there may be
function rounds(locator, low, high, bins) {
  const { integer, least, prune, room } = locator;
  const center = (low + high) / 2;
  const isFar = Math.abs(center) / (high - low) >= 100;
  const offset = isFar ? Math.sign(center) * tenTo(powerOf(Math.abs(center))) : 0;
  const [from, to] = [low - offset, high - offset];
  const steps = stepsOf(locator, from, to, bins);
  const large = steps.findIndex((step) => step >= ((to - from) / bins) * room);
  const holdsWhole = integer && Math.floor(to) - Math.ceil(from) >= least - 1;
  let values = [];
  for (const step of steps.slice(0, large < 0 ? undefined : large + 1).reverse()) {
    values = multiples(holdsWhole ? Math.max(1, step) : step, from, to, offset);
    if (values.filter((value) => value >= from && value <= to).length >= least) break;
  }
  const kept = values.slice(
    prune === "lower" || prune === "both" ? 1 : 0,
    prune === "upper" || prune === "both" ? -1 : undefined,
  );
  return kept.map((value) => value + offset);
}

// Decades

// Powers of ten, at multiples of a stride where there are many
function decades(low, high, bins) {
  const { first, last, stride } = strideOf(low, high, bins);
  const exponents = [];
  for (let k = first; k <= last; k += stride) exponents.push(k);
  return exponents.map(tenTo);
}

function strideOf(low, high, bins) {
  const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const there = to - from + 1;
  let stride = Math.floor(there / (bins + 1)) + 1;
  const count = Math.min(Math.ceil(there / stride), bins);
  if (count === 0) return { first: from - 1, last: to + 1, stride: to - from + 2 };
  if (count === 1) {
    const middle = Math.round((Math.log10(low) + Math.log10(high)) / 2);
    stride = Math.max(middle - from + 1, to + 1 - middle);
    return { first: middle - stride, last: middle + stride, stride };
  }
  stride = Math.floor((there - 1) / (count - 1));
  if (stride < there / count) stride = Math.floor(there / count);
  const least = Math.max(there - stride * count, 0);
  const most = Math.min(there - stride * (count - 1), stride);
  const wanted = divided(-from, stride)[1];
  const shift = wanted >= least && wanted < most ? wanted : least;
  return { first: from + shift - stride, last: to + stride, stride };
}

// Where the short ticks between the decades are
export function axisMinorTicks(axis, [low, high], length) {
  const { minor, scale, locator } = axis;
  if (!minor || scale !== "log" || !locator) return [];
  const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const there = to - from + 1;
  const { stride } = strideOf(low, high, binsOf({ ...axis, locator: { bins: "auto" } }, length));
  if (there >= 10 || (stride > 1 && there > 1)) return [];
  const values = [];
  for (let k = from - 1; k <= to; k++)
    for (let digit = 2; digit < 10; digit++) values.push(Number(`${digit}e${k}`));
  return inside(
    axis,
    values.map((value) => ({ value })),
    low,
    high,
  ).map(({ value }) => value);
}

// Words

const raised = (exponent) =>
  Array.from(String(exponent), (letter) => (letter === "-" ? "⁻" : EXPONENTS[letter])).join("");

// A number with six digits at most, 0.001 or 1e-05
const inSixDigits = (value) => withMinus(general(value || 0, 6));

// The same number of decimals at all ticks, a power of ten left out where numbers are long
function decimal(values, low, high) {
  const shown = values.filter((value) => value >= low && value <= high).map(Math.abs);
  const largest = Math.max(0, ...shown);
  const order = largest ? powerOf(largest) : 0;
  const power = order <= PLAIN_POWERS[0] || order >= PLAIN_POWERS[1] ? order : 0;
  const numbers = values.map((value) => value / tenTo(power));
  const digits = decimalsOf(numbers, low / tenTo(power), high / tenTo(power));
  const texts = numbers.map((number) => {
    const text = (Math.abs(number) < 1e-8 ? 0 : number).toFixed(digits);
    return withMinus(text);
  });
  return { texts, factor: power ? withMinus(`1e${power}`) : "" };
}

function decimalsOf(numbers, low, high) {
  const all = numbers.length < 2 ? [...numbers, low, high] : numbers;
  const span = Math.max(...all) - Math.min(...all) || Math.max(...all.map(Math.abs)) || 1;
  const order = powerOf(span);
  const isExact = (digits) =>
    numbers.every((x) => Math.abs(x - Number(x.toFixed(digits))) < 1e-3 * tenTo(order));
  let digits = Math.max(0, 3 - order);
  while (digits >= 0 && isExact(digits)) digits -= 1;
  return digits + 1;
}

const FORMATS = {
  decimal,
  general: (values) => ({ texts: values.map(inSixDigits) }),
  power: (values) => {
    const texts = values.map((value) => `10${raised(Math.round(Math.log10(value)))}`);
    return { texts, math: true };
  },
};
