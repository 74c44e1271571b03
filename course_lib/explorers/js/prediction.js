// A question with choices or a slider; its answer opens the figures that wait for it.

import { listen } from "../../live/js/any_host.js";
import { openFigures } from "../../live/js/closed.js";
import { ControlsView } from "../../live/js/controls.js";
import { element } from "../../live/js/dom.js";
import { Hand } from "../../live/js/hand.js";
import { Refused, checked } from "../../live/js/rules.js";
import { filled, general } from "../../live/js/text.js";

// A question on this page, with what its controls say before it is answered
class Question {
  constructor(widget) {
    this.widget = widget;
    this.sliders = [widget.get("slider")].filter(({ name }) => name);
    this.model = new Map([["specs", this.sliders], ["buttons", ["Commit"]]]); // as ControlsView asks
    this.hand = new Hand(widget);
    this.listeners = new Set();
    this.problem = {};
    this.views = 0;
  }

  // What was committed to, by Python's word or before Python has heard it; else undefined
  get choice() {
    return this.widget.get("choice") ?? this.hand.unheard[0]?.choice;
  }

  get isCommitted() {
    return this.choice !== undefined;
  }

  get state() {
    const first = this.sliders[0]?.value;
    return { chosen: { choice: this.choice ?? this.draft ?? first } };
  }

  // A control was moved, or Commit was pressed
  did({ do: what, value }) {
    if (this.isCommitted) return;
    this.problem = {};
    if (what === "set") this.draft = value;
    else this.commit();
    this.tell();
    if (this.isCommitted) openFigures(this.widget.get("uid"));
  }

  commit() {
    try {
      this.hand.did({ do: "commit", choice: this.read() });
      this.hand.tell();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.problem = error;
    }
  }

  read() {
    const [slider] = this.sliders;
    const words = this.widget.get("words");
    if (this.draft === undefined) throw new Refused(words[slider ? "no number" : "no choice"]);
    return slider ? checked(slider, this.draft) : this.draft;
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  get outcome() {
    const { choice, widget } = this;
    if (choice === undefined) return "";
    const [answer, words] = [widget.get("answer"), widget.get("words")];
    const isNumber = typeof answer === "number";
    const distance = isNumber ? Math.abs(choice - answer) : Number(choice !== answer);
    const [said, right] = [choice, answer].map((value) => (isNumber ? general(value, 6) : value));
    const parts = { said, answer: right, because: widget.get("because") };
    return filled(distance <= widget.get("tolerance") ? words.right : words.wrong, parts);
  }

  lost() {
    this.hand.isAlone = true;
  }
}

const asked = new Map(); // by the uid of the widget: several views show one question

function questionOf(model) {
  const uid = model.get("uid");
  if (!asked.has(uid)) asked.set(uid, new Question(model));
  return asked.get(uid);
}

class QuestionView {
  constructor(question) {
    this.question = question;
    this.controls = new ControlsView(question);
    this.radios = this.makeRadios(`${question.widget.get("uid")}-${(question.views += 1)}`);
    this.outcome = element("p", { class: "outcome", role: "status", tabindex: -1 });
    const label = (radio) => element("label", { class: "choice" }, radio, radio.value);
    const predict = element("strong", {}, "Predict.");
    this.fields = element(
      "fieldset",
      {},
      element("legend", {}, predict, ` ${question.widget.get("question")}`),
      ...this.radios.map(label),
      ...this.controls.root.childNodes,
    );
    this.root = this.controls.root;
    this.root.classList.add("course-prediction");
    this.root.append(this.fields, this.outcome);
  }

  makeRadios(name) {
    const choose = (value) => this.question.did({ do: "set", value });
    const radio = (value) =>
      element("input", { type: "radio", name, value, onchange: () => choose(value) });
    return (this.question.widget.get("choices") ?? []).map(radio);
  }

  show() {
    const { question } = this;
    this.controls.show();
    const { choice } = question.state.chosen;
    for (const radio of this.radios) radio.checked = radio.value === choice;
    this.outcome.textContent = question.outcome;
    const isLeft = question.isCommitted && this.fields.contains(document.activeElement);
    if (isLeft) this.outcome.focus({ preventScroll: true }); // what is disabled loses the focus
    this.fields.disabled = question.isCommitted;
  }
}

function renderQuestion({ model, el }) {
  const question = questionOf(model);
  const view = new QuestionView(question);
  el.append(view.root);
  const show = () => view.show();
  const lost = () => question.lost();
  const stopHearing = listen(model, ["change:choice", "change:heard"], show);
  listen(model, ["comm_live_update", "comm:close"], lost);
  question.listeners.add(show);
  show();
  return () => {
    question.listeners.delete(show);
    stopHearing();
  };
}

export default { render: renderQuestion };
