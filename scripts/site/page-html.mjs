/** A page's document: the contents on its left, its own headings on its right, the search above. */
import { dirname, relative } from "node:path";

const escaped = (/** @type {string} */ text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** @typedef {{ file: string, address: string, title: string, body: string }} Page */

/** @param {Page} page @param {{ title: string, pages: Page[] }[]} groups */
export function pageHtml(page, groups) {
  const here = dirname(page.address);
  const to = (/** @type {string} */ address) => relative(here, address);
  const entries = groups.map(({ title, pages }) => {
    const isHere = pages.includes(page);
    const items = pages.map(
      each =>
        `<li><a href="${to(each.address)}"${each === page ? ' aria-current="page"' : ""}>${escaped(each.title)}</a></li>`,
    );
    return `<details${isHere || title === "Begin" ? " open" : ""}><summary>${title}</summary><ul>${items.join("")}</ul></details>`;
  });
  const headings = [...page.body.matchAll(/<h2 id="([^"]*)">(.*?)(?: <a class="anchor"|<\/h2>)/gs)];
  const own = headings.map(
    ([, id, text]) => `<li><a href="#${id}">${text.replaceAll(/<\/?a\b[^>]*>/g, "")}</a></li>`,
  );
  const order = groups.flatMap(({ pages }) => pages);
  const [before, after] = [-1, 1].map(step => order[order.indexOf(page) + step]);
  const neighbour = (/** @type {Page | undefined} */ each, /** @type {string} */ words) =>
    each ? `<a href="${to(each.address)}">${words} ${escaped(each.title)}</a>` : "<span></span>";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)} · netspace</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="${to("assets/style.css")}"></head>
<body data-root="${to(".") || "."}">
<a class="skip" href="#text">Skip to the text</a>
<header><a class="name" href="${to("index.html")}">netspace</a>
<div class="search" hidden><input id="search" type="search" placeholder="Search  ( / )" aria-label="Search" autocomplete="off"><ol id="found" hidden></ol></div></header>
<div class="page"><nav class="contents" aria-label="Contents"><details id="menu" open><summary>Contents</summary>${entries.join("\n")}</details></nav>
<main id="text" tabindex="-1">${page.body}
<footer>${neighbour(before, "←")}${neighbour(after, "→")}</footer></main>
<aside${own.length < 2 ? " hidden" : ""}><nav aria-label="On this page"><p>On this page</p><ul>${own.join("")}</ul></nav></aside></div>
<script src="${to("assets/search.js")}"></script>
</body></html>
`;
}
