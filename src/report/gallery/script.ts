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

/** Puts the live figure into its picture's place, in the page's theme; titles and panels keep their proportions. */
async function makeLive(figure: HTMLElement, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  button.textContent = "Loading …";
  await (loading ??= loadPlotly());
  const themes = JSON.parse(figure.querySelector("script")!.textContent) as Record<
    "light" | "dark",
    Specification
  >;
  const place = document.createElement("div");
  const draw = async () => {
    const { data, layout } = themes[darkMode.matches ? "dark" : "light"];
    await Plotly.react(place, data, layout, { displaylogo: false });
  };
  const picture = figure.querySelector("picture")!;
  picture.replaceWith(place);
  place.className = "plot";
  try {
    await draw();
  } catch (error) {
    // What Plotly cannot draw here stays a picture.
    place.replaceWith(picture);
    button.textContent = `No live figure: ${(error as Error).message}`;
    return;
  }
  button.remove();
  darkMode.addEventListener("change", () => void draw());
}

if ("DecompressionStream" in globalThis) {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button.live")) {
    button.hidden = false;
    button.addEventListener("click", () => void makeLive(button.closest("figure")!, button));
  }
}
choose();
