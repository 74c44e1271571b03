// Runs in the page before anything else does, and notes when things happen, all by one clock
// (performance.now, ms): key presses, changes of what is watched, and the kernel's messages.

(() => {
  const NAMES = ["keys", "changes", "frames", "swaps", "gaps"];
  const probe = (window.probe = Object.fromEntries(NAMES.map((name) => [name, []])));
  let watched = null; // { kind, selector }
  let noted = false;
  let keeping = true; // whether each change keeps its picture
  let before = null; // the picture at the last clearing
  let screen = 0; // how many times the screen was refreshed, while there is a pulse
  let beating = false;

  addEventListener("keydown", () => probe.keys.push(performance.now()), true);

  const isWatched = (kind, node) =>
    watched?.kind === kind && node.isConnected && Boolean(node.closest(watched.selector));

  const changed = (node) => {
    const time = performance.now(); // before the picture is kept, which takes a millisecond or two
    probe.changes.push({ time, screen, picture: keeping ? pictureOf(node) : null });
  };

  // text: when the label's new text stands in the document
  new MutationObserver((records) => {
    const nodes = records.map(({ target }) => (target.closest ? target : target.parentElement));
    const node = nodes.find((node) => node && isWatched("text", node));
    if (node) changed(node);
  }).observe(document, { subtree: true, characterData: true, childList: true });

  // image: when a new picture stands in the document and is decoded
  const seen = new WeakSet();
  new MutationObserver((records) => {
    const nodes = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node.querySelectorAll);
    const images = nodes
      .flatMap((node) => [node, ...node.querySelectorAll("img")])
      .filter((node) => node.tagName === "IMG" && !seen.has(node));
    for (const image of images) {
      seen.add(image);
      if (isWatched("image", image)) image.decode().then(() => changed(image));
    }
    if (images.some((image) => image.closest(".stage"))) probe.swaps.push(performance.now());
  }).observe(document, { subtree: true, childList: true });

  // canvas: when the function that draws on one or more canvases of the document has returned
  const noteDrawing = (canvas) => {
    if (noted || !canvas.closest || !isWatched("canvas", canvas)) return;
    noted = true;
    queueMicrotask(() => {
      noted = false;
      changed(canvas);
    });
  };
  const DRAWING = "clearRect fillRect strokeRect fill stroke fillText drawImage putImageData";
  for (const [context, names] of [
    [CanvasRenderingContext2D.prototype, DRAWING.split(" ")],
    [ImageBitmapRenderingContext.prototype, ["transferFromImageBitmap"]],
  ])
    for (const name of names) {
      const original = context[name];
      context[name] = function (...values) {
        noteDrawing(this.canvas);
        return original.apply(this, values);
      };
    }

  // what goes over the wire between the page and the kernel
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...values) {
      super(...values);
      if (!this.url.includes("/channels")) return;
      this.addEventListener("message", ({ data }) =>
        probe.frames.push({ time: performance.now(), received: true, data }),
      );
    }
    send(data) {
      super.send(data);
      if (this.url.includes("/channels"))
        probe.frames.push({ time: performance.now(), received: false, data });
    }
  };

  // Jupyter's v1.kernel.websocket format: n, n offsets, then channel, four JSON parts, buffers
  const text = new TextDecoder();
  const size = (value) => new TextEncoder().encode(JSON.stringify(value)).length;
  function read({ time, received, data }) {
    const view = new DataView(data);
    const at = Array.from({ length: Number(view.getBigUint64(0, true)) }, (_, k) =>
      Number(view.getBigUint64(8 * (k + 1), true)),
    );
    const part = (k) => JSON.parse(text.decode(new Uint8Array(data, at[k], at[k + 1] - at[k])));
    const header = part(1);
    const content = part(4);
    const fraction = Number(header.date.match(/\.\d{3}(\d+)/)?.[1].padEnd(3, 0) ?? 0) / 1000; // Date knows ms
    const body = content.data?.state ?? content.data?.content ?? content.data;
    const kind = content.execution_state ?? content.data?.method ?? header.msg_type;
    return {
      time, received, kind, bytes: data.byteLength,
      body: (body ? size(body) : 0) + at[at.length - 1] - at[5],
      made: Date.parse(header.date) + fraction - performance.timeOrigin,
    }; // prettier-ignore
  }

  // Copies now, numbers later: making numbers of a picture takes longer than drawing one
  function pictureOf(node) {
    if (watched.kind === "text") return node.closest(watched.selector).textContent;
    if (watched.kind === "image") return [node]; // no other picture ever stands in it
    return [...node.closest(watched.selector).querySelectorAll("canvas")].map(copyOf);
  }

  function copyOf(node) {
    const [width, height] = [node.naturalWidth ?? node.width, node.naturalHeight ?? node.height];
    const copy = new OffscreenCanvas(width || 1, height || 1);
    if (width && height) copy.getContext("2d").drawImage(node, 0, 0);
    return copy;
  }

  // The next number of a digest; the shift lets the high bits, which hold the opacity, reach the low
  const mixed = (sum, number) => {
    const product = Math.imul(sum ^ number, 0x01000193);
    return product ^ (product >>> 15);
  };

  // One number for all pixels of a picture
  function digest(picture) {
    if (!Array.isArray(picture)) return picture;
    let sum = 7;
    for (const layer of picture) {
      const copy = layer instanceof OffscreenCanvas ? layer : copyOf(layer);
      const { data } = copy.getContext("2d").getImageData(0, 0, copy.width, copy.height);
      const numbers = new Uint32Array(data.buffer);
      sum = numbers.reduce(mixed, mixed(sum, copy.width));
    }
    return sum;
  }

  function pictureNow() {
    const nodes = [...document.querySelectorAll(watched.selector)];
    const tag = { image: "img", canvas: "canvas" }[watched.kind];
    const [node] = tag ? nodes.flatMap((node) => [...node.querySelectorAll(tag)]) : nodes;
    return node ? pictureOf(node) : null;
  }

  function beat(last) {
    requestAnimationFrame(() => {
      if (!beating) return;
      const now = performance.now();
      screen += 1;
      probe.gaps.push(now - last);
      beat(now);
    });
  }

  Object.assign(probe, {
    watch(kind, selector) {
      watched = { kind, selector };
    },
    clear() {
      for (const name of NAMES) probe[name].length = 0;
      before = pictureNow();
    },
    // While there is a pulse, changes have the number of the screen that shows them, and the
    // times between two screens are noted.
    pulse(on) {
      if (on && !beating) beat(performance.now());
      beating = on;
    },
    keep(on) {
      keeping = on;
    },
    // Resolves when the kernel is idle, has answered, and for `quiet` ms nothing has happened.
    async settled(quiet, answer = true) {
      const start = performance.now();
      for (;;) {
        if (performance.now() - start > 60_000) throw new Error("the page does not come to rest");
        await new Promise((done) => setTimeout(done, 40));
        const key = probe.keys.at(-1) ?? 0;
        const change = probe.changes.at(-1)?.time ?? 0;
        const silence = performance.now() - Math.max(start, key, change, probe.frames.at(-1)?.time ?? 0);
        if (silence < quiet) continue;
        if (answer && !(change > key) && silence < 5000) continue; // then there is none
        const states = probe.frames.filter((frame) => frame.received).map(read);
        if ((states.filter(({ kind }) => kind === "busy" || kind === "idle").at(-1)?.kind ?? "idle") === "idle") return;
      }
    },
    result() {
      const { keys, swaps, gaps } = probe;
      const changes = probe.changes.map((change) => ({ ...change, picture: digest(change.picture) }));
      return { keys, swaps, gaps, changes, before: digest(before), frames: probe.frames.map(read) };
    },
  });
})();
