// How a run went, in one word and one sentence, as `course_lib.experiments.verdicts` judges it.
// A run has x (two coordinates of each step, one after the other), f, slope (the length of the
// gradient), minimum (null where it is not known) and bounds. Words are those of verdicts.toml.

import { filled, fixed, numberOf, place, short } from "../../live/js/text.js";

const CONVERGED_FRACTION = 1e-4; // fraction of the initial gap that may remain
export const DIVERGED_WIDTHS = 10; // distance from the middle of the window, in widths of it

const least = (values) => values.reduce((a, b) => Math.min(a, b));
const greatest = (values) => values.reduce((a, b) => Math.max(a, b));
const firstOf = (values, fits) => values.findIndex(fits);
const isNoNumber = (value) => !Number.isFinite(value);

// The step from which on all fit; the last does
function since(values, fits) {
  let step = values.length - 1;
  while (step > 0 && fits(values[step - 1])) step -= 1;
  return step;
}

// Which points lie less than ten windows away from the middle of the window
export function nearWindow(x, bounds) {
  const isNear = (value, [low, high]) =>
    Math.abs(value - (low + high) / 2) / (high - low) < DIVERGED_WIDTHS;
  return Array.from(
    { length: x.length / 2 },
    (_, k) => isNear(x[2 * k], bounds[0]) && isNear(x[2 * k + 1], bounds[1]),
  );
}

class Judge {
  constructor(words, { x, f, slope, minimum, bounds }) {
    Object.assign(this, { words, x, f, slope, minimum, bounds });
    this.n = f.length - 1;
  }

  say(kind, name, parts = {}) {
    return { kind, text: this.phrase(name, parts) };
  }

  phrase(name, parts = {}) {
    return filled(this.words[name], parts);
  }

  steps(n) {
    return this.phrase(n === 1 ? "step" : "steps", { n });
  }

  times(more) {
    const isFew = more < 100 * this.n;
    return isFew ? this.phrase("more", { more: fixed(more, 0) }) : this.phrase("many");
  }

  verdict() {
    if (this.n === 0) return this.say("no step", "no_step");
    const far = firstOf(nearWindow(this.x, this.bounds), (isNear) => !isNear);
    if (far >= 0) return this.farAway(far);
    if (this.minimum == null) return this.bySlope();
    return this.byGap(this.f.map((value) => value - this.minimum));
  }

  farAway(step) {
    const { x, f, n } = this;
    const isLost = (k) => Number.isNaN(x[2 * k]) || Number.isNaN(x[2 * k + 1]);
    const far = f[n] <= f[0] ? "far_but_lower" : "far";
    if (!isLost(step)) return this.say("diverged", far, { step });
    const always = f.every((_, k) => k < step || isLost(k));
    return this.say("diverged", always ? "nan_from" : "nan_at", { step });
  }

  byGap(gap) {
    const { n, slope } = this;
    const step = firstOf(gap, isNoNumber);
    if (step >= 0) return this.say("diverged", "no_value", { step });
    const isSmall = (value) => value <= CONVERGED_FRACTION * gap[0];
    if (isSmall(gap[n]))
      return this.say("converged", "converged", { steps: this.steps(since(gap, isSmall)) });
    const largest = greatest(slope);
    const steepest = 1e-12 > largest ? 1e-12 : largest;
    if (slope[n] <= 1e-6 * steepest) return this.say("stopped", "stopped");
    if (this.isStill()) return this.say("stopped", "still");
    if (gap[n] > 1.5 * gap[0]) return this.say("diverged", "climbing");
    if (this.isCircling(gap)) return this.say("circling", "circling");
    const more = this.stepsLeft(gap);
    if (more > n) return this.say("crawling", "crawling", { times: this.times(more) });
    return this.say("under way", "under_way", { steps: this.steps(Math.max(1, fixed(more, 0))) });
  }

  isStill() {
    return this.x.every((value, k) => value === this.x[k % 2]);
  }

