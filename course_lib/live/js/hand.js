// What the hand did on this page, in order, until Python has heard it. Other pages may show the
// same piece, and there may be no Python at all: then the piece takes it over itself.

import { later } from "./dom.js";

const PAGE = Math.random().toString(36).slice(2);

// Whether an action may be one of many: of a slider, a pointer in a panel, a surface that turns
export const isDrag = ({ do: what, value }) => what !== "press" && (what !== "set" || typeof value === "number"); // prettier-ignore

export class Hand {
  constructor(model) {
    this.model = model;
    this.actions = [];
    this.count = 0;
    this.isAlone = Boolean(model.isAlone); // without Python
    this.tellSoon = later(() => this.tell());
  }

  // Note what was done: set a value, choose a point, press a button, turn a surface
  did(action) {
    const last = this.actions.at(-1);
    const isSame = ["do", "name", "panel"].every((key) => last?.[key] === action[key]);
    if (isSame && isDrag(action) && last.n > this.heard) this.actions.pop();
    this.actions.push({ ...action, n: (this.count += 1) });
  }

  // All that Python has not heard yet, as one message
  tell() {
    this.tellSoon.cancel();
    if (this.isAlone || !this.unheard.length) return;
    this.actions = this.unheard;
    // a copy, because the model compares what it is given with what it had
    this.model.set("said", { page: PAGE, actions: [...this.actions] });
    this.model.save_changes();
  }

  get heard() {
    return this.model.get("heard")[PAGE] ?? 0;
  }

  get unheard() {
    return this.actions.filter(({ n }) => n > this.heard);
  }
}
