// `explore_online` in the browser: optimizers on the costs g_t x, with x clipped to [-1, 1].

import { Machine } from "../../live/js/machine.js";
import { readValues } from "../../live/js/rules.js";
import { fixed, general, short } from "../../live/js/text.js";
import { rendererOf } from "../../live/js/view.js";
import { Walk } from "../../live/js/walk.js";
import { SMALLEST } from "./figure_parts.js";

const [REGRET, PLACE] = [0, 1]; // numbers of the panels
const POINTS = 200; // of a curve; a screen has not many more pixels for it

const clipped = (x) => (x > 1 ? 1 : x < -1 ? -1 : x);

// Gradients `high` once in a period, else `low`
function periodic({ n_steps: n, high, low, period }) {
  return Float64Array.from({ length: n }, (_, k) => (k % period === 0 ? high : low));
}

// The learning rate at the times 1, 2, ..., n
function ratesOf(schedule, lr, n) {
  const machine = new Machine(schedule, n);
  machine.set("lr", lr);
  machine.set("t", Float64Array.from({ length: n }, (_, k) => k + 1));
  machine.run();
  return machine.get("value");
}

// x at all times from 0 on, and the average regret
function onlineRun(program, g, rates, hyper) {
  const walk = new Walk(program, null, { x0: [0], hyper });
  const [gradient, lr] = [walk.state("g.0"), walk.state("lr")];
  const [x, averageRegret] = [new Float64Array(g.length + 1), new Float64Array(g.length)];
  let [paid, sum] = [0, 0];
  for (let t = 0; t < g.length; t++) {
    paid += g[t] * x[t];
    sum += g[t];
    averageRegret[t] = (paid + Math.abs(sum)) / (t + 1);
    gradient[0] = g[t];
    lr[0] = rates[t];
    walk.advance();
    walk.x[0][0] = x[t + 1] = clipped(walk.x[0][0]);
  }
  return { x, averageRegret };
}

// At most POINTS of the times 1, ..., n, evenly spaced on a log axis, the last among them
function timesOf(n) {
  const count = Math.min(n, POINTS);
  const step = Math.log10(n) / (count - 1);
  const at = (k) => (k === count - 1 ? n : Math.round(10 ** (k * step)));
  return [...new Set(Array.from({ length: count }, (_, k) => at(k)))];
}

// A curve at some of the times: points t, value
const sampled = (values) =>
  Float64Array.from(timesOf(values.length).flatMap((t) => [t, values[t - 1]]));

// A curve that oscillates: its lowest and highest value between the times
function outlined(values) {
  const times = timesOf(values.length);
  const points = times.flatMap((t, k) => {
    const part = values.slice(t - 1, (times[k + 1] ?? values.length + 1) - 1);
    const low = part.reduce((a, b) => Math.min(a, b));
    const high = part.reduce((a, b) => Math.max(a, b));
    return low < high ? [t, low, t, high] : [t, low];
  });
  return Float64Array.from(points);
}

export class OnlineExplorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
  }

  after(state, action) {
    if (action.do !== "press") return state;
    return { ...state, chosen: { ...state.chosen, ...this.recorded.scenes[action.name] } };
  }

  read(chosen) {
    return readValues(this.model.get("specs"), chosen);
  }

  frame(values) {
    const g = periodic(values);
    const rates = ratesOf(this.recorded.schedules[values.schedule], values.lr, g.length);
    const { beta1, beta2 } = values;
    const runs = this.recorded.runs
      .filter(({ name }) => values[name])
      .map((run) => ({ ...run, ...onlineRun(run.program, g, rates, { beta1, beta2 }) }));
    const times = [0.85, 1.2 * Math.max(g.length, 2)];
    const panels = this.model.get("panels");
    return {
      paths: [this.worst(values), ...runs.flatMap((run) => this.paths(run))],
      sentence: onlineSentence(values, runs),
      tables: () => ({}),
      panels: panels.map(({ limits }) => ({ limits: [...times, ...limits.slice(2)] })),
    };
  }

  worst(values) {
    const cost = Math.max(2 * Math.abs(meanSlope(values)), SMALLEST);
    const points = Float64Array.from([1, cost, values.n_steps, cost]);
    return { ...curve(REGRET, points), label: "", ...this.recorded.worst };
  }

  paths({ name, style, x, averageRegret }) {
    const height = averageRegret.map((value) => Math.max(value, SMALLEST)); // may be negative
    return [
      { ...curve(REGRET, sampled(height)), label: name, ...style },
      { ...curve(PLACE, outlined(x)), label: name, ...style },
    ];
  }
}

const curve = (panel, points) => ({ panel, points, dimensions: 2, n: points.length / 2, every: 0 });

const meanSlope = ({ low, high, period }) => low + (high - low) / period;

// The costs, the best point, where each optimizer is
function onlineSentence(values, runs) {
  const { high, low, period, n_steps: n } = values;
  const mean = meanSlope(values);
  const best = mean
    ? `so the best point is ${general(-Math.sign(mean), 6)}`
    : "so all points are equally good";
  const lines = runs.map(
    ({ name, x, averageRegret }) =>
      `${name} is at x = ${fixed(x.at(-1), 3)} after ${n} steps, ` +
      `average regret ${short(averageRegret.at(-1), 3)}.`,
  );
  return [
    `Slope ${general(high, 6)} once in ${general(period, 6)} times, else ${general(low, 6)}. ` +
      `A period sums to ${short(mean * period, 3)}, ${best}.`,
    ...(runs.length ? lines : ["No optimizer is chosen."]),
  ].join("\n");
}

export default { render: rendererOf(OnlineExplorer) };
