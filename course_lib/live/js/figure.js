// The view of a live figure: paths that move over the picture that matplotlib rendered.

import { Arrows } from "./arrows.js";
import { SETTLED, element, later } from "./dom.js";
import { Legend } from "./legend.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";
import { StateTable } from "./states.js";

const LOST =
  "This picture has lost its Python kernel, so sliders do nothing now. " +
  "The last result stays. Run the cell again to make it live.";
const ALONE =
  "This picture has lost its Python kernel and goes on without it. " +
  "Run the cell again to have both.";
const SPARE = 4; // pixels of the window that stay free
const THROUGH_KERNEL = "computed by Python";

export class FigureView {
  constructor(piece, model) {
    this.piece = piece;
    this.model = model;
    this.clock = piece.clock;
    this.arrows = new Arrows(piece, model);
    this.stage = new Stage(piece, model, this.arrows);
    this.legend = new Legend(piece, model);
    this.player = new Player(this.clock);
    this.states = new StateTable(piece);
    this.sentence = element("p", { class: "sentence" });
    this.spoken = element("p", { "aria-live": "polite", class: "spoken" });
    this.lost = element("p", { class: "lost", role: "status", hidden: "" });
    this.source = element("p", { class: "source", hidden: "" }, THROUGH_KERNEL);
    this.root = element(
      "div",
      {
        class: "course-live",
        "data-lm-suppress-shortcuts": "true",
        onkeydown: (event) => this.onKey(event),
      },
      ...[this.lost, this.legend.node, this.stage.node, this.arrows.node, this.player.node],
      ...[this.sentence, this.source, this.spoken, this.states.node],
    );
    this.tableAsked = 0; // milliseconds
    this.lastFrame = 0;
  }

  start() {
    this.settle = later(() => this.onSettled());
    this.showCursor = () => this.onCursor();
    this.clock.listeners.add(this.showCursor);
    this.watchSize();
  }

  stop() {
    this.clock.listeners.delete(this.showCursor);
    this.resizing.disconnect();
    this.sight.disconnect();
    this.settle.cancel();
    this.resized.cancel();
    this.stage.stop();
  }

  show() {
    const { piece } = this;
    const { paths, sentence } = piece.frame;
    this.root.style.setProperty("--scale", this.model.get("scale"));
    this.clock.setLast(Math.max(0, ...paths.map(({ n, every }) => (n - 1) * every)));
    this.legend.show();
    this.stage.show();
    this.sentence.textContent = sentence; // after the drawing, which measures the page
    this.stage.canvas.setAttribute("aria-label", sentence);
    this.states.show();
    this.lost.textContent = piece.computesHere ? ALONE : LOST;
    this.lost.hidden = !piece.isLost;
    this.source.hidden = !piece.isByPython;
    this.keepTable();
    this.settle();
  }

  onCursor() {
    this.player.show();
    this.states.show();
    this.stage.draw();
  }

  onSettled() {
    this.spoken.textContent = this.piece.frame.sentence;
    this.askForTable();
  }

  // In a long drag nothing settles: ask for the table now and then
  keepTable() {
    const now = performance.now();
    const isDrag = now - this.lastFrame < SETTLED;
    if (isDrag && now - this.tableAsked > 4 * SETTLED) this.askForTable();
    this.lastFrame = now;
  }

  // Once for each frame that Python has computed
  askForTable() {
    const { frame } = this.piece;
    const { isOn } = this.arrows; // they want one step more
    const isSame = frame === this.tableOf && isOn === this.tableWithArrows;
    const isAsked = isSame || this.piece.isShownFromHere || !this.model.get("has_table");
    if (isAsked) return;
    [this.tableOf, this.tableWithArrows] = [frame, isOn];
    this.tableAsked = performance.now();
    this.model.send("table");
  }

  onKey(event) {
    event.stopPropagation(); // keeps the notebook's own shortcuts out
    const { clock } = this;
    const { key, target } = event;
    if (target.closest("input, select, button, summary") && key !== "," && key !== ".") return;
    const action = {
      " ": () => clock.toggle(),
      ",": () => clock.go(clock.step - 1),
      ".": () => clock.go(clock.step + 1),
      Home: () => clock.go(0),
      End: () => clock.go(clock.last),
    }[key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  // A picture out of sight keeps its size: others must not be rendered before the one in use
  watchSize() {
    this.resized = later(() => this.sendScreen());
    this.resizing = new ResizeObserver(() => {
      this.stage.width = this.stage.node.clientWidth;
      this.stage.draw();
      this.resized();
    });
    this.sight = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
      this.sendScreen();
    });
    this.resizing.observe(this.stage.node);
    this.resizing.observe(this.root); // its words may take more room
    this.sight.observe(this.stage.node);
  }

  sendScreen() {
    const width = this.stage.node.clientWidth;
    const ratio = devicePixelRatio;
    const { room } = this;
    const screen = this.model.get("screen");
    const isKnown = screen.width === width && screen.ratio === ratio && screen.room === room;
    if (!this.inSight || !width || isKnown || this.piece.hand.isAlone) return;
    if (this.piece.isMoving) return this.resized(); // nothing is sent while the hand moves
    this.model.set("screen", { width, ratio, room });
    this.model.save_changes();
  }

  // The height that a notebook's window leaves for the picture, with controls and sentence in view;
  // 0 where the window is not known. The longest sentence so far counts: the picture stays as it is.
  get room() {
    const shown = this.root.closest(".jp-WindowedPanel-outer, .jp-NotebookPanel-notebook");
    if (!shown) return 0;
    const { top } = this.root.parentElement.getBoundingClientRect();
    const { bottom } = this.sentence.getBoundingClientRect();
    const others = bottom - top - this.stage.node.offsetHeight - this.height(".problem");
    const key = [shown.clientHeight, this.stage.node.clientWidth, this.model.get("scale")].join();
    if (key !== this.roomFor) [this.roomFor, this.least] = [key, Infinity];
    this.least = Math.min(this.least, Math.floor(shown.clientHeight - others - SPARE));
    return this.least;
  }

  height(selector) {
    return this.root.parentElement.querySelector(selector)?.offsetHeight ?? 0;
  }
}
