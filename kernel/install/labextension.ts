/**
 * A front-end extension for JupyterLab and Notebook 7 that brings anywidget's front end, so that widgets of one's own
 * and live figures work where no anywidget is installed for Python, and lets figures and diagrams follow the theme.
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
    description: `Widgets of the kernel of ${name}, and figures in the theme`,
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
  const theme = readFileSync(new URL("./browser/follow-theme.js", import.meta.url), "utf8").replaceAll(
    /^export |^\/\/# sourceMappingURL=.*$/gm,
    "",
  );
  const anywidget = readFileSync(createRequire(import.meta.url).resolve("anywidget"), "utf8");
  return `/* ${NAME} ${VERSION}; contains anywidget (MIT, Trevor Manz) */
var _JUPYTERLAB = typeof _JUPYTERLAB === "undefined" ? {} : _JUPYTERLAB;
_JUPYTERLAB[${JSON.stringify(name)}] = (() => {
  let shared;
  const module = async name => {
    const versions = shared?.[name];
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
  const followTheme = (() => {
${theme}
    return followTheme;
  })();
  const theme = rendermime => ({
    id: "${name}:theme",
    description: "Figures of the kernel of ${name} in the theme",
    autoStart: true,
    requires: [rendermime.IRenderMimeRegistry],
    // What draws has been registered when all has started; no notebook is open before.
    activate: (app, registry) => void app.started.then(() => followTheme(registry)),
  });
  const extension = async () => {
    const [widgets, rendermime] = await Promise.all([module("@jupyter-widgets/base"), module("@jupyterlab/rendermime")]);
    const themes = rendermime ? [theme(rendermime)] : [];
    // Without ipywidgets' own extension there is nothing to add widgets to.
    if (!widgets) return { __esModule: true, default: themes };
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
    return { __esModule: true, default: [plugin, ...themes] };
  };
  return {
    init: scope => { shared = scope; },
    get: async () => { const module = await extension(); return () => module; },
  };
})();
`;
}
