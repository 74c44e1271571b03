// A live piece on this page: what its controls say, and the frame that its views show.
//
// A frame comes from the explorer's half in the browser, which computes it from recorded programs,
// or from Python. While the hand moves, the browser's is shown and nothing is sent. When the hand
// rests, Python computes the same frame; if the two do not look the same, Python's is shown. Where
// that happens to the first frame, or several times in a row, Python computes all from then on.

import { changedPanel } from "./axes.js";
import { clockOf } from "./clock.js";
import { sameFrame } from "./frames.js";
import { Hand, isDrag } from "./hand.js";
import { KernelFrames } from "./kernel_frames.js";
import { Refused } from "./rules.js";
import { changedSolid } from "./solid.js";

const HEARD = [
  ...["heard", "chosen", "points", "values", "problem", "recorded", "through_kernel", "bar", "map_numbers"],
  ...["paths", "styles", "sentence", "table", "panels", "background", "surfaces", "scale"],
];

const MISSES = 3; // frames in a row that Python refutes; then the recording is taken to be wrong

const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// The state after an action, as it is for every piece; `specs` are those of the controls
export function afterAction(state, { do: what, name, value, panel, x, y, elev, azim }, specs) {
  if (what === "set") return { ...state, chosen: { ...state.chosen, [name]: value } };
  if (what === "turn") return { ...state, views: { ...state.views, [panel]: { elev, azim } } };
  if (what === "point") return { ...state, points: { ...state.points, [panel]: [x, y] } };
  const isReset = what === "press" && name === "reset";
  return isReset ? { ...state, chosen: firstValues(specs) } : state;
}

const firstValues = (specs) => Object.fromEntries(specs.map(({ name, value }) => [name, value]));

function withWanted(panel, wanted) {
  const { paint, ...now } = wanted;
  return { ...changedPanel(panel, now), wanted };
}

class Piece {
  constructor(model, Explorer) {
    this.model = model;
    this.hand = new Hand(model);
    this.clock = clockOf(model);
    this.kernel = new KernelFrames(model);
    this.listeners = new Set();
    this.hidden = new Set(); // labels of the runs whose paths are not drawn
    this.selected = undefined; // label of the run whose numbers are shown
    this.heardTraits = HEARD.map((name) => `change:${name}`);
    this.Explorer = Explorer;
    this.isLost = false;
    this.hasBegun = false;
    this.misses = MISSES - 1; // until the first frame is found to be right
  }

  // The browser's half of the explorer, made anew when Python has recorded anew
  get explorer() {
    const recorded = this.model.get("recorded");
    if (recorded !== this.recorded) {
      this.recorded = recorded;
      const isThere = this.Explorer && Object.keys(recorded ?? {}).length;
      this.half = isThere ? new this.Explorer(recorded, this.model, () => this.renew()) : undefined;
      this.own = undefined;
    }
    return this.half;
  }

  get computesHere() {
    return Boolean(this.explorer) && !this.model.get("through_kernel");
  }

  // What the controls say, the chosen points and the views of surfaces, with all that the hand did
  get state() {
    const { model } = this;
    const start = { chosen: model.get("chosen") ?? {}, points: model.get("points") ?? {}, views: {} };
    return this.hand.unheard.reduce((state, action) => this.after(state, action), start);
  }

  after(state, action) {
    const next = afterAction(state, action, this.model.get("specs"));
    try {
      return this.computesHere ? this.explorer.after(next, action, state) : next;
    } catch (error) {
      if (error instanceof Refused) return next; // a value that is refused is said with the frame
      throw error;
    }
  }

  // The hand did something: show what comes of it, and tell Python when the hand rests
  did(action) {
    this.hand.did(action);
    this.update();
    const turnsHere = action.do === "turn" && this.model.get("solids")[action.panel];
    if (isDrag(action) && (turnsHere || this.isOwn)) this.hand.tellSoon();
    else this.hand.tell();
  }

  // Take the paths of a run away, or bring them back
  hide(label, isHidden) {
    if (isHidden) this.hidden.add(label);
    else this.hidden.delete(label);
    for (const listener of this.listeners) listener();
  }

  // Show the numbers of a run
  select(label) {
    this.selected = label;
    for (const listener of this.listeners) listener();
  }

  // Of these runs the selected one; at first the first that is drawn
  selectedOf(labels) {
    if (labels.includes(this.selected)) return this.selected;
    return labels.find((label) => !this.hidden.has(label)) ?? labels[0];
  }

