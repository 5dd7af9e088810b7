/** The page of a demo: one file with the network, the runtime and what runs them, light and dark. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { contentPolicy, dataScript, inScript } from "../../base/node/content-policy.js";
import { packageRoot } from "../../base/node/paths.js";
import { escapeHtml } from "../../base/escape-html.js";
import type { Shape } from "../../networks/shape.js";
import { PAGE_SCRIPT } from "./page-script.js";

/** What the page is told of the network and its images. */
export interface DemoFacts {
  readonly title: string;
  /** A line below the title. */
  readonly note: string;
  readonly resolution: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Names of the classes, in the order of the logits. */
  readonly classes: readonly string[];
  /** Layers whose feature maps are shown, in the network's order. */
  readonly maps: readonly (Shape & { readonly name: string })[];
  /** Test images: red, green, blue and opacity of each pixel, base64. */
  readonly examples: readonly { readonly label: number; readonly pixels: string }[];
  /** Colours to draw on and with, `#rrggbb`. */
  readonly paper: string;
  readonly pen: string;
}

const runtime = (file: string): Buffer => readFileSync(join(packageRoot, "data", "onnxruntime-web", file));
const held = (id: string, bytes: Buffer): string =>
  `<script type="text/plain" id="${id}">${bytes.toString("base64")}</script>`;

/** Says of a file that it is such a page. */
export const DEMO_MARK = '<meta name="generator" content="netspace: a network to try">';

/** @param model an ONNX model of the network, with the maps as further outputs */
export function demoPage(facts: DemoFacts, model: Uint8Array): string {
  const { title, note, resolution } = facts;
  const scripts = [inScript(gunzipSync(runtime("runtime.js.gz")).toString("utf8")), inScript(PAGE_SCRIPT)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${DEMO_MARK}
${contentPolicy(scripts, ["'wasm-unsafe-eval'"])}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(note)}</p>
<main>
<section aria-labelledby="image-heading">
<h2 id="image-heading">Image</h2>
<canvas id="image" width="${resolution}" height="${resolution}" tabindex="0" role="img" aria-describedby="keys" aria-label="The image that the network sees, ${resolution} by ${resolution} pixels">This browser has no canvas.</canvas>
<p id="keys" class="small">Draw here, or drop an image on the page. On the keyboard, arrows move the pen and Shift with an arrow draws.</p>
<p class="controls"><button type="button" id="clear">Clear</button>
<label>Image file <input type="file" id="file" accept="image/*"></label>
<label>Pen <input type="color" id="pen"></label>
<label>Paper <input type="color" id="paper"></label></p>
<div id="examples" role="group" aria-label="Test images"></div>
</section>
<section aria-labelledby="scores-heading">
<h2 id="scores-heading">Classes</h2>
<p id="status" role="status">Opening the network …</p>
<table><thead><tr><th scope="col">class</th><th scope="col">probability</th><th></th></tr></thead><tbody id="scores"></tbody></table>
</section>
<section aria-labelledby="maps-heading">
<h2 id="maps-heading">Feature maps</h2>
<table><thead><tr><th scope="col">layer</th><th scope="col">channels × height × width</th><th scope="col">mean over channels</th></tr></thead><tbody id="maps"></tbody></table>
</section>
</main>
<noscript>The network runs by the page's own scripts, which are switched off here.</noscript>
${held("runtime", runtime("runtime.wasm.gz"))}
${held("model", gzipSync(model, { level: 9 }))}
${dataScript(facts, ' id="facts"')}
<script>${scripts[0]}</script>
<script>${scripts[1]}</script>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1a; --ground: #ffffff; --soft: #595959; --edge: #c4c4c4; --best: #dbeafe; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --ground: #161616; --soft: #a8a8a8; --edge: #484848; --best: #1e3a5f; } }
body { margin: 1rem; background: var(--ground); color: var(--ink); font: 15px/1.45 "Open Sans", system-ui, sans-serif; }
h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .4rem; } p { margin: .3rem 0 .6rem; }
main { display: flex; flex-wrap: wrap; gap: 1rem 2rem; } section { min-width: 15rem; max-width: 100%; overflow-x: auto; }
#image { width: min(16rem, 80vw); aspect-ratio: 1; image-rendering: pixelated; border: 1px solid var(--edge); touch-action: none; cursor: crosshair; }
.small { color: var(--soft); font-size: .85rem; max-width: 18rem; } .controls { display: flex; flex-wrap: wrap; gap: .5rem; max-width: 18rem; align-items: center; }
input[type="file"] { max-width: 12rem; } #examples { display: flex; flex-wrap: wrap; gap: .3rem; max-width: 18rem; }
#examples button { padding: 2px; min-width: 44px; min-height: 44px; } #examples canvas { width: 40px; height: 40px; display: block; image-rendering: pixelated; }
:focus-visible { outline: 3px solid #2b7fff; outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th { text-align: left; font-weight: 400; } thead th { color: var(--soft); font-size: .85rem; }
td, th { padding: .1rem .9rem .1rem 0; } #scores td:nth-child(2) { text-align: right; } tr.best { background: var(--best); } tr.best th { font-weight: 700; }
#maps canvas { width: 4rem; height: 4rem; image-rendering: pixelated; border: 1px solid var(--edge); display: block; }
`;
