/**
 * A front-end extension for JupyterLab and Notebook 7 that brings anywidget's front end, so that widgets of one's own
 * and live figures work where no anywidget is installed for Python.
 *
 * JupyterLab loads prebuilt extensions as webpack's federated modules. What that asks for is little, and written out
 * here: a container with `init` and `get`. The code of the widgets is the npm package anywidget's, unchanged.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { kernelsFolder } from "./jupyter-folders.js";
import { packageVersion } from "../base/package-root.js";

/** The extension's name, and its folder's. */
const NAME = "netspace";

/** Writes the extension beside the kernels of a prefix. @returns its folder */
export function installLabextension(prefix?: string): string {
  const folder = extensionFolder(prefix);
  rmSync(folder, { recursive: true, force: true });
  const code = remoteEntry();
  const file = `static/remoteEntry.${createHash("sha256").update(code).digest("hex").slice(0, 16)}.js`;
  const about = {
    name: NAME,
    version: packageVersion(),
    description: "Widgets of the netspace kernel: anywidget's front end",
    license: "Apache-2.0",
    jupyterlab: { extension: true, _build: { load: file, extension: "./extension" } },
  };
  mkdirSync(path.join(folder, "static"), { recursive: true });
  writeFileSync(path.join(folder, file), code);
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
  return folder;
}

/** Removes the extension, if it is ours. */
export function removeLabextension(prefix?: string): void {
  const folder = extensionFolder(prefix);
  const about = path.join(folder, "package.json");
  if (!existsSync(about)) return;
  const { name } = JSON.parse(readFileSync(about, "utf8")) as { name?: unknown };
  if (name === NAME) rmSync(folder, { recursive: true, force: true });
}

function extensionFolder(prefix?: string): string {
  return path.join(path.dirname(kernelsFolder(prefix)), "labextensions", NAME);
}

/**
 * The container. The version it registers anywidget under is the smallest that the kernel's range takes: an anywidget
 * that is installed for Python is preferred, and the widgets of Python code never meet this one.
 */
function remoteEntry(): string {
  const anywidget = readFileSync(createRequire(import.meta.url).resolve("anywidget"), "utf8");
  return `/* netspace ${packageVersion()}; contains anywidget (MIT, Trevor Manz) */
var _JUPYTERLAB = typeof _JUPYTERLAB === "undefined" ? {} : _JUPYTERLAB;
_JUPYTERLAB[${JSON.stringify(NAME)}] = (() => {
  let shared;
  const base = async () => {
    const versions = shared?.["@jupyter-widgets/base"];
    const entry = versions && Object.values(versions)[0];
    return entry && (await entry.get())();
  };
  const anywidget = base => {
    let exports;
    const define = (_, factory) => { exports = factory(base); };
    (define => {
${anywidget}
    })(define);
    return exports;
  };
  const extension = async () => {
    const widgets = await base();
    // Without ipywidgets' own extension there is nothing to add to.
    if (!widgets) return { __esModule: true, default: [] };
    // Models and views are asked for one by one, and must be of one instance.
    let made;
    const plugin = {
      id: "${NAME}:anywidget",
      description: "Widgets of the netspace kernel",
      autoStart: true,
      requires: [widgets.IJupyterWidgetRegistry],
      activate: (_, registry) =>
        registry.registerWidget({ name: "anywidget", version: "0.0.1", exports: () => (made ??= anywidget(widgets)) }),
    };
    return { __esModule: true, default: plugin };
  };
  return {
    init: scope => { shared = scope; },
    get: async () => { const module = await extension(); return () => module; },
  };
})();
`;
}
