/** A page's Markdown as HTML, with the anchors that GitHub gives headings, and its words for the search. */
import { Marked } from "marked";
import { equations } from "../../dist/src/report/equations.js";

const escaped = (/** @type {string} */ text) =>
  text.replace(
    /[&<>"]/g,
    character => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character],
  );

const plain = (/** @type {string} */ html) =>
  html
    .replaceAll(/<\/?(?:p|div|pre|table|thead|tbody|tr|t[dh]|[uo]l|li|h\d|br|hr)\b[^>]*>/g, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&lt;/g, "<")
    .replaceAll(/&gt;/g, ">")
    .replaceAll(/&quot;/g, '"')
    .replaceAll(/&#39;/g, "'")
    .replaceAll(/&amp;/g, "&")
    .replaceAll(/\s+/g, " ")
    .trim();

const slugOf = (/** @type {string} */ text) =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

/** Words that TypeScript, and shells where a line begins with them, are read by. */
const tokens =
  /(\/\/[^\n]*|\/\*[^]*?\*\/)|("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\b(import|export|from|const|let|function|class|interface|type|extends|readonly|async|await|return|new|if|else|for|of|in|as|static|void)\b|\b(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\b/g;

/** Code with its comments, texts, words and numbers marked. @param {string} code */
function marked(code) {
  let html = "";
  let end = 0;
  for (const match of code.matchAll(tokens)) {
    const kind = ["c", "s", "k", "n"][match.slice(1).findIndex(group => group !== undefined)];
    html += `${escaped(code.slice(end, match.index))}<i class="${kind}">${escaped(match[0])}</i>`;
    end = match.index + match[0].length;
  }
  return html + escaped(code.slice(end));
}

/**
 * @param {string} markdown
 * @param {(to: string) => string | undefined} relink a link's address on the site; none where there is nothing to show
 */
export function pageBody(markdown, relink) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @type {{ anchor: string, heading: string, text: string }[]} */
  const texts = [];
  let title = "";
  const renderer = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens: inner, depth }) {
        const html = this.parser.parseInline(inner);
        const heading = plain(html);
        const slug = slugOf(heading);
        const times = seen.get(slug) ?? 0;
        seen.set(slug, times + 1);
        const id = times === 0 ? slug : `${slug}-${times}`;
        if (depth === 1 && title === "") title = heading;
        return `<h${depth} id="${escaped(id)}">${html}${depth > 1 ? ` <a class="anchor" href="#${encodeURIComponent(id)}" aria-label="Link to this heading">#</a>` : ""}</h${depth}>\n`;
      },
      code({ text, lang }) {
        const html = !lang || lang === "text" ? escaped(text) : marked(text);
        return `<pre tabindex="0"><code>${html}</code></pre>\n`;
      },
      table(token) {
        const cell = (/** @type {any} */ { tokens: inner, align }, /** @type {string} */ tag) =>
          `<${tag}${align ? ` class="${align}"` : ""}>${this.parser.parseInline(inner)}</${tag}>`;
        const head = token.header.some(({ text }) => text !== "")
          ? `<thead><tr>${token.header.map(each => cell(each, "th")).join("")}</tr></thead>`
          : "";
        const rows = token.rows.map(line => `<tr>${line.map(each => cell(each, "td")).join("")}</tr>`);
        return `<div class="scroll" tabindex="0"><table>${head}<tbody>${rows.join("\n")}</tbody></table></div>\n`;
      },
      link({ href, tokens: inner }) {
        const text = this.parser.parseInline(inner);
        const to = relink(href);
        return to === undefined ? text : `<a href="${escaped(to)}">${text}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escaped(relink(href) ?? href)}" alt="${escaped(text)}" loading="lazy">`;
      },
    },
  });
  renderer.use(equations);
  const body = renderer.parse(markdown, { async: false });
  for (const part of body.split(/(?=<h[1-6] id=)/)) {
    const [, anchor = "", heading = ""] = /^<h[1-6] id="([^"]*)">(.*?)<\/h[1-6]>/s.exec(part) ?? [];
    texts.push({
      anchor: texts.length === 0 ? "" : anchor,
      heading: plain(heading.replace(/<a class="anchor".*$/s, "")),
      text: plain(part.replace(/^<h[1-6] id=.*?<\/h[1-6]>/s, "")),
    });
  }
  return { title, body, texts: texts.filter(({ heading, text }) => heading || text) };
}

/** The anchors of a page's body. @param {string} body */
export const anchorsIn = body =>
  new Set([...body.matchAll(/ (?:id|name)="([^"]+)"/g)].map(([, id]) => id.replaceAll("&amp;", "&")));
