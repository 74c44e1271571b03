// `explore_race` in the browser: four optimizers, each at its best learning rate.

import { describeRun } from "../../experiments/js/verdicts.js";
import { readValues } from "../../live/js/rules.js";
import { general } from "../../live/js/text.js";
import { rendererOf } from "../../live/js/view.js";
import { trajectory } from "../../live/js/walk.js";
import { heightPanel, overSteps, SMALLEST } from "./figure_parts.js";
import { atPoints, contourPanel } from "./grounds.js";

const [CONTOUR, LOSS, RATES] = [0, 1, 2]; // numbers of the panels

export class RaceExplorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
  }

  after(state) {
    return state;
  }

  read(chosen) {
    return readValues(this.model.get("specs"), chosen);
  }

  frame(values) {
    const { grounds, runs, colours } = this.recorded;
    const ground = grounds[values.landscape];
    const found = runs.map((run) => this.run(run, ground, values));
    return {
      paths: found.flatMap((run) => this.paths(run, ground)),
      sentence: this.sentence(found, ground, values),
      tables: () => ({}),
      panels: [contourPanel(ground, colours), heightPanel(ground, values.n_steps)],
    };
  }

  // A run at the best rate, with the noise of each step if there is any
  run({ label, program, style, tuned }, ground, { landscape, noise, n_steps: n }) {
    const best = tuned[landscape][Number(noise)];
    const { noise: all } = this.recorded;
    const options = noise ? { noise: (t) => [all[2 * t], all[2 * t + 1]] } : {};
    const { x } = trajectory(program, ground.program, ground.x0, { lr: best.lr }, n, options);
    return { label, style, ...best, x, ...atPoints(ground, x) };
  }

  paths({ label, style, x, f, curve, dot }, { minimum }) {
    const path = (panel, points, more) => {
      const at = Float64Array.from(points);
      return { panel, points: at, dimensions: 2, n: at.length / 2, label, ...style, ...more };
    };
    const gap = (k) => Math.max(f[k] - minimum, SMALLEST);
    return [
      path(CONTOUR, x, { every: 1 }),
      path(LOSS, overSteps(f.length, gap), { every: 1 }),
      path(RATES, [NaN, NaN, ...curve, NaN, NaN], { every: 0 }), // no ring, no marker at its ends
      path(RATES, dot, { every: 0 }),
    ];
  }

  sentence(found, ground, { noise }) {
    const { words, last_line: lastLine } = this.recorded;
    const said = ({ label, lr, ...run }) =>
      describeRun(words, `${label}, lr = ${general(lr, 6)}`, { ...ground, ...run });
    return [...found.map(said), lastLine[Number(noise)]].join("\n");
  }
}

export default { render: rendererOf(RaceExplorer) };
