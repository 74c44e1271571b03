// The table of states: the numbers of the step that is shown. A number that is pointed at, or has
// the focus, is explained: the line that made it, with its numbers in it.

import { element } from "./dom.js";
import { digits } from "./text.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// The numbers of one step, row by row; of the last step where the table has fewer
export function statesAt({ names, rows, data }, wanted) {
  const size = names.length * rows.length;
  const step = Math.min(wanted, data.length / size - 1);
  return { step, numbers: [...data.subarray(step * size, (step + 1) * size)] };
}

// A quantity at one step: a number for each row
export const quantityAt = ({ names, rows, data }, name, step) =>
  rows.map((_, k) => data[(step * rows.length + k) * names.length + names.indexOf(name)]);

// The menu of the runs whose numbers can be shown
export class RunMenu {
  constructor(piece, label) {
    this.piece = piece;
    const onchange = () => piece.select(this.node.value);
    this.node = element("select", { "aria-label": label, onchange });
  }

  // Offer these runs, and show which is selected
  offer(labels) {
    if (labels.join() !== this.labels?.join())
      this.node.replaceChildren(...labels.map((label) => element("option", {}, label)));
    this.labels = labels;
    this.node.hidden = labels.length < 2;
    this.node.value = this.label;
  }

  get label() {
    return this.piece.selectedOf(this.labels);
  }
}

export class StateTable {
  constructor(piece) {
    this.piece = piece;
    this.menu = new RunMenu(piece, "states of");
    this.table = element("table", {
      onkeydown: (event) => this.onKey(event),
      onpointerover: (event) => this.explain(event.target),
      onpointerleave: () => this.explain(document.activeElement),
      onfocusin: (event) => this.explain(event.target),
      onfocusout: () => this.explain(),
    });
    this.line = element("p", { class: "explained", "aria-live": "polite", hidden: "" });
    this.summary = element("summary");
    this.node = element(
      "details",
      { class: "states", ontoggle: () => this.show() },
      ...[this.summary, this.menu.node, this.table, this.line],
    );
    this.cells = [];
  }

  // Folded, only its first line changes
  show() {
    const { frame, clock, model } = this.piece;
    this.summary.textContent = `Numbers of step ${clock.step}`;
    this.node.hidden = !model.get("has_table") || !frame.paths.length;
    if (this.node.open && !this.node.hidden) this.fill();
  }

  fill() {
    const tables = this.piece.frame.tables();
    const labels = Object.keys(tables);
    this.node.hidden = !labels.length;
    if (!labels.length) return;
    this.menu.offer(labels);
    const table = tables[this.label];
    this.build(table.names, table.rows);
    const { step, numbers } = statesAt(table, this.piece.clock.step);
    numbers.forEach((value, k) => (this.cells[k].textContent = digits(value)));
    this.head.textContent = `t = ${step}`;
    this.step = step;
    this.explain(this.explainedCell);
  }

  get label() {
    return this.menu.label;
  }

  // The empty table, unless it is there already
  build(names, rows) {
    const shape = names.join() + rows.join();
    if (shape === this.shape) return;
    this.shape = shape;
    this.names = names;
    const column = (name) => element("th", { scope: "col" }, name);
    this.head = column("");
    const head = element("tr", {}, this.head, ...names.map(column));
    this.cells = rows.flatMap(() => names.map(() => element("td", { tabindex: -1 })));
    this.cells[0].tabIndex = 0; // one stop for the tab key; arrow keys go on from there
    const body = rows.map((row, k) => {
      const cells = this.cells.slice(k * names.length, (k + 1) * names.length);
      return element("tr", {}, element("th", { scope: "row" }, row), ...cells);
    });
    this.table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  }

  // Show what made the number of a cell; without a cell, nothing
  explain(cell) {
    const k = this.cells.indexOf(cell);
    const { explain } = this.piece.frame;
    this.explainedCell = k < 0 || !explain ? undefined : cell;
    const width = this.names?.length;
    const text = this.explainedCell
      ? explain(this.label, this.names[k % width], Math.floor(k / width), this.step)
      : "";
    this.line.textContent = text;
    this.line.hidden = !this.cells.length || !explain;
  }

  onKey(event) {
    const move = MOVES[event.key];
    const k = this.cells.indexOf(event.target);
    if (!move || k < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const [width, height] = [this.names.length, this.cells.length / this.names.length];
    const row = Math.max(0, Math.min(height - 1, Math.floor(k / width) + move[0]));
    const column = Math.max(0, Math.min(width - 1, (k % width) + move[1]));
    const next = this.cells[row * width + column];
    [event.target.tabIndex, next.tabIndex] = [-1, 0];
    next.focus();
  }
}