  // Where the minimum is not known; what is said of f agrees with both its ends
  bySlope() {
    const { n, f, slope } = this;
    for (const [name, values] of Object.entries({ f, slope })) {
      const step = firstOf(values, isNoNumber);
      if (step >= 0) return this.say("diverged", `${name}_not_finite`, { step });
    }
    const [isZero, rises] = [(value) => value === 0, f[n] > f[0]];
    const end = rises || slope.every(isZero) ? "stopped" : "converged";
    if (isZero(slope[n])) {
      const name = slope.every(isZero) ? "slope_zero" : "slope_zero_from";
      return this.say(end, name, { step: since(slope, isZero) });
    }
    const isSmall = (value) => value <= CONVERGED_FRACTION * slope[0];
    if (isSmall(slope[n]))
      return this.say(end, "slope_fallen", { steps: this.steps(since(slope, isSmall)) });
    if (slope[n] <= 1e-6 * greatest(slope)) return this.say(end, "slope_fallen_far");
    const climbs = rises && slope[n] > 1.5 * slope[0];
    if (!climbs && this.isCircling(slope)) return this.say("circling", "slope_circling");
    if (rises) return this.say("diverged", "climbing");
    return this.slowBySlope();
  }

  slowBySlope() {
    const { n, f, slope } = this;
    for (const [when, before] of Object.entries({ start: slope[0], half: slope[n >> 1] })) {
      if (!(slope[n] >= before)) continue;
      const kind = f[n] < f[0] ? "under way" : "crawling";
      const size = slope[n] > before ? "larger_than" : "as_large_as";
      return this.say(kind, `slope_${size}_${when}`, { kind });
    }
    const more = this.stepsLeft(slope);
    const kind = more > n ? "crawling" : "under way";
    return this.say(kind, "slope_needs", { kind, times: this.times(more) });
  }

  // A long path in the second half without progress
  isCircling(gap) {
    const { x, n } = this;
    const half = n >> 1;
    const distance = (i, k) => {
      const [a, b] = [x[2 * k] - x[2 * i], x[2 * k + 1] - x[2 * i + 1]];
      return Math.sqrt(a * a + b * b);
    };
    const [before, after] = [least(gap.slice(0, half + 1)), least(gap.slice(half))];
    let length = 0;
    for (let k = half; k < n; k++) length += distance(k, k + 1);
    return n >= 8 && after > 0.5 * before && length > 4 * distance(half, n) + 1e-12;
  }

  // How many more it takes to converge at the rate of the second half
  stepsLeft(gap) {
    const { n } = this;
    const half = n >> 1;
    const rate = Math.log(gap[half] / gap[n]) / (n - half);
    return rate > 0 ? Math.log(gap[n] / (CONVERGED_FRACTION * gap[0])) / rate : Infinity;
  }

  describe(name) {
    const { x, n } = this;
    const isLost = (k) => Number.isNaN(x[2 * k]) || Number.isNaN(x[2 * k + 1]);
    const f = this.f.map((value, k) => (isLost(k) ? NaN : value));
    const verdict = this.verdict().text;
    const isDefined = Number.isFinite(f[0]);
    const saidAlready = !isDefined && verdict.endsWith("at step 0");
    const change = isDefined ? this.change(f) : this.phrase("undefined");
    const about = { name, steps: this.steps(n), x1: place(x[0]), x2: place(x[1]) };
    return this.phrase(saidAlready ? "run_without_verdict" : "run", { ...about, change, verdict });
  }

  // How values changed from first to last, with as many digits as it takes to see it
  change(f) {
    const [first, last] = [f[0], f[this.n]];
    if (last === first) {
      const always = f.every((value) => value === first);
      return this.phrase(always ? "stays" : "same_ends", { value: short(first, 3) });
    }
    if (Number.isNaN(last)) return this.phrase("to_nan", { before: short(first, 3) });
    let before, after;
    for (let digits = 2; digits < 18; digits++) {
      [before, after] = [short(first, Math.max(digits, 3)), short(last, digits)];
      if (Math.sign(numberOf(after) - numberOf(before)) === Math.sign(last - first)) break;
    }
    return this.phrase(last < first ? "falls" : "rises", { before, after });
  }
}

export const verdict = (words, run) => new Judge(words, run).verdict();

// One sentence about a run: start, change of f, verdict
export const describeRun = (words, name, run) => new Judge(words, run).describe(name);
