// A frame that Python computed: the paths, the sentence and the table of a live piece.

import { bytesOf } from "./any_host.js";

// Paths with their styles; points in data coordinates, x, y or x, y, z one after the other
function pathsOf(model) {
  const numbers = new Float64Array(bytesOf(model.get("paths")));
  let from = 0;
  return model.get("styles").map((style) => {
    const size = style.dimensions * style.n;
    const points = numbers.subarray(from, from + size);
    from += size;
    return { ...style, points };
  });
}

// The numbers of a table as Python sent them, float64 from the first step on
const numbersOf = ({ names, rows, data }) => ({ names, rows, data: new Float64Array(bytesOf(data)) });

const tablesOf = (model) =>
  Object.fromEntries(
    Object.entries(model.get("table")).map(([label, table]) => [label, numbersOf(table)]),
  );

export class KernelFrames {
  constructor(model) {
    this.model = model;
  }

  // The last frame, the same object as long as Python has sent no other
  get frame() {
    const sent = ["paths", "styles", "sentence", "panels"].map((name) => this.model.get(name));
    if (!sent.every((part, k) => part === this.sent?.[k])) {
      this.sent = sent;
      this.last = {
        paths: pathsOf(this.model),
        sentence: this.model.get("sentence"),
        panels: this.model.get("panels"),
        tables: () => this.tables(),
      };
    }
    return this.last;
  }

  tables() {
    if (this.table !== this.model.get("table")) {
      this.table = this.model.get("table");
      this.read = tablesOf(this.model);
    }
    return this.read;
  }
}
