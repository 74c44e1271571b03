// The numbers of sensitivity maps: Python's where it has computed the same map, else computed here.

import { bytesOf } from "../../live/js/any_host.js";
import { mapNumbers } from "./map_runs.js";

const PARTS = ["steps", "final", "nearest", "diverged"];

export class Maps {
  constructor(model, redraw) {
    Object.assign(this, { model, redraw });
    this.bests = new Map(); // key of a map -> its best cell
  }

  // The numbers of a map, undefined while they are computed. `runs` makes what they come from.
  numbers(key, columns, runs) {
    const sent = this.model.get("map_numbers");
    if (JSON.stringify(sent.of) === key) return this.fromPython(sent, key, columns);
    if (this.key !== key) this.compute(key, columns, runs());
    if (this.failure) throw this.failure;
    return this.found;
  }

  // The best cell of a map that is known, or undefined
  best(key) {
    return this.bests.get(key);
  }

  fromPython(sent, key, columns) {
    if (!this.found) this.key = this.job = undefined; // nobody waits for it any more
    if (this.sent !== sent) {
      const parts = PARTS.map((name) => [name, new Float64Array(bytesOf(sent[name]))]);
      const numbers = { minimum: sent.minimum, ...Object.fromEntries(parts) };
      this.python = this.withBest(numbers, key, columns);
      this.sent = sent;
    }
    return this.python;
  }

  // One map is computed at a time: a newer one takes the place of an older
  async compute(key, columns, runs) {
    const job = {};
    Object.assign(this, { key, job, found: undefined, failure: undefined });
    try {
      const numbers = await mapNumbers(runs, () => this.job !== job);
      if (this.job === job) this.found = this.withBest(numbers, key, columns);
    } catch (error) {
      if (this.job === job) this.failure = error; // the next frame says so
    }
    if (this.job === job) this.redraw();
  }

  withBest(numbers, key, columns) {
    const k = bestOf(numbers);
    const best = [Math.floor(k / columns), k % columns];
    this.bests.set(key, best);
    return { ...numbers, best };
  }
}

// The cell with the fewest steps, among equals the one with the lowest f
function bestOf({ steps, final }) {
  let best = 0;
  for (let k = 1; k < steps.length; k++) {
    const isBetter = steps[k] < steps[best] || (steps[k] === steps[best] && final[k] < final[best]);
    if (isBetter) best = k;
  }
  return best;
}