  // Compute the frame anew, because something that it waited for is there
  renew() {
    this.own = undefined;
    this.update();
  }

  // Python's first picture is shown: from now on the browser computes
  begin() {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.hear();
  }

  update() {
    if (this.computesHere && (this.hasBegun || this.isMoving)) this.compute(this.state);
    for (const listener of this.listeners) listener();
  }

  compute({ chosen, points, note }) {
    this.refused = note && new Refused(note);
    try {
      const values = this.explorer.read(chosen);
      if (equal([values, points], this.own?.of)) return;
      this.own = { of: [values, points], frame: this.explorer.frame(values, points) };
    } catch (error) {
      if (error instanceof Refused) this.refused = error;
      else this.giveUp(error);
    }
  }

  giveUp(reason) {
    console.warn("frames come from Python from now on:", reason);
    this.model.set("through_kernel", true);
    if (!this.hand.isAlone) this.model.save_changes();
  }

  // Whether the browser has a frame for what the controls say
  get isOwn() {
    return this.computesHere && Boolean(this.own?.frame);
  }

  // A message of Python sets several traits; all are set once this runs
  hear() {
    if (this.isHearing) return;
    this.isHearing = true;
    queueMicrotask(() => {
      this.isHearing = false;
      if (this.own?.frame?.isPending) this.own = undefined;
      this.update();
      this.check();
    });
  }

  // Whether the browser's frame is the one that Python has computed for the same values
  check() {
    if (!this.isOwn || this.isMoving || this.refused) return;
    const { model, own } = this;
    if (!equal(own.of, [model.get("values"), model.get("points")])) return;
    if (own.frame.isPending || own.isChecked) return;
    own.isChecked = true;
    own.isRefuted = !sameFrame(own.frame, this.kernel.frame, this.panels, model.get("size"));
    if (own.isRefuted) this.onMiss();
    else [this.misses, own.frame.sentence] = [0, this.kernel.frame.sentence];
    this.update();
  }

  // One run may be chaotic; the first one, or several in a row, say that the recording is wrong
  onMiss() {
    this.misses += 1;
    if (this.misses >= MISSES) this.giveUp("Python computed another picture");
  }

  // Python is gone; where the browser computes, everything goes on
  lost() {
    this.isLost = true;
    this.hand.isAlone = this.model.isAlone = true;
    this.update();
  }

  // Whether the frame that is shown was computed by Python though the browser computes, too
  get isByPython() {
    return Boolean(this.Explorer) && (this.model.get("through_kernel") || Boolean(this.own?.isRefuted));
  }

  // Whether the frame that is shown was computed here
  get isShownFromHere() {
    return this.isOwn && !this.own.isRefuted;
  }

  get isMoving() {
    return this.hand.isAlone || this.hand.unheard.length > 0;
  }

  get frame() {
    return this.isShownFromHere ? this.own.frame : this.kernel.frame;
  }

  // The panels as they should be now; `wanted` is what the browser's frame changes in one
  get panels() {
    const wanted = (this.isOwn && this.isMoving && this.own.frame.panels) || [];
    const { views } = this.state;
    return this.model.get("panels").map((panel, k) => {
      if (!panel.surface) return wanted[k] ? withWanted(panel, wanted[k]) : panel;
      return { ...panel, ...views[k], solid: this.solid(k, wanted[k]), wanted: wanted[k] };
    });
  }

  // The surface of a panel, maybe another than that of Python's picture
  solid(k, wanted) {
    const solid = this.model.get("solids")[k];
    const isOther = solid && wanted && wanted.name !== this.model.get("panels")[k].name;
    if (!isOther) return solid;
    if (this.changed?.solid !== solid || this.changed.name !== wanted.name)
      this.changed = { solid, name: wanted.name, now: changedSolid(solid, wanted.paint()) };
    return this.changed.now;
  }

  get problem() {
    const said = this.model.get("problem") ?? {};
    if (this.refused) return { text: this.refused.text, name: this.refused.name };
    return this.computesHere && this.isMoving ? {} : said;
  }
}

const pieces = new Map(); // by the uid of the widget: several views show one piece

export function pieceOf(model, Explorer) {
  const uid = model.get("uid");
  if (!pieces.has(uid)) pieces.set(uid, new Piece(model, Explorer));
  return pieces.get(uid);
}
