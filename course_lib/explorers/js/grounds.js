// A recorded landscape: its values and slopes, its contour, its surface.

import { heightOf, heightsOf, valueOf } from "../../live/js/fields.js";
import { general, short } from "../../live/js/text.js";
import { Machine } from "../../live/js/machine.js";

const CONTOUR_GRID = 151; // points of the grid of a contour in each direction
const SURFACE_GRID = 45; // and of a surface

// The landscape's machine, run at points x, two coordinates one after the other
function machineAt({ program, given = {} }, x) {
  const n = x.length / 2;
  const machine = new Machine(program, n);
  for (const [name, value] of Object.entries(given)) machine.set(name, value);
  machine.set("x.0", everyOther(x, 0));
  machine.set("x.1", everyOther(x, 1));
  machine.run();
  return machine;
}

// f and the length of the gradient at points
export function atPoints(ground, x) {
  const machine = machineAt(ground, x);
  const [g0, g1] = [machine.get("g.0"), machine.get("g.1")];
  return { f: machine.get("f").slice(), slope: g0.map((slope, k) => Math.hypot(slope, g1[k])) };
}

const everyOther = (x, first) => Float64Array.from({ length: x.length / 2 }, (_, k) => x[2 * k + first]);

// The landscape that a family makes of the values of its parameters; any other is as it is
export function madeOf(family, values) {
  if (!family.parameters || !family.program) return family;
  const given = Object.fromEntries(family.parameters.map((name) => [name, values[name]]));
  const words = family.parameters.map((name) => `${name} = ${general(given[name], 6)}`);
  const machine = new Machine(family.program);
  for (const [name, value] of Object.entries(given)) machine.set(name, value);
  machine.run();
  const numbers = (name, n) => Array.from({ length: n }, (_, k) => machine.get(`${name}.${k}`)[0]);
  const n = family.minimizers.length;
  const [first, second] = [numbers("minimizers", n), numbers("minimizers", 2 * n).slice(n)];
  const [low1, high1, low2, high2] = numbers("bounds", 4);
  const made = {
    ...{ ...family, given, name: [family.title, ...words].join(", "), x0: numbers("x0", 2) },
    ...{ bounds: [[low1, high1], [low2, high2]], minimizers: first.map((x1, k) => [x1, second[k]]) }, // prettier-ignore
  };
  const lowest = n ? Math.min(...atPoints(made, made.minimizers.flat()).f) : NaN;
  return { ...made, minimum: Number.isFinite(lowest) ? lowest : null };
}

// The values on a grid of n by n points over the window, row by row, as `Objective.grid` has it
export function onGrid(ground, n) {
  const [[low1, high1], [low2, high2]] = ground.bounds;
  const at = (low, high, k) => low + ((high - low) * k) / (n - 1);
  const points = new Float64Array(2 * n * n);
  for (let k = 0; k < n * n; k++) {
    points[2 * k] = at(low1, high1, k % n);
    points[2 * k + 1] = at(low2, high2, Math.floor(k / n));
  }
  return machineAt(ground, points).get("f").slice();
}

// How values become heights between 0 and 1; computed once for a landscape
export function heightsOn(ground) {
  ground.heights ??= heightsOf(onGrid(ground, 61), ground.minimum);
  return ground.heights;
}

// The points of a path on the surface, x, y, z; nan where it leaves the window
export function pathOnSurface(ground, x, f) {
  const heights = heightsOn(ground);
  const [[low1, high1], [low2, high2]] = ground.bounds;
  const points = new Float64Array(3 * f.length).fill(NaN);
  for (let k = 0; k < f.length; k++) {
    const [x1, x2] = [x[2 * k], x[2 * k + 1]];
    if (!(x1 >= low1 && x1 <= high1 && x2 >= low2 && x2 <= high2)) continue;
    points.set([x1, x2, heightOf(heights, f[k])], 3 * k);
  }
  return points;
}

// The panels of a landscape, with what is needed to paint them

export const contourPanel = (ground, colours) => ({
  limits: ground.bounds.flat(),
  title: ground.name,
  paint: () => ({ field: contourOf(ground, colours), crosses: ground.minimizers }),
});

const contourOf = (ground, colours) => ({
  ...{ kind: "contour", values: onGrid(ground, CONTOUR_GRID), rows: CONTOUR_GRID, columns: CONTOUR_GRID },
  ...{ heights: heightsOn(ground), colours },
});

export const surfacePanel = (ground) => ({
  name: ground.name,
  paint: () => {
    const heights = heightsOn(ground);
    return {
      window: ground.bounds.flat(),
      heights: Float32Array.from(onGrid(ground, SURFACE_GRID), (f) => heightOf(heights, f)),
      words: (height) => short(valueOf(heights, height)),
    };
  },
});
