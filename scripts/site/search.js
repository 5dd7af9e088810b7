// The site's search: the index is a script of the site, loaded with the first search, so that it works from files too.
const field = document.querySelector("#search");
const found = document.querySelector("#found");
const root = document.body.dataset.root;
field.parentElement.hidden = false;

// Where there is little room, the contents are folded.
if (matchMedia("(max-width: 60rem)").matches) document.querySelector("#menu").open = false;

let loading;
const loadIndex = () =>
  (loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root}/assets/search-index.js`;
    script.addEventListener("load", () => resolve(globalThis.siteIndex));
    script.addEventListener("error", reject);
    document.head.append(script);
  }));

/** How well a part of a page answers words: all of them are in it; a heading counts more than text. */
function score([, title, heading, text], words) {
  const [head, body] = [`${heading} ${title}`.toLowerCase(), text.toLowerCase()];
  let sum = 0;
  for (const word of words) {
    const named = heading.toLowerCase() === word ? 40 : heading.toLowerCase().includes(word) ? 12 : 0;
    const told = named || (head.includes(word) ? 5 : 0) || (body.includes(word) ? 1 : 0);
    if (told === 0) return 0;
    sum += told;
  }
  return sum;
}

/** The text around the first word, as text. */
function excerpt(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  return `${at > 0 ? "… " : ""}${text.slice(at, at + 130)}${text.length > at + 130 ? " …" : ""}`;
}

async function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  found.hidden = words.length === 0;
  if (words.length === 0) return;
  const index = await loadIndex();
  const best = index
    .map(part => [score(part, words), part])
    .filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a)
    .slice(0, 12);
  const items = best.map(([, [address, title, heading, text]]) => {
    const link = document.createElement("a");
    link.href = `${root}/${address}`;
    const name = document.createElement("b");
    name.textContent = heading && heading !== title ? `${heading} · ${title}` : title;
    const words_ = document.createElement("span");
    words_.textContent = excerpt(text, words[0]);
    link.append(name, words_);
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  if (items.length === 0) {
    const none = document.createElement("li");
    none.textContent = "Nothing has all of these words.";
    items.push(none);
  }
  found.replaceChildren(...items);
}

field.addEventListener("input", () => void show());
document.addEventListener("keydown", event => {
  if (event.key === "/" && !event.target.closest("input, textarea")) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === "Escape") found.hidden = true;
});
document.addEventListener("click", event => {
  if (!event.target.closest(".search")) found.hidden = true;
});
