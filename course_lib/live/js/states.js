// The table of states: the numbers of the step that is shown.

import { element } from "./dom.js";


// The numbers of one step, row by row; of the last step where the table has fewer
export function statesAt({ names, rows, data }, wanted) {
  const size = names.length * rows.length;
  const step = Math.min(wanted, data.length / size - 1);
  return { step, numbers: [...data.subarray(step * size, (step + 1) * size)] };
}

export function digits(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : value.toPrecision(4);
  return text.replace("-", "−").replace("e-", "e−").replace("e+", "e");
}

export class StateTable {
  constructor(piece) {
    this.piece = piece;
    this.select = element("select", { "aria-label": "states of", onchange: () => this.show() });
    this.table = element("table");
    this.node = element("div", { class: "states" }, this.select, this.table);
  }

  show() {
    const tables = this.piece.frame.tables();
    const labels = Object.keys(tables);
    this.node.hidden = !labels.length;
    if (!labels.length) return;
    this.offer(labels);
    const table = tables[this.select.value || labels[0]];
    this.build(table.names, table.rows);
    const { step, numbers } = statesAt(table, this.piece.clock.step);
    numbers.forEach((value, k) => (this.cells[k].textContent = digits(value)));
    this.head.textContent = `t = ${step}`;
  }

  offer(labels) {
    if (labels.join() === this.labels) return;
    this.labels = labels.join();
    this.select.replaceChildren(...labels.map((label) => element("option", {}, label)));
    this.select.hidden = labels.length < 2;
  }

  // The empty table, unless it is there already
  build(names, rows) {
    const shape = names.join() + rows.join();
    if (shape === this.shape) return;
    this.shape = shape;
    const column = (name) => element("th", { scope: "col" }, name);
    this.head = column("");
    const head = element("tr", {}, this.head, ...names.map(column));
    this.cells = [];
    const body = rows.map((row) => {
      const cells = names.map(() => element("td"));
      this.cells.push(...cells);
      return element("tr", {}, element("th", { scope: "row" }, row), ...cells);
    });
    this.table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  }
}
