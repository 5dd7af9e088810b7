/**
 * The one visual style of all figures: readable at the width of a paper column and on a projector, in colours
 * that colour-blind readers can tell apart. Panels are written in the light theme's colours; `inDark` says what each
 * of them is on a dark page.
 */

/** Okabe and Ito's palette (Color Universal Design, 2008), dark ones first: lines on white need contrast. */
export const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;

const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"] as const;
/** Markers, for those who cannot tell the colours, and where there are more series than colours. */
export const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "x", "star"] as const;

/** The colour of the i-th series of a panel. */
export const seriesColour = (i: number): string => colours[i % colours.length];

/** The i-th series' dash: solid while each has a colour of its own. */
export const seriesDash = (i: number): (typeof dashes)[number] =>
  dashes[Math.floor(i / colours.length) % dashes.length];

/** The i-th series' marker where colours repeat: one that its colour has not had. */
export const seriesSymbol = (i: number): (typeof symbols)[number] =>
  symbols[(i + Math.floor(i / colours.length)) % symbols.length];

/** A colour with an opacity in [0, 1]. */
export function faded(colour: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map(i => Number.parseInt(colour.slice(i, i + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

/** Text, axes, and lines that belong to no population. */
export const ink = "#222222";
/** What is in the background: secondary text, reference lines. */
export const soft = "#666666";
const grid = "#E6E6E6";
/** What figures are drawn on, and text on a full colour. */
export const page = "#FFFFFF";
/** Leaders, which lead the eye and carry nothing. */
export const faint = "#AAAAAA";
/** Inside boxes: of what has weights, of what joins paths, of everything else; and of kinds of a cell's operations. */
export const fills = {
  weights: "#E8F1F8",
  joins: "#FDF1E2",
  other: "#F2F2F2",
  separable: "#E2F4EE",
  dilated: "#F9ECF4",
  pooling: "#FDF6DD",
} as const;

/** The dark theme: each of the light theme's colours, and what takes its place. The palette's hues stay, lighter. */
const dark: Readonly<Record<string, string>> = {
  "#0072B2": "#4FA8E0",
  "#D55E00": "#FF8A3D",
  "#009E73": "#2FC79A",
  "#CC79A7": "#E39BC6",
  "#E69F00": "#F5B82E",
  "#56B4E9": "#A6DCFF",
  "#000000": "#FFFFFF",
  [ink]: "#E8E8E8",
  [soft]: "#A8A8A8",
  [grid]: "#3A3D44",
  [page]: "#16181D",
  [faint]: "#6B6F78",
  [fills.weights]: "#1B3547",
  [fills.joins]: "#45301A",
  [fills.other]: "#2B2E35",
  [fills.separable]: "#163B30",
  [fills.dilated]: "#40283A",
  [fills.pooling]: "#40370F",
};

/** A Plotly value in the dark theme: every colour of the light one replaced, opacities kept. */
export function inDark<T>(value: T): T {
  if (typeof value === "string") return darkColour(value) as T;
  if (Array.isArray(value)) return value.map(inDark) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inDark(part)])) as T;
}

/** The class of the root of the figures' own SVG pictures, which have a dark version. */
export const svgClass = "netspace";

/** An SVG picture of class `svgClass` in the dark theme: its fills and strokes replaced. */
export const svgInDark = (svg: string): string =>
  svg.replaceAll(
    /\b(fill|stroke)="([^"]+)"/g,
    (_, property: string, colour: string) => `${property}="${darkColour(colour)}"`,
  );

/**
 * Rules of a style sheet under which pictures drawn in the light theme are dark, wherever their reader's page is: one for each
 * colour that they use.
 *
 * @param within a selector of what the pictures are in
 */
export function darkRules(pictures: readonly string[], within: string): string {
  const used = pictures.flatMap(svg => [...svg.matchAll(/\b(fill|stroke)="([^"]+)"/g)]);
  const rules = used.flatMap(([, property, colour]) => {
    const replaced = darkColour(colour);
    return replaced === colour ? [] : [`${within} [${property}="${colour}"]{${property}:${replaced}}`];
  });
  return [...new Set(rules)].join("");
}

/**
 * What a front end has to know to draw a figure in the dark theme: of the light theme's colours, those that are used, and what
 * takes their places; with an opacity a colour keeps it.
 *
 * @param used the figure as JSON
 */
export const darkColours = (used: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(dark).filter(
      ([colour]) => used.includes(`"${colour}"`) || used.includes(faded(colour, 0).replace("0)", "")),
    ),
  );

/**
 * One of our SVG pictures with rules under which it is dark where the page around it, or the front end that puts it into an
 * image, says so as JupyterLab does: by `data-jp-theme-light="false"`, there on the body, here on the picture itself.
 */
export function svgOfTheme(svg: string): string {
  // What was made dark already stays as it is: some of its colours are another's light ones.
  if (!svg.includes(`fill="${page}"`) || svg.includes(`fill="${dark[page]}"`)) return svg;
  const own = `.${svgClass}${DARK_PAGE}`;
  const rules = darkRules([svg], `${DARK_PAGE} .${svgClass}`) + darkRules([svg], own);
  return svg.replace(/^<svg [^>]*>/, tag => `${tag}<style>${rules}</style>`);
}
const DARK_PAGE = '[data-jp-theme-light="false"]';

function darkColour(text: string): string {
  const rgba = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(text);
  // Of its own: a group may be called as what every object has.
  if (!rgba) return Object.hasOwn(dark, text) ? dark[text] : text;
  const hex = rgba.slice(1, 4).map(part => Number(part).toString(16).padStart(2, "0"));
  const replaced = dark[`#${hex.join("").toUpperCase()}`];
  return replaced ? faded(replaced, Number(rgba[4])) : text;
}

/** What every axis shares. */
export const axisStyle = {
  showline: true,
  linecolor: ink,
  linewidth: 1,
  mirror: true,
  ticks: "outside",
  ticklen: 4,
  tickcolor: ink,
  gridcolor: grid,
  zeroline: false,
  automargin: true,
} as const;

/** The space around the panels of a figure, CSS pixels. */
export const margin = { l: 60, r: 15, t: 45, b: 55 } as const;

/** What every figure shares. */
export const layoutStyle = {
  font: { family: "Open Sans, Helvetica, Arial, sans-serif", size: 13, color: ink },
  paper_bgcolor: page,
  plot_bgcolor: page,
  hoverlabel: { font: { family: "Open Sans, Helvetica, Arial, sans-serif" } },
  margin,
} as const;

/** Behind a panel's legend, so that what is drawn under it does not disturb. */
export const legendBackground = faded(page, 0.8);
