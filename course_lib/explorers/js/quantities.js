// Quantities of a run over time, in panels of their own: m, v_hat, the effective learning rate.

import { nearWindow } from "../../experiments/js/verdicts.js";

export const EFFECTIVE_RATE = "effective learning rate";
const NEVER_NEGATIVE = ["v", "v_hat", "v_max", EFFECTIVE_RATE];
const MOST_DECADES = 8; // of the log axis of a quantity; smaller values are cut off
const ROOM = { linear: 1.08, log: 0.03 }; // around the values: a factor; a share of the decades

// The step divided by the mean gradient, as `explorers.landscape_figure.effective_rate`
export function effectiveRate(x, quantities) {
  const found = new Map(quantities);
  const mean = found.get("m_hat") ?? found.get("m") ?? found.get("g");
  return x.map((value, i) => {
    const step = i < 2 || !mean ? NaN : x[i - 2] - value;
    const isKnown = Math.abs(step) > 1e-12 * Math.abs(value) && mean[i] !== 0;
    return isKnown ? step / mean[i] : NaN;
  });
}

// The axis that fits values: whole decades for v and the like, or round numbers around 0
export function scaleOf(name, values) {
  const sizes = values.map(Math.abs).filter((size) => size > 1e-300 && size < 1e300);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  if (NEVER_NEGATIVE.includes(name)) {
    const smallest = sizes.reduce((a, b) => Math.min(a, b), Infinity);
    const top = sizes.length ? Math.ceil(Math.log10(largest)) : 0;
    const bottom = sizes.length ? Math.floor(Math.log10(smallest)) : -3;
    const low = Math.max(Math.min(bottom, top - 1), top - MOST_DECADES);
    return { kind: "log", low: 10 ** low, high: 10 ** top };
  }
  if (!sizes.length) return { kind: "linear", low: -1, high: 1 };
  const high = roundAbove(largest);
  return { kind: "linear", low: -high, high };
}

// The next of 1, 2, 5, 10, 20, 50, ... from `size` on
export function roundAbove(size) {
  const decade = 10 ** Math.floor(Math.log10(size));
  return [1, 2, 5, 10, 20].map((k) => decade * k).find((value) => value >= size);
}

// Whether an axis can stay where another would fit best
function holds(scale, wanted) {
  const fits = scale.low <= wanted.low && wanted.high <= scale.high;
  if (scale.kind === "log") return fits && scale.high / scale.low <= (1e3 * wanted.high) / wanted.low;
  return fits && scale.high <= 5 * wanted.high;
}

// The axis that a panel has now, from its ends
function scaleOfPanel({ limits: [, , bottom, top], y }) {
  if (y.scale === "linear") return { kind: "linear", low: bottom / ROOM.linear, high: top / ROOM.linear };
  const room = (top / bottom) ** (ROOM.log / (1 + 2 * ROOM.log));
  return { kind: "log", low: bottom * room, high: top / room };
}

// The panel of one quantity: as it is while its axis holds the values near the window
export function quantityPanel(name, runs, ground, panel, coordinate, times) {
  const values = runs.flatMap(({ x, quantities }) => {
    const near = nearWindow(x, ground.bounds);
    const found = quantities.find(([known]) => known === name)?.[1] ?? [];
    return Array.from(found).filter((_, i) => near[i >> 1]);
  });
  const which = { both: "(x₁ —, x₂ ···)", x1: "of x₁", x2: "of x₂" }[coordinate];
  const title = `${name} ${which}`;
  const [now, wanted] = [scaleOfPanel(panel), scaleOf(name, values)];
  if (holds(now, wanted)) return { limits: [...times, ...panel.limits.slice(2)], title };
  const { kind, low, high } = wanted;
  const room = kind === "log" ? (high / low) ** ROOM.log : ROOM.linear;
  const limits = [...times, kind === "log" ? low / room : low * room, high * room];
  return { limits, title, scales: ["linear", kind], yticks: ticksOf(wanted) };
}

function ticksOf({ kind, low, high }) {
  if (kind === "linear") return Array.from({ length: 5 }, (_, k) => low + ((high - low) * k) / 4);
  const [bottom, top] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const stride = Math.max(1, Math.round((top - bottom) / 4));
  const count = Math.floor((top - bottom) / stride) + 1;
  return Array.from({ length: count }, (_, k) => 10 ** (top - k * stride));
}

// The curves of one run's quantity: of both coordinates, or of one
export function quantityPaths(quantities, name, coordinate, style) {
  const values = quantities.find(([known]) => known === name)?.[1];
  if (!values) return [];
  const dashes = { both: [[0, []], [1, [1.5, 2.5]]], x1: [[0, style.dash]], x2: [[1, style.dash]] }; // prettier-ignore
  return dashes[coordinate].map(([row, dash]) => {
    const points = new Float64Array(values.length);
    for (let k = 0; 2 * k < values.length; k++) points.set([k, values[2 * k + row]], 2 * k);
    return { points, dots: false, dash };
  });
}
