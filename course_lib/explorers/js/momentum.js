// `explore_momentum` in the browser: the map of lr and beta beside the ravine.

import { verdict } from "../../experiments/js/verdicts.js";
import { Machine } from "../../live/js/machine.js";
import { Refused, readValues } from "../../live/js/rules.js";
import { fixed, general, short } from "../../live/js/text.js";
import { rendererOf } from "../../live/js/view.js";
import { trajectory } from "../../live/js/walk.js";
import { SMALLEST, overSteps, timeLimits } from "./figure_parts.js";
import { atPoints, contourPanel, heightsOn } from "./grounds.js";

const [PAIR, CONTOUR, LOSS] = [0, 1, 2]; // numbers of the panels
const GAP_DECADES = [-10, 4]; // ends of the loss panel, relative to the highest value in the window

// A formula for given inputs; a list of numbers is one for each lane
function valueOf(program, inputs, output = "value", lanes = 1) {
  const machine = new Machine(program, lanes);
  for (const [name, value] of Object.entries(inputs)) machine.set(name, value);
  machine.run();
  return lanes === 1 ? machine.get(output)[0] : machine.get(output).slice();
}

export class MomentumExplorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
  }

  // Python's button takes the last values that were allowed, and its dot follows lr and beta
  after(state, action) {
    const { allowed = this.model.get("values") } = state;
    let { chosen, points } = state;
    if (action.do === "point" && action.panel === PAIR)
      chosen = { ...chosen, lr: action.x, beta: action.y };
    if (action.do === "press" && action.name === "reset")
      points = { ...points, [CONTOUR]: this.recorded.x0 };
    if (action.do === "press" && action.name === "best pair") {
      const [lr, beta] = this.best(allowed.kappa, allowed.kind);
      chosen = { ...chosen, lr, beta };
    }
    return this.withDot({ ...state, chosen, points, allowed });
  }

  withDot(state) {
    try {
      const allowed = this.read(state.chosen);
      const points = { ...state.points, [PAIR]: [allowed.lr, allowed.beta] };
      return { ...state, points, allowed };
    } catch (error) {
      if (error instanceof Refused) return state;
      throw error;
    }
  }

  read(chosen) {
    return readValues(this.model.get("specs"), chosen);
  }

  best(kappa, kind) {
    const { best } = this.recorded.kinds[kind].formulas;
    return ["value.0", "value.1"].map((output) => valueOf(best, { kappa }, output));
  }

  frame(values, points) {
    const { lr, beta, kappa, kind, n_steps: n } = values;
    const { program, style } = this.recorded.kinds[kind];
    const ground = this.groundOf(kappa);
    const { x } = trajectory(program, ground.program, points[CONTOUR], { lr, beta, kappa }, n);
    const run = { x, ...atPoints(ground, x) };
    const gap = (k) => Math.max(run.f[k] - ground.minimum, SMALLEST);
    const path = (panel, at) => ({
      ...{ panel, points: at, dimensions: 2, n: n + 1, every: 1, label: kind, ...style },
    });
    const pair = { ...path(PAIR, Float64Array.from([lr, beta])), n: 1, label: "" };
    return {
      paths: [
        { ...pair, ...this.recorded.chosen },
        path(CONTOUR, x),
        path(LOSS, overSteps(n + 1, gap)),
      ],
      sentence: this.sentence(values, ground, run),
      tables: () => ({}),
      panels: [
        {
          of: `${kind}, kappa = ${general(kappa, 6)}`,
          paint: (panel) => this.map(panel, kappa, kind),
        },
        contourPanel(ground, this.recorded.colours.ravine),
        { limits: [...timeLimits(n), ...GAP_DECADES.map((d) => heightsOn(ground).high * 10 ** d)] },
      ],
    };
  }

  // The ravine of one kappa; kept as long as it does not change
  groundOf(kappa) {
    if (this.ground?.given.kappa !== kappa) {
      const name = `ravine, kappa = ${general(kappa, 3)}`;
      this.ground = { ...this.recorded.ground, name, given: { kappa } };
    }
    return this.ground;
  }

  // The map of the steps for one more digit, with the stability limit and the best pair
  map(panel, kappa, kind) {
    const { lr, beta, n, steps } = this.recorded.map;
    const { formulas } = this.recorded.kinds[kind];
    const along = (make) => Float64Array.from({ length: n }, (_, k) => make(k / (n - 1)));
    const [x, y] = [
      along((share) => lr[0] * (lr[1] / lr[0]) ** share),
      along((share) => beta[0] + (beta[1] - beta[0]) * share),
    ];
    const over = (make) => Float64Array.from({ length: n * n }, (_, k) => make(k));
    const pairs = { lr: over((k) => x[k % n]), beta: over((k) => y[Math.floor(k / n)]), kappa };
    const values = valueOf(formulas.steps, pairs, "value", n * n);
    const limit = valueOf(formulas.limit, { beta: y, kappa }, "value", n);
    const moved = {
      "stability limit": [...limit].flatMap((value, k) => [value, y[k]]),
      "best pair": this.best(kappa, kind),
    };
    const { colours, diverged } = this.recorded;
    return {
      field: {
        kind: "map",
        values,
        x,
        y,
        ends: steps,
        log: true,
        colours: colours.map,
        bad: diverged,
      },
      lines: panel.lines.map((line) => ({ ...line, points: moved[line.label] ?? line.points })),
    };
  }

  sentence({ lr, beta, kappa, kind, n_steps: n }, ground, run) {
    const { rate, limit } = this.recorded.kinds[kind].formulas;
    const measured = measuredRate(run.x);
    const found = Number.isFinite(measured)
      ? `${fixed(measured, 3)} measured`
      : "too few steps to measure";
    const { text } = verdict(this.recorded.words, { ...ground, ...run });
    return (
      `${kind}, kappa = ${general(kappa, 6)}, lr = ${general(lr, 3)}, ` +
      `beta = ${general(beta, 4)}, ${n} steps: ${text}.\n` +
      `Factor per step: ${fixed(valueOf(rate, { lr, beta, kappa }), 3)} predicted, ${found}. ` +
      `The stability limit is at lr = ${short(valueOf(limit, { beta, kappa }), 3)}.`
    );
  }
}

// Convergence rate of a run, as `experiments.momentum.measured_rate`
function measuredRate(x) {
  const distances = Array.from({ length: x.length / 2 }, (_, k) =>
    Math.hypot(x[2 * k], x[2 * k + 1]),
  );
  const outside = distances.findIndex((distance) => !(distance > 1e-150 && distance < 1e150));
  const inside = outside < 0 ? distances : distances.slice(0, outside);
  const third = Math.floor(inside.length / 3);
  if (!third) return NaN;
  const meanLog = (part) => part.reduce((sum, value) => sum + Math.log(value), 0) / part.length;
  const [first, last] = [inside.slice(0, third), inside.slice(-third)].map(meanLog);
  return Math.exp((last - first) / (inside.length - third));
}

export default { render: rendererOf(MomentumExplorer) };
