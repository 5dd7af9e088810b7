/**
 * The browser's part of the gallery: search, filters, live figures. It is put into the page as text, so it imports
 * nothing, and the page is readable without it.
 */
export const PAGE = "gallery"; // A module of its own: its names are not the page's.

const cards = [...document.querySelectorAll<HTMLElement>("article")];
const texts = new Map(cards.map(card => [card, card.textContent.toLowerCase()]));
const search = document.querySelector<HTMLInputElement>("#page-search")!;
const shownCount = document.querySelector<HTMLElement>("#page-shown")!;
const filters = [...document.querySelectorAll<HTMLButtonElement>("#page-filters button")];
let outcome = "";

/** Shows the cards that have all of the searched words and the chosen verdict. */
function choose(): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const card of cards) {
    const text = texts.get(card)!;
    const fits =
      words.every(word => text.includes(word)) && (outcome === "" || card.dataset.outcome === outcome);
    card.hidden = !fits;
    if (fits) count++;
  }
  for (const section of document.querySelectorAll<HTMLElement>("main section")) {
    const own = [...section.querySelectorAll<HTMLElement>("article")];
    section.hidden = own.length > 0 && own.every(card => card.hidden);
  }
  for (const button of filters) button.ariaPressed = String(button.dataset.outcome === outcome);
  shownCount.textContent = count === cards.length ? "" : `${count} of ${cards.length} shown`;
  document.querySelector<HTMLElement>("#page-none")!.hidden = count > 0;
}

search.addEventListener("input", choose);
for (const button of filters) {
  button.addEventListener("click", () => {
    outcome = outcome === button.dataset.outcome ? "" : button.dataset.outcome!;
    choose();
  });
}
document.querySelector<HTMLElement>("#page-tools")!.hidden = false;
document.addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});

/** An open notebook has the width of the page. */
for (const details of document.querySelectorAll<HTMLDetailsElement>("article > details")) {
  details.addEventListener("toggle", () => details.parentElement!.classList.toggle("open", details.open));
}

/** Follows links into cards and parts that a filter hides. */
addEventListener("hashchange", () => {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place?.closest("[hidden]")) return;
  search.value = outcome = "";
  choose();
  place.scrollIntoView();
});

