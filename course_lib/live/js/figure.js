// The view of a LiveFigure: paths that move over the picture that matplotlib rendered.
// Python is asked only for new pictures, new paths and the table of states.

import { Player } from "./player.js";
import { clockOf } from "./clock.js";
import { SETTLED, element, later } from "./dom.js";
import { Stage } from "./stage.js";
import { StateTable } from "./states.js";

const LOST =
  "This picture has lost its Python kernel, so sliders do nothing now. " +
  "The last result stays. Run the cell again to make it live.";
const FRAME = ["paths", "background", "surfaces", "styles", "sentence"];

class FigureView {
  constructor(model) {
    this.model = model;
    this.clock = clockOf(model);
    this.stage = new Stage(model, this.clock);
    this.player = new Player(this.clock);
    this.states = new StateTable(model, this.clock);
    this.sentence = element("p", { class: "sentence" });
    this.spoken = element("p", { "aria-live": "polite", class: "spoken" });
    this.lost = element("p", { class: "lost", role: "status", hidden: "" }, LOST);
    this.root = element(
      "div",
      {
        class: "course-live",
        "data-lm-suppress-shortcuts": "true",
        onkeydown: (event) => this.onKey(event),
      },
      ...[this.lost, this.stage.node, this.player.node, this.sentence, this.spoken, this.states.node],
    );
    this.tableAsked = 0; // milliseconds
    this.lastFrame = 0;
  }

  start() {
    this.settle = later(() => this.onSettled());
    this.showCursor = () => this.onCursor();
    this.clock.listeners.add(this.showCursor);
    this.model.on(FRAME.map((name) => `change:${name}`).join(" "), () => this.showSoon());
    this.model.on("change:table", () => this.states.show());
    for (const event of ["comm_live_update", "comm:close"])
      this.model.on(event, () => (this.lost.hidden = false));
    this.showFrame();
    this.showCursor();
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

  // Several traits change in one message; all have changed once this runs
  showSoon() {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => {
      this.waiting = false;
      this.showFrame();
    });
  }

  showFrame() {
    const sentence = this.model.get("sentence");
    const lengths = this.model.get("styles").map((style) => (style.n - 1) * style.every);
    this.root.style.setProperty("--scale", this.model.get("scale"));
    this.clock.setLast(Math.max(0, ...lengths));
    this.stage.show();
    this.sentence.textContent = sentence; // after the drawing, which measures the page
    this.stage.canvas.setAttribute("aria-label", sentence);
    this.keepTable();
    this.settle();
  }

  onCursor() {
    this.player.show();
    this.states.show();
    this.stage.draw();
  }

  onSettled() {
    this.spoken.textContent = this.model.get("sentence");
    this.askForTable();
  }

  // In a long drag nothing settles: ask for the table now and then
  keepTable() {
    const now = performance.now();
    const isDrag = now - this.lastFrame < SETTLED;
    if (isDrag && now - this.tableAsked > 4 * SETTLED) this.askForTable();
    this.lastFrame = now;
  }

  askForTable() {
    if (!this.model.get("has_table")) return;
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
    if (!this.inSight || !width || isKnown) return;
    this.model.set("screen", { width, ratio });
    this.model.save_changes();
  }
}

function render({ model, el }) {
  const view = new FigureView(model);
  el.append(view.root);
  view.start();
  return () => view.stop();
}

export default { render };
