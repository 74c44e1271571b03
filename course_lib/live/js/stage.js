// The picture: what matplotlib rendered, the canvas with the paths above it, the panels on top.

import { element, place } from "./dom.js";
import { drawPath, readPaths } from "./drawing.js";
import { makePanel } from "./panels.js";

const layersOf = (model) => [model.get("background"), ...model.get("surfaces")];
const sameLayers = (some, others) =>
  some.length === others?.length && some.every((layer, k) => layer === others[k]);

const makeImage = ({ png, box }) => {
  const image = new Image();
  image.alt = "";
  image.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  place(image, box);
  return image;
};

const removeImage = (image) => {
  URL.revokeObjectURL(image.src);
  image.remove();
};

export class Stage {
  constructor(model, clock) {
    this.model = model;
    this.clock = clock;
    this.canvas = element("canvas", { role: "img" });
    this.node = element("div", { class: "stage" }, this.canvas);
    this.images = [];
    this.panels = [];
  }

  // Draw the paths; where the picture has changed, show the new one first
  show() {
    if (sameLayers(layersOf(this.model), this.wanted)) this.draw();
    else this.showPicture();
  }

  async showPicture() {
    const layers = layersOf(this.model);
    this.wanted = layers;
    const images = layers.map((layer, k) =>
      this.shown?.[k] === layer ? this.images[k] : makeImage(layer),
    );
    await Promise.allSettled(images.map((image) => image.decode()));
    if (!sameLayers(this.wanted, layers)) return; // a newer picture has come meanwhile
    this.images.filter((image) => !images.includes(image)).forEach(removeImage);
    this.node.prepend(...images);
    this.images = images;
    this.shown = layers;
    this.placePanels();
    this.draw();
  }

  draw() {
    const [width, height] = this.model.get("size");
    this.node.style.aspectRatio = `${width} / ${height}`;
    this.width ||= this.node.clientWidth;
    if (!this.width) return;
    const context = this.cleared(width, height);
    const panels = this.model.get("panels");
    for (const path of this.paths()) {
      context.save();
      this.clip(context, panels[path.panel]);
      drawPath(context, path, this.clock.step, this.model.get("scale"));
      context.restore();
    }
    this.canvas.dataset.frames = 1 + Number(this.canvas.dataset.frames ?? 0);
  }

  // The paths, read once for all steps that are shown of them
  paths() {
    const sent = [this.model.get("paths"), this.model.get("styles")];
    if (!sent.every((part, k) => part === this.sent?.[k])) this.read = readPaths(this.model);
    this.sent = sent;
    return this.read;
  }

  // The empty canvas at the screen's resolution, with coordinates in CSS pixels of the layout
  cleared(width, height) {
    const ratio = (this.width / width) * devicePixelRatio;
    const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== columns || this.canvas.height !== rows)
      Object.assign(this.canvas, { width: columns, height: rows });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  // A path on 2-D axes ends at their frame
  clip(context, panel) {
    if (panel.surface) return;
    const [width, height] = this.model.get("size");
    const [x, y, w, h] = panel.box;
    context.beginPath();
    context.rect(x * width, y * height, w * width, h * height);
    context.clip();
  }

  placePanels() {
    const specs = this.model.get("panels");
    const count = specs.filter(({ surface, movable }) => surface || movable).length;
    if (this.panels.length !== count) {
      for (const panel of this.panels) panel.node.remove();
      this.panels = specs.map((_, number) => makePanel(this.model, number)).filter(Boolean);
      this.node.append(...this.panels.map((panel) => panel.node));
    }
    for (const panel of this.panels) panel.moveTo();
  }

  stop() {
    for (const image of this.images) URL.revokeObjectURL(image.src);
  }
}
