// A page of the site: its live pieces, theme, contents and search. Nothing here asks Python.
(() => {
  const root = document.documentElement;

  // Live pieces. Their modules and the model without a kernel are those of pieces.js.

  const { host, ...modules } = window.coursePieces;
  const models = new Map(); // model id -> { model, widget }: a piece may be shown twice

  async function unpacked({ path, encoding, data }) {
    if (encoding !== "gzip") return { path, data };
    const packed = new Blob([host.fromBase64(data)]);
    const numbers = packed.stream().pipeThrough(new DecompressionStream("gzip"));
    return { path, data: await new Response(numbers).arrayBuffer() };
  }

  async function startedModel(id) {
    const data = document.querySelector(`script[data-of="${id}"]`);
    const { module, state, buffers } = JSON.parse(data.textContent);
    data.remove(); // a page keeps one copy of it, the model's
    const model = host.hostModel({ state, buffers: await Promise.all(buffers.map(unpacked)) });
    const exported = modules[module].default;
    const widget = typeof exported === "function" ? await exported() : exported;
    await widget.initialize?.({ model });
    return { model, widget };
  }

  async function start(element) {
    const id = element.dataset.model;
    if (!models.has(id)) models.set(id, startedModel(id));
    const { model, widget } = await models.get(id);
    const shown = document.createElement("div");
    element.append(shown);
    await widget.render({ model, el: shown });
    element.querySelector(".still").hidden = true;
    element.dataset.state = "live";
  }

  // One after the other, those in sight first, so that the page answers meanwhile
  async function startAll() {
    const isInSight = (element) => element.getBoundingClientRect().top < 2 * innerHeight;
    const pieces = [...document.querySelectorAll(".live:not([data-state=still])")];
    const inSight = pieces.filter(isInSight);
    for (const element of [...inSight, ...pieces.filter((piece) => !inSight.includes(piece))]) {
      try {
        await start(element);
      } catch (error) {
        element.dataset.state = "still"; // its picture and its words stay
        console.error(error);
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    root.dataset.ready = "true";
  }

  // Theme

  const theme = document.querySelector("#theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

  function nameTheme() {
    theme.textContent = isDark() ? "Light" : "Dark";
  }

  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
    try {
      localStorage.setItem("course-theme", root.dataset.theme);
    } catch {
      // no storage for pages from a file: the choice holds for this page
    }
  });
  prefersDark.addEventListener("change", nameTheme);
  theme.hidden = false;
  nameTheme();

  // Contents: at the side; on a narrow screen behind a button

  const menu = document.querySelector("#menu");
  menu.hidden = false;
  menu.addEventListener("click", () => {
    const isOpen = root.classList.toggle("menu-open");
    menu.setAttribute("aria-expanded", isOpen);
  });
  document.querySelector("#sidebar").addEventListener("click", (event) => {
    if (event.target.closest("a")) root.classList.remove("menu-open");
  });

  // The browser's lab and a server's doors cannot open from a file: show those that can
  if (location.protocol === "file:") root.classList.add("from-file");

  // Search: the index is a script, since a page from a file may not fetch

  const search = document.querySelector("#search");
  const found = document.querySelector("#found");

  function loadIndex() {
    if (document.querySelector("#index")) return;
    const script = document.createElement("script");
    Object.assign(script, { id: "index", src: "static/search.js", onload: showFound });
    document.head.append(script);
  }

  function matches(words) {
    const rank = ({ heading, text }) => {
      const at = (where) => words.every((word) => where.toLowerCase().includes(word));
      return at(heading) ? 2 : at(`${heading} ${text}`) ? 1 : 0;
    };
    const ranked = window.courseIndex.map((entry) => ({ ...entry, rank: rank(entry) }));
    return ranked.filter((entry) => entry.rank).sort((one, other) => other.rank - one.rank);
  }

  function excerpt(text, word) {
    const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return (at ? "… " : "") + text.slice(at, at + 120);
  }

  function resultItem({ file, id, title, heading, text }, word) {
    const link = document.createElement("a");
    link.href = `${file}#${id}`;
    const strong = document.createElement("strong");
    strong.textContent = heading;
    link.append(strong, ` ${title}`, document.createElement("br"), excerpt(text, word));
    link.addEventListener("click", () => (found.hidden = true));
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  function showFound() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found.hidden = !words.length || !window.courseIndex;
    if (found.hidden) return;
    const items = matches(words).slice(0, 12).map((entry) => resultItem(entry, words[0]));
    const none = document.createElement("li");
    none.textContent = "Nothing found.";
    found.replaceChildren(...(items.length ? items : [none]));
  }

  search.addEventListener("focus", loadIndex);
  search.addEventListener("input", showFound);
  document.querySelector(".search").addEventListener("keydown", (event) => {
    const links = [...found.querySelectorAll("a")];
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") found.hidden = true;
    if (!move || found.hidden || !links.length) return;
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + move;
    if (next < 0) search.focus();
    else links[Math.min(next, links.length - 1)].focus();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) found.hidden = true;
  });
  document.querySelector(".search").hidden = false;

  startAll();
})();