// On paper the notebooks are open, without their code; afterwards everything is as it was.
let opened: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll<HTMLDetailsElement>("article > details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

interface Plotly {
  newPlot(element: HTMLElement, data: unknown, layout: object, config: object): Promise<unknown>;
  react(element: HTMLElement, data: unknown, layout: object, config: object): Promise<unknown>;
}
declare const Plotly: Plotly;

let loading: Promise<void> | undefined;

/** Unpacks Plotly, which the page carries compressed, and runs it; once, when the first figure is made live. */
async function loadPlotly(): Promise<void> {
  const packed = document.querySelector("#page-plotly")!.textContent.trim();
  const bytes = Uint8Array.from(atob(packed), character => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.text = await new Response(stream).text();
  document.head.append(script);
}

const darkMode = matchMedia("(prefers-color-scheme: dark)");

interface Specification {
  data: unknown;
  layout: { width: number; height: number };
}

/** Draws the live figure in the page's theme, of its own size: titles and panels keep their proportions. */
async function drawLive(place: HTMLElement, figure: HTMLElement): Promise<void> {
  await (loading ??= loadPlotly());
  const themes = JSON.parse(figure.querySelector("script")!.textContent) as Record<
    "light" | "dark",
    Specification
  >;
  const draw = async () => {
    const { data, layout } = themes[darkMode.matches ? "dark" : "light"];
    await Plotly.react(place, data, layout, { displaylogo: false });
  };
  await draw();
  darkMode.addEventListener("change", () => void draw());
}

/** Puts the live figure into its picture's place, or, where that is too narrow for it, into the window of the enlarged one. */
async function makeLive(figure: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const picture = figure.querySelector<HTMLElement>("picture, .enlarge, .stack")!;
  const width = Number(figure.querySelector("img")!.getAttribute("width"));
  const label = button.textContent;
  button.disabled = true;
  button.textContent = "Loading …";
  const place = document.createElement("div");
  place.className = "plot";
  const isRoomy = figure.clientWidth >= width;
  if (isRoomy) picture.replaceWith(place);
  else enlarge(figure, place);
  try {
    await drawLive(place, figure);
  } catch (error) {
    // What Plotly cannot draw here stays a picture.
    if (isRoomy) place.replaceWith(picture);
    else dialog.close();
    button.textContent = `No live figure: ${(error as Error).message}`;
    return;
  }
  if (isRoomy) {
    button.remove();
    return;
  }
  button.textContent = label;
  button.disabled = false;
}

/** The window in which one figure has the whole screen. */
const dialog = document.querySelector<HTMLDialogElement>("#page-figure")!;
const enlarged = dialog.querySelector<HTMLElement>(".scroll")!;
dialog.querySelector("button")!.addEventListener("click", () => dialog.close());
// The ground around what is in it is the dialog itself.
dialog.addEventListener("click", event => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("close", () => enlarged.replaceChildren());

/** Shows a figure in its own size, or larger where the screen has room. @param live what is to be drawn in it instead */
function enlarge(figure: HTMLElement, live?: HTMLElement): void {
  const card = figure.closest("article")!;
  dialog.querySelector("h2")!.textContent = card.querySelector("h3, h4")!.textContent;
  const picture = figure.querySelector("picture")!.cloneNode(true) as HTMLElement;
  const image = picture.querySelector("img")!;
  const width = Number(image.getAttribute("width")) || 0;
  image.decoding = "sync";
  image.style.minWidth = `${Math.min(width, 1020)}px`;
  enlarged.replaceChildren(live ?? picture);
  dialog.showModal();
}

// Each picture is a button that enlarges it; on a phone, panels are below each other.
const phone = matchMedia("(max-width: 40rem)");
for (const figure of document.querySelectorAll<HTMLElement>("article figure")) {
  const picture = figure.querySelector("picture")!;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "enlarge";
  button.title = "Enlarge";
  button.addEventListener("click", () => enlarge(figure));
  picture.replaceWith(button);
  button.append(picture);
  const stack = stackOf(figure);
  if (!stack) continue;
  const arrange = () => {
    const [shown, other] = phone.matches ? [stack, button] : [button, stack];
    if (other.isConnected) other.replaceWith(shown);
  };
  phone.addEventListener("change", arrange);
  arrange();
}

/** A figure's panels as parts of its picture, one below the other; its title is words. */
function stackOf(figure: HTMLElement): HTMLElement | undefined {
  const places = JSON.parse(figure.dataset.panels ?? "null") as [number, number, number, number][] | null;
  if (!places) return undefined;
  const image = figure.querySelector("img")!;
  const [width, height] = ["width", "height"].map(side => Number(image.getAttribute(side)));
  const stack = document.createElement("div");
  stack.className = "stack";
  for (const [left, top, across, down] of places) {
    const panel = document.createElement("div");
    panel.style.aspectRatio = `${across} / ${down}`;
    panel.style.maxWidth = `${across}px`;
    const part = figure.querySelector("picture")!.cloneNode(true) as HTMLElement;
    const whole = part.querySelector("img")!;
    // The first panel says what all of them are.
    if (stack.childElementCount > 0) whole.alt = "";
    whole.style.width = `${(100 * width) / across}%`;
    whole.style.left = `${(-100 * left) / across}%`;
    whole.style.top = `${(-100 * top) / down}%`;
    whole.style.aspectRatio = `${width} / ${height}`;
    panel.append(part);
    stack.append(panel);
  }
  return stack;
}

if ("DecompressionStream" in globalThis) {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button.live")) {
    button.hidden = false;
    button.addEventListener("click", () => void makeLive(button.closest("figure")!, button));
  }
}
// What scrolls can be reached by keys.
for (const frame of document.querySelectorAll<HTMLElement>("main .scroll")) frame.tabIndex = 0;
choose();
