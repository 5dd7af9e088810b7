/**
 * A front-end extension for JupyterLab and Notebook 7 that brings anywidget's front end, so that widgets of one's own
 * and live figures work where no anywidget is installed for Python.
 *
 * JupyterLab loads prebuilt extensions as webpack's federated modules. What that asks for is little, and written out
 * here: a container with `init` and `get`. The code of the widgets is the npm package anywidget's, unchanged.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { makeFolder } from "../base/make-folder.js";
import { kernelsFolder } from "./jupyter-folders.js";
import { NAME, VERSION } from "../hosts/package.js";

/**
 * Writes the extension beside the kernels of a prefix.
 *
 * @param name the extension's, and its folder's
 * @returns its folder
 */
export function installLabextension(name: string, prefix?: string): string {
  const folder = extensionFolder(name, prefix);
  rmSync(folder, { recursive: true, force: true });
  const code = remoteEntry(name);
  const file = `static/remoteEntry.${createHash("sha256").update(code).digest("hex").slice(0, 16)}.js`;
  const about = {
    name,
    version: VERSION,
    description: `Widgets of the kernel of ${name}: anywidget's front end`,
    license: "Apache-2.0",
    jupyterlab: { extension: true, _build: { load: file, extension: "./extension" } },
  };
  makeFolder(path.join(folder, "static"));
  writeFileSync(path.join(folder, file), code);
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
  return folder;
}

/** Removes the extension, if it is ours. */
export function removeLabextension(name: string, prefix?: string): void {
  const folder = extensionFolder(name, prefix);
  const about = path.join(folder, "package.json");
  if (!existsSync(about)) return;
  const found = JSON.parse(readFileSync(about, "utf8")) as { name?: unknown };
  if (found.name === name) rmSync(folder, { recursive: true, force: true });
}

function extensionFolder(name: string, prefix?: string): string {
  return path.join(path.dirname(kernelsFolder(prefix)), "labextensions", name);
}

/**
 * The container. The version it registers anywidget under is the smallest that the kernel's range takes: an anywidget
 * that is installed for Python is preferred, and the widgets of Python code never meet this one.
 */
function remoteEntry(name: string): string {
  const anywidget = readFileSync(createRequire(import.meta.url).resolve("anywidget"), "utf8");
  return `/* ${NAME} ${VERSION}; contains anywidget (MIT, Trevor Manz) */
var _JUPYTERLAB = typeof _JUPYTERLAB === "undefined" ? {} : _JUPYTERLAB;
_JUPYTERLAB[${JSON.stringify(name)}] = (() => {
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
      id: "${name}:anywidget",
      description: "Widgets of the kernel of ${name}",
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
