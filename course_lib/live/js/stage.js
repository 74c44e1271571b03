// The picture: what matplotlib rendered, over it what the browser paints itself, and the paths.

import { changedPanel, paintAxes } from "./axes.js";
import { element, place } from "./dom.js";
import { coversOf, drawEnds, drawPath } from "./drawing.js";
import { pixelBox, pixelsOf } from "./frames.js";
import { makePanel } from "./panels.js";
import { frameOf } from "./places.js";
import { paintSolid } from "./solid.js";
import { neededPoints } from "./thinning.js";

const layersOf = (model) => [model.get("background"), ...model.get("surfaces")];
const sameLayers = (some, others) =>
  some.length === others?.length && some.every((layer, k) => layer === others[k]);

const makeImage = ({ png, box }) => {
  const image = new Image();
  image.alt = "";
  image.src = URL.createObjectURL(new Blob([png])); // a page has other kinds than PNG
  place(image, box);
  return image;
};

const removeImage = (image) => {
  URL.revokeObjectURL(image.src);
  image.remove();
};

export class Stage {
  constructor(piece, model, arrows) {
    this.arrows = arrows;
    this.piece = piece;
    this.model = model;
    this.painting = element("canvas", { "aria-hidden": "true", class: "painting" });
    this.canvas = element("canvas", { role: "img" });
    this.node = element("div", { class: "stage" }, this.painting, this.canvas);
    this.images = [];
    this.panels = [];
  }

  // Draw the paths; where Python has sent another picture, show that one first
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
    this.pictured = this.model.get("panels");
    this.draw();
    this.piece.begin();
  }

  draw() {
    const size = this.model.get("size");
    this.node.style.aspectRatio = `${size[0]} / ${size[1]}`;
    this.width ||= this.node.clientWidth;
    if (!this.width || !this.pictured) return;
    const panels = this.piece.panels;
    this.placePanels(panels);
    this.paint(panels, size);
    const context = this.cleared(this.canvas, size);
    this.drawPaths(context, panels, size);
    this.arrows.draw(context, panels, this.clip);
    this.canvas.dataset.frames = 1 + Number(this.canvas.dataset.frames ?? 0);
  }

  // All lines first, so that none covers the marker of another
  drawPaths(context, panels, size) {
    const { step } = this.piece.clock;
    const scale = this.model.get("scale");
    const paths = this.pathsInPixels(panels, size).filter(({ label }) => !this.piece.hidden.has(label));
    const covers = coversOf(paths, step, scale);
    for (const draw of [drawPath, drawEnds])
      paths.forEach((path, k) => {
        context.save();
        this.clip(context, panels[path.panel]);
        draw(context, path, step, scale, covers[k]);
        context.restore();
      });
  }

  // The paths of the frame in pixels, computed once for all steps that are shown of them
  pathsInPixels(panels, size) {
    const { frame } = this.piece;
    const places = JSON.stringify([size, panels.map(({ box, limits, elev, azim }) => [box, limits, elev, azim])]);
    if (frame !== this.drawnFrame || places !== this.drawnPlaces) {
      this.drawn = frame.paths.map((path) => {
        const points = pixelsOf(path, panels[path.panel], size);
        return { ...path, points, line: neededPoints(points, path.n) };
      });
      [this.drawnFrame, this.drawnPlaces] = [frame, places];
    }
    return this.drawn;
  }

  // What matplotlib's picture does not show as it should be now
  paint(panels, size) {
    const isAwaited = !sameLayers(this.wanted, this.shown);
    const flat = panels.filter((panel, k) => !panel.surface && this.isChanged(panel, k));
    const solid = panels.filter((panel, k) => panel.surface && this.isTurned(panel, k));
    if (isAwaited && !flat.length && !solid.length) return; // it stays until the picture is there
    const looks = [...flat, ...solid].map(({ wanted, box, elev, azim }) => [wanted, box, elev, azim]);
    const key = JSON.stringify([size, this.width, looks]);
    if (key === this.painted) return;
    this.painted = key;
    const scale = this.model.get("scale");
    const context = this.cleared(this.painting, size);
    for (const panel of flat)
      paintAxes(context, changedPanel(panel, panel.wanted.paint?.(panel) ?? {}), scale);
    for (const panel of solid) paintSolid(context, panel.solid, panel, pixelBox(panel, size), scale);
    const surfaces = panels.filter(({ surface }) => surface);
    surfaces.forEach((panel, k) => (this.images[k + 1].hidden = solid.includes(panel)));
  }

  isChanged({ wanted }, k) {
    const panel = this.pictured[k];
    const shown = { ...panel, title: panel.title?.text, scales: [panel.x?.scale, panel.y?.scale] };
    const differs = ([name, value]) => JSON.stringify(value) !== JSON.stringify(shown[name]);
    return Boolean(wanted) && Object.entries(wanted).some(differs);
  }

  isTurned(panel, k) {
    const { elev, azim } = this.pictured[k];
    const isSame = panel.elev === elev && panel.azim === azim;
    return Boolean(panel.solid) && (!isSame || this.isChanged(panel, k));
  }

  // An empty canvas at the screen's resolution, with coordinates in CSS pixels of the layout
  cleared(canvas, [width, height]) {
    const ratio = (this.width / width) * devicePixelRatio;
    const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== columns || canvas.height !== rows)
      Object.assign(canvas, { width: columns, height: rows });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  // A path on 2-D axes ends at their frame
  clip(context, panel) {
    if (panel.surface) return;
    context.beginPath();
    context.rect(...frameOf(panel));
    context.clip();
  }

  placePanels(specs) {
    const count = specs.filter(({ surface, movable }) => surface || movable).length;
    if (this.panels.length !== count) {
      for (const panel of this.panels) panel.node.remove();
      this.panels = specs.map((_, number) => makePanel(this.piece, number)).filter(Boolean);
      this.node.append(...this.panels.map((panel) => panel.node));
    }
    for (const panel of this.panels) panel.moveTo(specs[panel.number]);
  }

  stop() {
    for (const image of this.images) URL.revokeObjectURL(image.src);
  }
}
