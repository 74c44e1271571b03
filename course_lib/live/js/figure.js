// The view of a live figure: paths that move over the picture that matplotlib rendered.

import { Player } from "./player.js";
import { SETTLED, element, later } from "./dom.js";
import { Stage } from "./stage.js";
import { StateTable } from "./states.js";

const LOST =
  "This picture has lost its Python kernel, so sliders do nothing now. " +
  "The last result stays. Run the cell again to make it live.";
const ALONE =
  "This picture has lost its Python kernel and goes on without it. " +
  "Run the cell again to have both.";
const THROUGH_KERNEL = "computed by Python";

export class FigureView {
  constructor(piece, model) {
    this.piece = piece;
    this.model = model;
    this.clock = piece.clock;
    this.stage = new Stage(piece, model);
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
      ...[this.lost, this.stage.node, this.player.node, this.sentence, this.source],
      ...[this.spoken, this.states.node],
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
    const isAsked = frame === this.tableOf || this.piece.isShownFromHere || !this.model.get("has_table");
    if (isAsked) return;
    this.tableOf = frame;
    this.tableAsked = performance.now();
    this.model.send("table");
  }

  onKey(event) {
    event.stopPropagation(); // keeps the notebook's own shortcuts out
    const { clock } = this;
    const { key, target } = event;
    if (target.closest("input, select, button") && key !== "," && key !== ".") return;
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
    this.sight.observe(this.stage.node);
  }

  sendScreen() {
    const width = this.stage.node.clientWidth;
    const ratio = devicePixelRatio;
    const screen = this.model.get("screen");
    const isKnown = screen.width === width && screen.ratio === ratio;
    if (!this.inSight || !width || isKnown || this.piece.hand.isAlone) return;
    this.model.set("screen", { width, ratio });
    this.model.save_changes();
  }
}
