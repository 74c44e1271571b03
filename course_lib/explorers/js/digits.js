// `explore_digits` in the browser: a recorded training. The step that the player shows is the epoch.

import { whenOpen } from "../../live/js/closed.js";
import { clockOf } from "../../live/js/clock.js";
import { element, place } from "../../live/js/dom.js";
import { pieceOf } from "../../live/js/piece.js";
import { rendererOf } from "../../live/js/view.js";

const SPEED = 2; // epochs per second at first

export class DigitsExplorer {
  constructor(recorded, model, renew) {
    this.recorded = recorded;
    this.clock = clockOf(model);
    this.clock.listeners.add(() => this.clock.step !== this.epoch && renew());
  }

  after(state) {
    return state;
  }

  read() {
    return {};
  }

  frame() {
    this.epoch = this.clock.step;
    return {
      paths: this.recorded.curves.map(curve),
      sentence: this.recorded.sentences[this.epoch],
      tables: () => ({}),
    };
  }
}

function curve({ values, ...style }, panel) {
  const points = Float64Array.from(values.flatMap((value, epoch) => [epoch, value]));
  return { panel, points, dimensions: 2, n: values.length, every: 1, label: "", ...style };
}

// The answers under the pictures; right ones differ by a sign and by a colour
class Answers {
  constructor({ places, answers }) {
    this.answers = answers;
    this.texts = places.map((box) => {
      const text = element("span", { role: "listitem" });
      place(text, box);
      return text;
    });
    const label = "how the network reads the 16 digits";
    this.node = element("div", { class: "answers", role: "list", "aria-label": label }, ...this.texts);
  }

  show(epoch) {
    this.texts.forEach((node, k) => {
      node.textContent = this.answers[epoch][k];
      node.className = node.textContent.startsWith("✓") ? "right" : "wrong";
    });
  }
}

function showTraining(model, el) {
  const [clock, recorded] = [clockOf(model), model.get("recorded")];
  const isNew = clock.last < 0;
  clock.unit = "epoch";
  clock.setLast(recorded.answers.length - 1);
  if (isNew) clock.go(0); // the training is still to come
  pieceOf(model, DigitsExplorer).update(); // a page of the site has no curves of Python's
  const stop = rendererOf(DigitsExplorer)({ model, el });
  const answers = new Answers(recorded);
  el.querySelector(".stage").append(answers.node);
  const show = () => answers.show(clock.step);
  clock.listeners.add(show);
  clock.tell(); // the player offers its speeds
  clock.setSpeed(SPEED);
  return () => {
    clock.listeners.delete(show);
    stop();
  };
}

const render = ({ model, el }) => whenOpen(model, el, () => showTraining(model, el));

export default { render };
