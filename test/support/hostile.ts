/** Texts that would run as script, or become markup, wherever one boundary forgets to escape them. */
import type { Browser, Page } from "playwright-core";

/** Each calls `fire()` if it runs, which `openedPages` counts. */
export const hostile: readonly string[] = [
  "<img src=x onerror=fire()>",
  "<script>fire()</script>",
  "</script><script>fire()</script>",
  '"><svg onload=fire()>',
  "' onmouseover='fire()' x='",
  "[click](javascript:fire())",
  "[click](java\tscript:fire())",
  "<javascript:fire()>",
  '![](x" onerror="fire())',
  "[click]: javascript:fire()",
  "a | b\n\n<img src=x onerror=fire()>\n\n| c |",
  "`code` ``` <img src=x onerror=fire()>",
  "$\\href{javascript:fire()}{x}$ and $y$",
  "\\(\\href{javascript:fire()}{x}\\)",
  "\\[x\\] \\begin{equation}x\\end{equation}",
  "\\<img src=x onerror=fire()>",
  "&lt;img src=x onerror=fire()&gt;",
  '<a href="javascript:fire()">link</a>',
  "<iframe srcdoc='<script>parent.fire()</script>'></iframe>",
  "<math><mtext><table><mglyph><style><img src=x onerror=fire()>",
  "<svg><foreignObject><img src=x onerror=fire()></foreignObject></svg>",
  "<details open ontoggle=fire()>",
  "<style>@import 'x'; * { display: none }</style>",
  "%{x}<extra></extra> <b>bold</b>",
  "*a* **b** _c_ ~~d~~ # e",
];

/** A page as it came up. */
export interface OpenedPage {
  readonly page: Page;
  /** Times that a hostile text has run so far. */
  readonly fired: () => number;
  /** What the page asked for beyond itself. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** Opens a page and touches all of it, as a reader would who opens, points at and clicks everything. */
export async function openTouched(browser: Browser, url: string): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const [requests, errors]: [string[], string[]] = [[], []];
  let count = 0;
  await page.exposeFunction("fire", () => void count++);
  await page.route(/^https?:/, route => route.abort());
  page.on("request", request => requests.push(request.url()));
  page.on("pageerror", error => errors.push(error.message));
  await page.goto(url);
  await page.evaluate(async () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const element of document.querySelectorAll("*")) {
      for (const type of ["mouseover", "mouseenter", "focus", "toggle", "animationstart", "load", "error"]) {
        element.dispatchEvent(new Event(type));
      }
    }
    for (const link of document.querySelectorAll("a")) {
      // A click that leads to another page would end this one.
      const address = link.getAttribute("href") ?? link.getAttribute("xlink:href") ?? "";
      if (/^\s*j[\s\S]*:/i.test(address)) link.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
    await new Promise(done => setTimeout(done, 300));
  });
  return { page, requests, errors, fired: () => count };
}
