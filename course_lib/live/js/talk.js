// What a page tells Python, and what Python has answered; other pages may show the same widget.

const PAGE = Math.random().toString(36).slice(2);

// Say something in a trait of its own, which Python only reads
export function say(model, trait, what) {
  const count = (model.get(trait).count ?? 0) + 1;
  model.set(trait, { ...what, page: `${trait} ${PAGE}`, count });
  model.save_changes();
}

// What was said last in a trait, as long as Python has not answered it
export function unheard(model, trait) {
  const said = model.get(trait);
  const isHeard = (model.get("heard")[said.page] ?? 0) >= (said.count ?? 0);
  return isHeard ? {} : said;
}
