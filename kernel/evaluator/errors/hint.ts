/** What an error of a cell can be told beyond its own words: names that mean nothing in a cell. */

import type { ErrorReport } from "../../protocol/evaluator.js";
import { displayModule } from "../../modules/brought.js";
import { isError } from "./read-error.js";
import { shellHint } from "../../cells/shell-line.js";

const FOLDER = "a cell has import.meta.dirname and import.meta.filename, as modules do";
const COMMONJS = "a cell is no CommonJS module: what it declares, later cells see; export is not needed";

const DISPLAYS = ["html", "md", "latex", "svg", "png", "json"];

/** Names that CommonJS modules, browsers and other kernels have, and what cells have in their place. */
const instead = (module: string): ReadonlyMap<string, string> =>
  new Map([
    ...DISPLAYS.map(name => [name, `import { ${name} } from "${module}"`] as const),
    ["markdown", `import { md } from "${module}"`],
    ["image", `import { png } from "${module}"`],
    [
      "tslab",
      'import * as tslab from "tslab" gives its display functions; in every cell there is display(value)',
    ],
    ["$$", `display(value) shows a value; ${module} exports html, md, latex, svg, png and json`],
    ["IPython", `display(value) shows a value; ${module} exports html, md, latex, svg, png and json`],
    ["confirm", 'prompt("… [y/N]") asks the user'],
    ["alert", "display(value) or console.log(value) shows a value"],
    ["__dirname", FOLDER],
    ["__filename", FOLDER],
    ["module", COMMONJS],
    ["exports", COMMONJS],
  ]);

/**
 * Adds a hint to the report of an error that has one.
 *
 * @param source the cell
 * @param whyType says of a name that was imported as a type why it is no value
 */
export function withHint(
  report: ErrorReport,
  thrown: unknown,
  source: string,
  whyType: (name: string) => string | undefined,
): ErrorReport {
  if (!isError(thrown) || !(thrown instanceof ReferenceError)) return report;
  const name = /^(\S+) is not defined$/.exec(thrown.message)?.[1];
  if (name === undefined) return report;
  const why = whyType(name);
  const hint =
    why === undefined
      ? (shellHint(source, name) ?? instead(displayModule()).get(name))
      : `it was imported, but as a type alone: ${why}`;
  return hint === undefined ? report : { ...report, traceback: [...report.traceback, "", `hint: ${hint}`] };
}
