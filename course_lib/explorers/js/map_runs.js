// All runs of a sensitivity map: every cell is a lane. They are computed in slices, so that the
// page goes on answering meanwhile.

import { DIVERGED_WIDTHS } from "../../experiments/js/verdicts.js";
import { Walk } from "../../live/js/walk.js";

const BLOCK = 512; // lanes at once: their registers stay in the processor's cache
const SLICE = 8; // milliseconds

// Numbers of each cell, the worst start counts: steps until f stays within the tolerance, f at the
// end, and whether it diverged. `isStale` says that nobody waits for them any more: then undefined.
export async function mapNumbers(settings, isStale) {
  const { ground, tolerance } = settings;
  let { minimum } = ground;
  if (minimum == null) {
    const lowest = { value: Number.MAX_VALUE }; // where there is no value at all
    if (!(await allCells(settings, isStale, (run) => run.noteLowest(lowest)))) return undefined;
    minimum = lowest.value;
  }
  const cells = settings.lanes;
  const numbers = (first) => new Float64Array(cells).fill(first);
  const found = { minimum, steps: numbers(0), final: numbers(-Infinity) };
  Object.assign(found, { diverged: numbers(0), nearest: numbers(NaN) });
  const limit = minimum + tolerance;
  if (!(await allCells(settings, isStale, (run) => run.note(found, limit)))) return undefined;
  for (let k = 0; k < cells; k++) {
    if (found.diverged[k]) found.final[k] = Infinity;
    if (found.diverged[k] || found.steps[k] > settings.nSteps) found.steps[k] = Infinity;
  }
  return found;
}

// Runs of all cells from all starts, block by block; false if they have become stale
async function allCells(settings, isStale, note) {
  const breaks = new Breaks();
  try {
    for (const start of settings.starts.keys())
      for (let from = 0; from < settings.lanes; from += BLOCK) {
        const run = new BlockRun(settings, start, from);
        note(run);
        while (run.t < settings.nSteps) {
          if (breaks.isDue) await breaks.take();
          if (isStale()) return false;
          run.advance();
          note(run);
        }
      }
    return true;
  } finally {
    breaks.end();
  }
}

// Breaks in which the page does what else it has to do; the first one is due at once. A message to
// oneself comes back sooner than a timer.
class Breaks {
  constructor() {
    this.channel = new MessageChannel();
    this.since = -Infinity;
  }

  get isDue() {
    return performance.now() - this.since >= SLICE;
  }

  async take() {
    const { port1, port2 } = this.channel;
    await new Promise((done) => {
      port1.onmessage = done;
      port2.postMessage(0);
    });
    this.since = performance.now();
  }

  end() {
    this.channel.port1.close();
  }
}

// The runs of some cells from one start
class BlockRun {
  constructor({ program, ground, starts, hyper, lanes, noise, nSteps }, start, from) {
    const to = Math.min(from + BLOCK, lanes);
    const part = (value) => (typeof value === "object" ? value.slice(from, to) : value);
    const parts = Object.entries(hyper).map(([name, value]) => [name, part(value)]);
    Object.assign(this, { from, noise, start, ground, nSteps, k: starts.length, t: 0 });
    this.lanes = to - from;
    this.walk = new Walk(program, ground.program, {
      x0: starts[start].map(part),
      hyper: Object.fromEntries(parts),
      lanes: this.lanes,
    });
    const [[low1, high1], [low2, high2]] = ground.bounds;
    this.middle = [(low1 + high1) / 2, (low2 + high2) / 2];
    this.reach = [DIVERGED_WIDTHS * (high1 - low1), DIVERGED_WIDTHS * (high2 - low2)];
  }

  advance() {
    this.walk.advance(this.noise?.(this.t, this.start, this.k));
    this.t += 1;
  }

  noteLowest(lowest) {
    for (const f of this.walk.f) if (Number.isFinite(f) && f < lowest.value) lowest.value = f;
  }

  // What this step says of each cell
  note({ steps, final, diverged, nearest }, limit) {
    const { f, x } = this.walk;
    const { from, middle, reach, lanes, t, nSteps } = this;
    for (let i = 0; i < lanes; i++) {
      if (!(f[i] <= limit)) steps[from + i] = Math.max(steps[from + i], t + 1);
      const isInside =
        Math.abs(x[0][i] - middle[0]) < reach[0] && Math.abs(x[1][i] - middle[1]) < reach[1];
      if (!isInside || !Number.isFinite(f[i])) diverged[from + i] = 1;
    }
    if (t < nSteps) return;
    for (let i = 0; i < lanes; i++) {
      final[from + i] = Math.max(final[from + i], f[i]);
      if (this.start === 0) nearest[from + i] = nearestOf(this.ground.minimizers, x[0][i], x[1][i]);
    }
  }
}

// The number of the minimizer that a point is nearest to
function nearestOf(minimizers, x1, x2) {
  const distances = minimizers.map(([m1, m2]) => Math.hypot(x1 - m1, x2 - m2));
  return distances.length ? distances.indexOf(Math.min(...distances)) : NaN;
}
