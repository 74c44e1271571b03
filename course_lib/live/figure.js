// Draws the moving paths of a LiveFigure over the picture that matplotlib rendered.
// The cursor (which step is shown) lives here; Python is asked only for new pictures and paths.

const ICONS = {
  first: "M3 2h2v12H3zM14 2v12L6 8z",
  back: "M11 2v12L4 8z M12 2h1v12h-1z",
  play: "M4 2l10 6-10 6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
  forward: "M5 2v12l7-6z M3 2h1v12H3z",
};
const SPEEDS = [1, 2, 5, 10, 20, 60];
const SETTLED = 150; // ms without news after which slow things are asked for
const KEY_MOVE = 0.02; // share of a panel that an arrow key moves; with shift five times that
const KEY_TURN = 5; // degrees

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

const icon = (name) =>
  `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

const later = (wait, action) => {
  let timer;
  const call = () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
};

// ---------------------------------------------------------------- one clock for all views

class Clock {
  constructor() {
    this.step = 0;
    this.last = -1;
    this.speed = 10;
    this.playing = false;
    this.listeners = new Set();
  }
  tell() {
    for (const listener of this.listeners) listener();
  }
  setLast(last) {
    if (last === this.last) return;
    const atEnd = this.step >= this.last;
    this.last = last;
    this.step = atEnd ? last : Math.min(this.step, last);
    this.tell();
  }
  go(step) {
    this.pause();
    this.step = Math.max(0, Math.min(this.last, step));
    this.tell();
  }
  play() {
    if (this.step >= this.last) this.step = 0;
    this.playing = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const perSecond = Math.min(this.speed, calm ? 2 : 30); // pictures a second
    const stride = Math.max(1, Math.round(this.speed / perSecond));
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      this.step = Math.min(this.last, this.step + stride);
      if (this.step >= this.last || !this.listeners.size) this.pause();
      this.tell();
    }, 1000 / perSecond);
    this.tell();
  }
  pause() {
    clearInterval(this.timer);
    this.playing = false;
  }
  toggle() {
    if (this.playing) this.pause();
    else this.play();
    this.tell();
  }
  setSpeed(speed) {
    this.speed = speed;
    if (this.playing) this.play();
    this.tell();
  }
}

const clocks = new Map(); // by the uid of the figure
const clockOf = (model) => {
  const uid = model.get("uid");
  if (!clocks.has(uid)) clocks.set(uid, new Clock());
  return clocks.get(uid);
};

// ---------------------------------------------------------------- drawing

const STAR = [0, -90, 36, -54, 72, -18, 108, 18, 144, 54, 180, 90, 216, 126, 252, 162, 288, 198, 324, 234];
const polygon = (n, turn) => Array.from({ length: n }, (_, k) => turn + (360 * k) / n);
const CORNERS = {
  s: polygon(4, 45), D: polygon(4, 0), "^": polygon(3, -90), v: polygon(3, 90),
  p: polygon(5, -90), h: polygon(6, -90), P: polygon(4, 45), X: polygon(4, 0),
}; // prettier-ignore

function marker(context, shape, x, y, r) {
  context.beginPath();
  if (shape === "*") {
    for (let k = 0; k < 10; k++) {
      const angle = (STAR[2 * k + 1] / 180) * Math.PI;
      const length = k % 2 ? 0.45 * r : 1.25 * r;
      context.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
    }
  } else if (CORNERS[shape]) {
    for (const degrees of CORNERS[shape]) {
      const angle = (degrees / 180) * Math.PI;
      context.lineTo(x + 1.2 * r * Math.cos(angle), y + 1.2 * r * Math.sin(angle));
    }
  } else context.arc(x, y, r, 0, 2 * Math.PI);
  context.closePath();
}

function trace(context, points, from, to) {
  let pen = false;
  context.beginPath();
  for (let k = from; k <= to; k++) {
    const x = points[2 * k];
    const y = points[2 * k + 1];
    if (Number.isFinite(x) && Number.isFinite(y)) {
      if (pen) context.lineTo(x, y);
      else context.moveTo(x, y);
      pen = true;
    } else pen = false;
  }
}

function drawPath(context, path, step, scale) {
  const { points, color, dash, n } = path;
  const reached = path.every ? Math.floor(step / path.every) : n - 1;
  const now = Math.max(0, Math.min(n - 1, reached));
  context.lineJoin = "round";
  context.setLineDash([]);
  trace(context, points, now, n - 1);
  context.globalAlpha = 0.3;
  context.lineWidth = 1.2 * scale;
  context.strokeStyle = color;
  context.stroke();
  context.globalAlpha = 1;
  trace(context, points, 0, now);
  context.lineWidth = 3.8 * scale;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.setLineDash(dash.map((length) => length * 1.4 * scale));
  context.lineWidth = 1.9 * scale;
  context.strokeStyle = color;
  context.stroke();
  context.setLineDash([]);
  drawDots(context, path, now, scale);
  drawEnds(context, path, now, scale);
}

// Whether a path goes to the right in equal steps that are too short for dots of their own
function isDenseCurve(points, n, scale) {
  const stride = points[2] - points[0];
  const even = Math.abs(stride * (n - 1) - (points[2 * n - 2] - points[0])) < 1;
  return n > 1 && even && stride > 0 && stride < 4 * scale;
}

function drawDots(context, { points, color, marker: shape, n }, now, scale) {
  if (!shape || isDenseCurve(points, n, scale)) return;
  let x0 = Infinity;
  let y0 = Infinity;
  context.fillStyle = color;
  context.strokeStyle = "#ffffff";
  context.lineWidth = 0.8 * scale;
  for (let k = 0; k < now; k++) {
    const x = points[2 * k];
    const y = points[2 * k + 1];
    if (!(Math.hypot(x - x0, y - y0) < 7 * scale) && Number.isFinite(x + y)) {
      marker(context, shape, x, y, 2.6 * scale);
      context.stroke();
      context.fill();
      [x0, y0] = [x, y];
    }
  }
}

function drawEnds(context, { points, color, marker: shape, n }, now, scale) {
  context.lineWidth = 2 * scale;
  if (n > 1 && Number.isFinite(points[0] + points[1])) {
    context.strokeStyle = color;
    context.fillStyle = "#ffffff";
    context.beginPath();
    context.arc(points[0], points[1], 4.2 * scale, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  const x = points[2 * now];
  const y = points[2 * now + 1];
  if (!Number.isFinite(x + y)) return;
  marker(context, shape, x, y, 5.4 * scale);
  context.strokeStyle = "#ffffff";
  context.fillStyle = color;
  context.stroke();
  context.fill();
}

function readPaths(model) {
  const bytes = model.get("paths");
  const numbers = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  let from = 0;
  return model.get("styles").map((style) => {
    const points = numbers.subarray(from, from + 2 * style.n);
    from += 2 * style.n;
    return { ...style, points };
  });
}

// ---------------------------------------------------------------- parts of the view

const layersOf = (model) => [model.get("base"), ...model.get("solids")];
const same = (some, others) =>
  some.length === others?.length && some.every((layer, k) => layer === others[k]);

class Stage {
  constructor(model, clock) {
    this.model = model;
    this.clock = clock;
    this.canvas = element("canvas", { role: "img" });
    this.node = element("div", { class: "stage" }, this.canvas);
    this.images = [];
    this.panels = [];
  }

  async showPicture() {
    const layers = layersOf(this.model);
    this.layers = layers;
    const images = layers.map((layer, k) => {
      if (this.shown?.[k] === layer) return this.images[k];
      const image = new Image();
      image.alt = "";
      image.src = URL.createObjectURL(new Blob([layer.png], { type: "image/png" }));
      const [x, y, w, h] = layer.box.map((share) => `${100 * share}%`);
      Object.assign(image.style, { left: x, top: y, width: w, height: h });
      return image;
    });
    await Promise.allSettled(images.map((image) => image.decode()));
    if (!same(this.layers, layers)) return; // a newer picture has come meanwhile
    for (const old of this.images) {
      if (images.includes(old)) continue;
      URL.revokeObjectURL(old.src);
      old.remove();
    }
    this.node.prepend(...images);
    this.images = images;
    this.shown = layers;
    this.placePanels();
    this.draw();
  }

  draw() {
    const [width, height] = this.model.get("size");
    this.node.style.aspectRatio = `${width} / ${height}`;
    const css = (this.css ||= this.node.clientWidth);
    if (!css) return;
    const ratio = (css / width) * devicePixelRatio;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h)
      Object.assign(this.canvas, { width: w, height: h });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const panels = this.model.get("panels");
    for (const path of readPaths(this.model)) {
      const panel = panels[path.panel];
      context.save();
      if (!panel.solid) {
        const [x, y, w, h] = panel.box;
        context.beginPath();
        context.rect(x * width, y * height, w * width, h * height);
        context.clip();
      }
      drawPath(context, path, this.clock.step, this.model.get("scale"));
      context.restore();
    }
    this.canvas.dataset.frames = 1 + Number(this.canvas.dataset.frames ?? 0);
  }

  placePanels() {
    const specs = this.model.get("panels");
    const wanted = specs.filter((panel) => panel.solid || panel.movable).length;
    if (this.panels.length !== wanted) {
      for (const panel of this.panels) panel.node.remove();
      this.panels = specs
        .map((spec, number) => [spec, number])
        .filter(([spec]) => spec.solid || spec.movable)
        .map(([spec, number]) =>
          spec.solid ? new SolidPanel(this.model, number) : new PointPanel(this.model, number),
        );
      this.node.append(...this.panels.map((panel) => panel.node));
    }
    for (const panel of this.panels) {
      const [x, y, w, h] = specs[panel.number].box.map((share) => `${100 * share}%`);
      Object.assign(panel.node.style, { left: x, top: y, width: w, height: h });
    }
  }
}

class PointPanel {
  // an axes on which a point is chosen: click, drag, arrow keys
  constructor(model, number) {
    this.model = model;
    this.number = number;
    const { name, hover } = this.spec;
    this.held = false; // a click on a panel that follows the pointer holds the point
    const drag = (event) => {
      if ((hover && !this.held) || event.buttons & 1) this.chooseAt(event);
    };
    this.node = element("div", {
      class: "panel",
      tabindex: 0,
      role: "application",
      "aria-label": `${name}: arrow keys or a click choose a point${hover ? ", a click holds it" : ""}`,
      onpointerdown: (event) => {
        this.node.setPointerCapture(event.pointerId);
        this.held = hover && !this.held;
        this.chooseAt(event);
      },
      onpointermove: drag,
      onkeydown: (event) => this.onKey(event),
    });
  }
  get spec() {
    return this.model.get("panels")[this.number];
  }
  chooseAt(event) {
    const box = this.node.getBoundingClientRect();
    this.choose((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  }
  choose(...shares) {
    const { limits, log } = this.spec;
    const point = shares.map((share, k) => {
      const [low, high] = limits.slice(2 * k, 2 * k + 2);
      const part = Math.max(0, Math.min(1, share));
      return log[k] ? low * (high / low) ** part : low + (high - low) * part;
    });
    this.model.set("points", { ...this.model.get("points"), [this.number]: point });
    this.model.save_changes();
  }
  onKey(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      event.key
    ];
    if (!move) return;
    event.preventDefault();
    const { limits, log } = this.spec;
    const now = this.model.get("points")[this.number] ?? [
      (limits[0] + limits[1]) / 2,
      (limits[2] + limits[3]) / 2,
    ];
    const shares = now.map((value, k) => {
      const [low, high] = limits.slice(2 * k, 2 * k + 2);
      const part = log[k] ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      return part + move[k] * KEY_MOVE * (event.shiftKey ? 5 : 1);
    });
    this.choose(...shares);
  }
}

class SolidPanel {
  // 3-D axes: a drag or the arrow keys turn them
  constructor(model, number) {
    this.model = model;
    this.number = number;
    const { name, elev, azim } = model.get("panels")[number];
    Object.assign(this, { elev, azim });
    this.finish = later(SETTLED, () => this.turn(false));
    this.node = element("div", {
      class: "panel solid",
      tabindex: 0,
      role: "application",
      "aria-label": `${name}, surface: a drag or the arrow keys turn it`,
      onpointerdown: (event) => this.start(event),
      onpointermove: (event) => this.drag(event),
      onpointerup: () => this.release(),
      onpointercancel: () => this.release(),
      onkeydown: (event) => this.onKey(event),
    });
  }
  start(event) {
    this.node.setPointerCapture(event.pointerId);
    this.node.classList.add("turning");
    this.from = { x: event.clientX, y: event.clientY, elev: this.elev, azim: this.azim };
  }
  drag(event) {
    if (!this.from) return;
    const { width } = this.node.getBoundingClientRect();
    this.azim = this.from.azim - (180 * (event.clientX - this.from.x)) / width;
    this.elev = this.from.elev + (180 * (event.clientY - this.from.y)) / width;
    this.turn(true);
  }
  release() {
    this.node.classList.remove("turning");
    if (this.from) this.turn(false);
    this.from = null;
  }
  onKey(event) {
    const turn = { ArrowLeft: [0, 1], ArrowRight: [0, -1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }[
      event.key
    ];
    if (!turn) return;
    event.preventDefault();
    this.elev += KEY_TURN * turn[0];
    this.azim += KEY_TURN * turn[1];
    this.turn(true);
    this.finish();
  }
  turn(coarse) {
    this.elev = Math.max(-90, Math.min(90, this.elev));
    const { number: panel, elev, azim } = this;
    this.model.set("turn", { panel, elev, azim, coarse });
    this.model.save_changes();
  }
}

class Bar {
  // play, pause, step, scrub, speed
  constructor(clock) {
    this.clock = clock;
    const button = (name, label, action) => {
      const node = element("button", { type: "button", "aria-label": label, title: label });
      node.innerHTML = icon(name);
      node.addEventListener("click", action);
      return node;
    };
    this.play = button("play", "Play", () => clock.toggle());
    this.scrub = element("input", {
      type: "range",
      min: 0,
      "aria-label": "step shown",
      oninput: () => clock.go(Number(this.scrub.value)),
    });
    this.text = element("output");
    this.speed = element(
      "select",
      { "aria-label": "speed", onchange: () => clock.setSpeed(Number(this.speed.value)) },
    );
    this.node = element(
      "div",
      { class: "bar", role: "group", "aria-label": "which step is shown" },
      button("first", "To the start (Home)", () => clock.go(0)),
      button("back", "One step back (,)", () => clock.go(clock.step - 1)),
      this.play,
      button("forward", "One step forward (.)", () => clock.go(clock.step + 1)),
      this.scrub,
      this.text,
      this.speed,
    );
  }
  show() {
    const { step, last, playing, speed } = this.clock;
    this.node.hidden = last < 1;
    this.scrub.max = last;
    this.scrub.value = step;
    this.text.textContent = `step ${step} of ${last}`;
    this.play.innerHTML = icon(playing ? "pause" : "play");
    const label = playing ? "Pause (space)" : "Play (space)";
    this.play.title = label;
    this.play.setAttribute("aria-label", label);
    const faster = 10 ** Math.max(0, Math.ceil(Math.log10(Math.max(1, last) / 300)));
    if (this.faster !== faster) {
      this.faster = faster;
      this.speed.replaceChildren(
        ...SPEEDS.map((n) => element("option", { value: n * faster }, `${n * faster} steps/s`)),
      );
      this.clock.speed = 10 * faster;
    }
    this.speed.value = this.clock.speed;
  }
}

class States {
  // the numbers of the step that is shown
  constructor(model, clock) {
    this.model = model;
    this.clock = clock;
    this.select = element("select", { "aria-label": "states of", onchange: () => this.show() });
    this.table = element("table");
    this.node = element("div", { class: "states" }, this.select, this.table);
  }
  show() {
    const tables = this.model.get("table");
    const labels = Object.keys(tables);
    this.node.hidden = !labels.length;
    if (!labels.length) return;
    if (labels.join() !== this.labels) {
      this.labels = labels.join();
      this.select.replaceChildren(...labels.map((label) => element("option", {}, label)));
      this.select.hidden = labels.length < 2;
    }
    const { names, rows, data } = tables[this.select.value || labels[0]];
    const shape = names.join() + rows.join();
    if (shape !== this.shape) this.build(names, rows, shape);
    const size = names.length * rows.length;
    const last = data.byteLength / 4 / size - 1;
    const step = Math.min(this.clock.step, last);
    for (let k = 0; k < size; k++)
      this.cells[k].textContent = digits(data.getFloat32(4 * (step * size + k), true));
    this.head.textContent = `t = ${step}`;
  }
  build(names, rows, shape) {
    this.shape = shape;
    this.head = element("th", { scope: "col" });
    const head = element("tr", {}, this.head, ...names.map((n) => element("th", { scope: "col" }, n)));
    this.cells = [];
    const body = rows.map((row) => {
      const cells = names.map(() => element("td"));
      this.cells.push(...cells);
      return element("tr", {}, element("th", { scope: "row" }, row), ...cells);
    });
    this.table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  }
}

function digits(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : value.toPrecision(4);
  return text.replace("-", "−").replace("e-", "e−").replace("e+", "e");
}

// ---------------------------------------------------------------- the view

function render({ model, el }) {
  const clock = clockOf(model);
  const stage = new Stage(model, clock);
  const bar = new Bar(clock);
  const states = new States(model, clock);
  const sentence = element("p", { class: "sentence" });
  const spoken = element("p", { "aria-live": "polite", class: "spoken" });
  const lost = element("p", { class: "lost", role: "status", hidden: "" });
  lost.textContent =
    "This picture has lost its Python kernel, so sliders do nothing now. " +
    "The last result stays. Run the cell again to make it live.";
  const root = element(
    "div",
    { class: "course-live", "data-lm-suppress-shortcuts": "true" },
    lost, stage.node, bar.node, sentence, spoken, states.node,
  ); // prettier-ignore
  el.append(root);

  const settle = later(SETTLED, () => {
    spoken.textContent = model.get("sentence");
    askForTable();
  });
  let [asked, lastFrame] = [0, 0];
  const askForTable = () => {
    if (!model.get("has_table")) return;
    asked = performance.now();
    model.send("table");
  };

  const showCursor = () => {
    bar.show();
    states.show();
    stage.draw();
  };
  const showFrame = () => {
    const lengths = model.get("styles").map((style) => (style.n - 1) * style.every);
    root.style.setProperty("--scale", model.get("scale"));
    clock.setLast(Math.max(0, ...lengths));
    if (same(layersOf(model), stage.layers)) stage.draw();
    else stage.showPicture();
    sentence.textContent = model.get("sentence"); // after the drawing, which measures the page
    stage.canvas.setAttribute("aria-label", model.get("sentence"));
    const now = performance.now();
    if (now - lastFrame < SETTLED && now - asked > 4 * SETTLED) askForTable(); // a long drag
    lastFrame = now;
    settle();
  };

  const onKey = (event) => {
    event.stopPropagation(); // the notebook's own shortcuts stay out of here
    if (event.target.closest("input, select, button") && event.key !== "," && event.key !== ".") return;
    const action = {
      " ": () => clock.toggle(),
      ",": () => clock.go(clock.step - 1),
      ".": () => clock.go(clock.step + 1),
      Home: () => clock.go(0),
      End: () => clock.go(clock.last),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  root.addEventListener("keydown", onKey);

  const sendScreen = () => {
    const width = stage.node.clientWidth;
    const screen = model.get("screen");
    if (!inSight || !width || (screen.width === width && screen.ratio === devicePixelRatio)) return;
    model.set("screen", { width, ratio: devicePixelRatio });
    model.save_changes();
  };
  const resized = later(SETTLED, sendScreen);
  // a picture out of sight keeps its size: twenty of them must not be rendered before the one in use
  let inSight = false;
  const sight = new IntersectionObserver(([entry]) => {
    inSight = entry.isIntersecting;
    sendScreen();
  });
  const observer = new ResizeObserver(() => {
    stage.css = stage.node.clientWidth;
    stage.draw();
    resized();
  });

  const onLost = () => (lost.hidden = false);
  const showTable = () => states.show();
  clock.listeners.add(showCursor);
  model.on("change:paths change:base change:solids change:styles change:sentence", showSoon);
  model.on("change:table", showTable);
  model.on("comm_live_update", onLost);
  model.on("comm:close", onLost);

  let waiting = false;
  function showSoon() {
    // several traits change in one message; all have changed once this runs
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      showFrame();
    });
  }

  showFrame();
  showCursor();
  observer.observe(stage.node);
  sight.observe(stage.node);

  return () => {
    clock.listeners.delete(showCursor);
    observer.disconnect();
    sight.disconnect();
    settle.cancel();
    resized.cancel();
    for (const image of stage.images) URL.revokeObjectURL(image.src);
  };
}

export default { render };
