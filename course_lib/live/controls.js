// Sliders with a name, a scale that fits the quantity, and a field to type into.

const STOPS = 240; // positions of a slider

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

const rounded = (value, digits = 3) => Number(value.toPrecision(digits));

// each scale: from a share of the slider to a value, and back
const SCALES = {
  linear: {
    value: (share, { low, high }) => rounded(low + share * (high - low), 4),
    share: (value, { low, high }) => (value - low) / (high - low),
  },
  integer: {
    value: (share, { low, high }) => Math.round(low + share * (high - low)),
    share: (value, { low, high }) => (value - low) / (high - low),
  },
  log: {
    value: (share, { low, high }) => rounded(low * (high / low) ** share),
    share: (value, { low, high }) => Math.log(value / low) / Math.log(high / low),
  },
  // decay rates: 0, 0.9, 0.99, 0.999 are equally far apart
  decay: {
    value: (share, { high }) => Number((1 - rounded((1 - high) ** share)).toFixed(7)),
    share: (value, { high }) => Math.log(1 - value) / Math.log(1 - high),
  },
};

const written = (value) => (typeof value === "number" ? String(Number(value.toPrecision(6))) : value);

function slider(spec, change) {
  const scale = SCALES[spec.kind];
  const stops = spec.kind === "integer" ? Math.min(STOPS, spec.high - spec.low) : STOPS;
  const label = element("label", {}, spec.label);
  const range = element("input", { type: "range", min: 0, max: stops, "aria-label": spec.label });
  const field = element("input", {
    type: "text",
    inputmode: "decimal",
    "aria-label": `${spec.label}, typed`,
  });
  const say = () => range.setAttribute("aria-valuetext", field.value);
  range.addEventListener("input", () => {
    const value = scale.value(range.value / stops, spec);
    field.value = written(value);
    say();
    change(spec.name, value);
  });
  field.addEventListener("change", () => change(spec.name, field.value.trim()));
  return {
    node: element("div", { class: "control" }, label, range, field),
    field,
    show(value) {
      if (document.activeElement !== field || Number(field.value) !== value)
        field.value = written(value);
      const number = Number(value);
      const share = scale.share(number, spec);
      if (Number.isFinite(share)) {
        const stop = Math.max(0, Math.min(stops, Math.round(share * stops)));
        const holds = document.activeElement === range && scale.value(range.value / stops, spec) === number;
        if (!holds) range.value = stop;
      }
      say();
    },
  };
}

function menu(spec, change) {
  const select = element(
    "select",
    { "aria-label": spec.label, onchange: () => change(spec.name, select.value) },
    ...spec.choices.map((choice) => element("option", {}, choice)),
  );
  return {
    node: element("div", { class: "control wide" }, element("label", {}, spec.label), select),
    show: (value) => (select.value = value),
  };
}

function toggle(spec, change) {
  const box = element("input", {
    type: "checkbox",
    onchange: () => change(spec.name, box.checked),
  });
  return {
    node: element("label", { class: "toggle" }, box, spec.label),
    show: (value) => (box.checked = value),
  };
}

function render({ model, el }) {
  const change = (name, value) => {
    model.set("values", { ...model.get("values"), [name]: value });
    model.save_changes();
  };
  const press = (name) => {
    model.set("pressed", { name, count: (model.get("pressed").count ?? 0) + 1 });
    model.save_changes();
  };
  const makers = { menu, toggle };
  const controls = model
    .get("specs")
    .map((spec) => [spec, (makers[spec.kind] ?? slider)(spec, change)]);
  const toggles = controls
    .filter(([spec]) => spec.kind === "toggle")
    .map(([, control]) => control.node);
  const buttons = model
    .get("buttons")
    .map((name) => element("button", { type: "button", onclick: () => press(name) }, name));
  const problem = element("p", { class: "problem", role: "alert", hidden: "" });
  const root = element(
    "div",
    { class: "course-controls", "data-lm-suppress-shortcuts": "true" },
    element(
      "div",
      { class: "grid" },
      ...controls.filter(([spec]) => spec.kind !== "toggle").map(([, control]) => control.node),
      ...(toggles.length ? [element("div", { class: "toggles" }, ...toggles)] : []),
      element("div", { class: "buttons" }, ...buttons),
    ),
    problem,
  );
  root.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(root);

  const showValues = () => {
    const values = model.get("values");
    for (const [spec, control] of controls) control.show(values[spec.name]);
  };
  const showProblem = () => {
    const { text = "", name } = model.get("problem");
    problem.textContent = text;
    problem.hidden = !text;
    for (const [spec, { field }] of controls)
      field?.setAttribute("aria-invalid", Boolean(text) && spec.name === name);
  };
  model.on("change:values", showValues);
  model.on("change:problem", showProblem);
  showValues();
  showProblem();
}

export default { render };
