/**
 * HTML from outside, without what could run, load or reach the rest of the page: the outputs of notebooks, whoever made
 * them, and what their Markdown comes to. Text, tables, links, drawings and their looks stay.
 */
import createPurifier, { type Config } from "dompurify";
import { later } from "../base/node/later.js";

/** A page for the purifier, which takes longer to load than all else that a report needs. */
const jsdom = later<typeof import("jsdom")>(import.meta.url, "jsdom");

const inputs = ["form", "input", "button", "select", "option", "textarea", "dialog"];
const frames = [
  "style",
  "template",
  "slot",
  "article",
  "section",
  "main",
  "header",
  "footer",
  "nav",
  "audio",
  "video",
];

const config: Config = {
  USE_PROFILES: { html: true, svg: true, mathMl: true },
  // What takes input, what frames or restyles a page, and what the page's own script looks for.
  FORBID_TAGS: [...inputs, ...frames],
  FORBID_ATTR: [
    "id",
    "name",
    "class",
    "action",
    "srcset",
    "background",
    "ping",
    "tabindex",
    "contenteditable",
  ],
  ALLOW_DATA_ATTR: false,
  // Pages, mail, places in this page and files next to it; pictures come with the page.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  ADD_URI_SAFE_ATTR: ["style"],
};

/** Style properties that change how a thing looks where it is, and nothing of where it is. */
const looks =
  /^(?:color|background(?:-color)?|opacity|fill|stroke|(?:font|text|line|letter|word|white|vertical|border|padding|margin|list|stroke|overflow|table)(?:-[a-z]+)*|(?:min-|max-)?(?:width|height)|display|align-[a-z]+|justify-[a-z]+|flex(?:-[a-z]+)*|gap)$/;

/** A style attribute of looks alone. */
const harmlessStyle = (style: string): string =>
  style
    .split(";")
    .filter(declaration => {
      const [property, ...value] = declaration.split(":");
      return (
        looks.test(property.trim().toLowerCase()) &&
        !/[\\@<]|url|image|expression|var\(/i.test(value.join(":")) &&
        !(property.trim().toLowerCase().startsWith("margin") && value.join(":").includes("-"))
      );
    })
    .join(";");

/** MathML's own ways to move what is drawn: an equation keeps none, but for gaps as wide as a word at most. */
const moves = /^(?:voffset|lspace|depth|height|width)$/;
const isGap = (length: string): boolean =>
  /^(?:\d|\.\d)[\d.]*(?:em|ex|px)$/.test(length) && Number.parseFloat(length) <= 4;

let purifier: ReturnType<typeof createPurifier> | undefined;

function makePurifier(): ReturnType<typeof createPurifier> {
  const made = createPurifier(new (jsdom().JSDOM)("").window);
  made.addHook("uponSanitizeAttribute", (element, attribute) => {
    const { attrName: name, attrValue: value } = attribute;
    if (name === "style") attribute.attrValue = harmlessStyle(value);
    if (moves.test(name) && /^(?:mpadded|mspace|math)$/.test(element.localName) && !isGap(value)) {
      attribute.keepAttr = false;
    }
    const links = element.localName === "a";
    // Elsewhere than in links an address is something to load, but for the parts of a drawing.
    if (/^(?:src|href|xlink:href|poster|data|cite)$/.test(name) && !links) {
      attribute.keepAttr =
        /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i.test(value) || value.startsWith("#");
    }
    // Fills and markers may be parts of the drawing, never files.
    if (name !== "style" && /url\(\s*(?!['"]?#)/i.test(value)) attribute.keepAttr = false;
  });
  return made;
}

/**
 * HTML in which nothing runs, nothing is loaded, and nothing leaves its place.
 *
 * @param link what a link's address becomes
 */
export function sanitised(html: string, link: (address: string) => string = address => address): string {
  purifier ??= makePurifier();
  const body = purifier.sanitize(html, { ...config, RETURN_DOM: true }) as HTMLElement;
  for (const anchor of body.querySelectorAll("a[href]")) {
    const address = link(anchor.getAttribute("href")!);
    anchor.setAttribute("href", address);
    if (/^https?:/i.test(address)) anchor.setAttribute("rel", "noopener noreferrer");
  }
  // A picture that does not come with the page: its words replace it.
  for (const image of body.querySelectorAll("img:not([src])")) {
    image.replaceWith(image.getAttribute("alt") ?? "");
  }
  return body.innerHTML;
}
