// Which step is shown: one clock for all views of a figure. Python is not asked.

const PICTURES_PER_SECOND = 30;
const CALM_PICTURES_PER_SECOND = 2; // where the system asks for reduced motion

export class Clock {
  constructor() {
    this.step = 0;
    this.last = -1;
    this.unit = "step"; // what the player calls it
    this.speed = 10; // steps per second
    this.playing = false;
    this.listeners = new Set();
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  setLast(last) {
    if (last === this.last) return;
    const atEnd = this.step >= this.last;
    this.last = last;
    this.step = atEnd ? last : Math.min(this.step, last);
    this.tell();
  }

  go(step) {
    this.pause();
    this.step = Math.max(0, Math.min(this.last, step));
    this.tell();
  }

  play() {
    if (this.step >= this.last) this.step = 0;
    this.playing = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const most = calm ? CALM_PICTURES_PER_SECOND : PICTURES_PER_SECOND;
    const perSecond = Math.min(this.speed, most);
    const stride = Math.max(1, Math.round(this.speed / perSecond));
    clearInterval(this.timer);
    this.timer = setInterval(() => this.advance(stride), 1000 / perSecond);
    this.tell();
  }

  advance(stride) {
    this.step = Math.min(this.last, this.step + stride);
    if (this.step >= this.last || !this.listeners.size) this.pause();
    this.tell();
  }

  pause() {
    clearInterval(this.timer);
    this.playing = false;
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
    this.tell();
  }

  setSpeed(speed) {
    this.speed = speed;
    if (this.playing) this.play();
    this.tell();
  }
}

const clocks = new Map(); // by the uid of the figure

export const clockOf = (model) => {
  const uid = model.get("uid");
  if (!clocks.has(uid)) clocks.set(uid, new Clock());
  return clocks.get(uid);
};
