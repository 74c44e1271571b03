// A widget's state without a kernel: a page by itself keeps it, and nobody answers.

// A model as anywidget hands it to `render`, over one entry of Jupyter's saved widget state:
// { state, buffers: [{ path, data }] }, the data in base64 or as an ArrayBuffer
export function hostModel({ state, buffers = [] }) {
  return new HostModel(withBuffers(structuredClone(state), buffers));
}

class HostModel {
  constructor(values) {
    this.values = values;
    this.listeners = new Map(); // event -> functions
    this.isAlone = true; // for a piece that can go on without Python
  }

  get(name) {
    return this.values[name];
  }

  // Like Backbone's: listeners are called at once, and only where the value is another one
  set(name, value) {
    if (isSameValue(this.values[name], value)) return;
    this.values[name] = value;
    this.trigger(`change:${name}`, this, value);
    this.trigger("change", this);
  }

  on(events, listener) {
    for (const event of events.split(" ")) {
      if (!this.listeners.has(event)) this.listeners.set(event, new Set());
      this.listeners.get(event).add(listener);
    }
  }

  // Without a listener all of the events are taken off; without events, the listener everywhere
  off(events, listener) {
    for (const event of events?.split(" ") ?? [...this.listeners.keys()]) {
      if (listener) this.listeners.get(event)?.delete(listener);
      else this.listeners.delete(event);
    }
  }

  trigger(event, ...values) {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(...values);
  }

  save_changes() {} // there is nobody to save them for

  send() {} // nor to say something to
}

// The state with its buffers in their places, as DataViews
function withBuffers(state, buffers) {
  for (const { path, data } of buffers) {
    const owner = path.slice(0, -1).reduce((part, key) => part[key], state);
    owner[path.at(-1)] = dataView(data);
  }
  return state;
}

function dataView(data) {
  if (typeof data !== "string") return new DataView(data);
  const bytes = fromBase64(data);
  return new DataView(bytes.buffer);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const isPlain = (value) => Array.isArray(value) || value?.constructor === Object;

// Equal in all parts; buffers are the same only if they are one
function isSameValue(one, other) {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  const isOneOfOther = (key) => Object.hasOwn(other, key) && isSameValue(one[key], other[key]);
  return keys.length === Object.keys(other).length && keys.every(isOneOfOther);
}
