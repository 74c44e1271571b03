// What several explorers show alike: heights over the steps, the table of states.

import { heightsOn } from "./grounds.js";

export const SMALLEST = 1e-300; // instead of 0, which has no place on a log axis
export const LARGEST = 1e304; // of what can be drawn; ticks lie some decades above
const LOSS_DECADES = 10; // height of the panel of f(x) - minimum

// Ends of an axis for the steps of a run, with room for the markers at both
export const timeLimits = (n) => [-0.02 * Math.max(n, 1), 1.03 * Math.max(n, 1)];

// Points (t, value) for t = 0, 1, ...
export function overSteps(n, valueAt) {
  const points = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) points.set([k, valueAt(k)], 2 * k);
  return points;
}

// f(x) - minimum on a log axis; f itself where the minimum is not known
export function heightPanel(ground, nSteps) {
  const { low, high } = heightsOn(ground);
  const span = high - low;
  if (ground.minimum == null) {
    const limits = [...timeLimits(nSteps), low - 0.05 * span, high + 0.05 * span];
    return { limits, title: "f(x)", scales: ["linear", "linear"] };
  }
  const top = Math.max(span * 4, SMALLEST * 10 ** LOSS_DECADES);
  const limits = [...timeLimits(nSteps), (top / 4) * 10 ** -LOSS_DECADES, top];
  return { limits, title: "f(x) − minimum", scales: ["linear", "log"] };
}

// Quantities [name, x and y of each step] as a table of states
export function stateTable(quantities) {
  const [names, columns] = [quantities.map(([name]) => name), quantities.map(([, values]) => values)];
  const data = new Float64Array(columns.length * columns[0].length);
  columns.forEach((values, k) => {
    for (let i = 0; i < values.length; i++) data[i * columns.length + k] = values[i];
  });
  return { names, rows: ["x1", "x2"], data };
}
