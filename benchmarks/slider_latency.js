// Runs in the page before JupyterLab does, and notes when things happen, all by one clock
// (performance.now, ms): key presses, changes of what is watched, and the kernel's messages.

(() => {
  const probe = (window.probe = { keys: [], changes: [], frames: [], swaps: [], digests: [] });
  let watched = null; // { kind, selector }
  let noted = false;
  let digesting = false;

  addEventListener("keydown", () => probe.keys.push(performance.now()), true);

  const isWatched = (kind, node) =>
    watched?.kind === kind && node.isConnected && Boolean(node.closest(watched.selector));

  const changed = (source) => {
    probe.changes.push(performance.now());
    if (digesting) probe.digests.push(digest(source));
  };

  // text: when the label's new text stands in the document
  new MutationObserver((records) => {
    const nodes = records.map(({ target }) => (target.closest ? target : target.parentElement));
    const node = nodes.find((node) => node && isWatched("text", node));
    if (node) changed(node.closest(watched.selector));
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

  // canvas: when the function that draws on a canvas of the document has returned
  for (const name of ["clearRect", "drawImage", "putImageData"]) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...values) {
      const { canvas } = this;
      if (!noted && isWatched("canvas", canvas)) {
        noted = true;
        queueMicrotask(() => {
          noted = false;
          changed(canvas);
        });
      }
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

  function digest(node) {
    if (!node.getContext && node.tagName !== "IMG") return node.textContent;
    const canvas = new OffscreenCanvas(node.naturalWidth ?? node.width, node.naturalHeight ?? node.height);
    const context = canvas.getContext("2d");
    context.drawImage(node, 0, 0);
    const numbers = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return numbers.reduce((sum, number) => (Math.imul(sum, 31) + number) | 0, 7);
  }

  Object.assign(probe, {
    watch(kind, selector) {
      watched = { kind, selector };
    },
    clear() {
      for (const name of ["keys", "changes", "frames", "swaps", "digests"]) probe[name].length = 0;
    },
    // Resolves when the kernel is idle, has answered, and for `quiet` ms nothing has happened.
    async settled(quiet, answer = true) {
      const start = performance.now();
      for (;;) {
        if (performance.now() - start > 20_000) throw new Error("the page does not come to rest");
        await new Promise((done) => setTimeout(done, 40));
        const last = Math.max(probe.keys.at(-1) ?? 0, probe.changes.at(-1) ?? 0, probe.frames.at(-1)?.time ?? 0);
        if (performance.now() - last < quiet) continue;
        if (answer && !(probe.changes.at(-1) > probe.keys.at(-1))) continue;
        const states = probe.frames.filter((frame) => frame.received).map(read);
        if ((states.filter(({ kind }) => kind === "busy" || kind === "idle").at(-1)?.kind ?? "idle") === "idle") return;
      }
    },
    result() {
      const { keys, changes, swaps, digests } = probe;
      return { keys, changes, swaps, digests, frames: probe.frames.map(read) };
    },
    digestsOn(on) {
      digesting = on;
    },
    digestNow: () => {
      const nodes = [...document.querySelectorAll(watched.selector)];
      const tag = { image: "img", canvas: "canvas" }[watched.kind];
      return digest(tag ? nodes.flatMap((n) => [...n.querySelectorAll(tag)])[0] : nodes[0]);
    },
  });
})();
