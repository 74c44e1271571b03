// What a host of anywidget may do otherwise than JupyterLab: Colab, VS Code, marimo.

// The bytes of a buffer, which comes as a DataView, as another view, or as an ArrayBuffer
export function bytesOf(part) {
  if (!ArrayBuffer.isView(part)) return part.slice(0);
  return part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength);
}

// Listen to events of a model, one call for each; return what ends it
export function listen(model, events, listener) {
  for (const event of events) model.on(event, listener);
  return () => {
    for (const event of events) model.off?.(event, listener);
  };
}
