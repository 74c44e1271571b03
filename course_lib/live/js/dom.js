// Small helpers for the page: make an element, place it, wait with an action.

// An element; attributes that start with "on" are listeners, undefined ones are left out
export const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

// The pause in milliseconds after which slow work starts
export const SETTLED = 150;

// A function that runs the action once it has not been called for that long
export const later = (action) => {
  let timer;
  const call = () => {
    clearTimeout(timer);
    timer = setTimeout(action, SETTLED);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
};

// Places a node by a box of shares: left, top, width, height
export const place = (node, box) => {
  const [left, top, width, height] = box.map((share) => `${100 * share}%`);
  Object.assign(node.style, { left, top, width, height });
};
