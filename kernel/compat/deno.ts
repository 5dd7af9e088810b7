/**
 * `Deno.jupyter`: the display functions of Deno's kernel on this kernel's display, so that notebooks written for it run
 * here. Of Deno itself there is nothing else; what is not here says so.
 *
 * As in Deno, the tags of templates do not escape what is put into them. Those of the module `display` do.
 */

import { readFileSync } from "node:fs";
import type { MimeBundle } from "../display/bundle.js";
import type { Display } from "../display/display.js";
import { displayModule } from "../modules/brought.js";
import { Markup } from "../display/markup.js";
import { DISPLAY, encodeBundle, toBundle } from "../display/to-bundle.js";

/** How `Deno.jupyter.display` displays. */
export interface DenoDisplayOptions {
  /** The value is a MIME bundle already. */
  raw?: boolean;
  /** Replace the output that has this display id. */
  update?: boolean;
  display_id?: string;
}

/** What shows itself. */
export interface DenoDisplayable {
  [DISPLAY](): MimeBundle | Promise<MimeBundle>;
}

/** Makes something that shows itself from a template. */
export type DenoTag = (template: TemplateStringsArray, ...values: unknown[]) => DenoDisplayable;

/** The display functions. */
export interface DenoJupyter {
  /** The symbol of the method by which a value shows itself. */
  readonly $display: typeof DISPLAY;
  /** Shows a value, at once; with `raw` a MIME bundle. */
  display(value: unknown, options?: DenoDisplayOptions): Promise<void>;
  /** The MIME bundle of a value. */
  format(value: unknown): Promise<MimeBundle>;
  /** Sends what front ends draw: `display_data`, `update_display_data`, `execute_result`, `stream` or `clear_output`. */
  broadcast(type: string, content: Record<string, unknown>, extra?: object): Promise<void>;
  html: DenoTag;
  md: DenoTag;
  svg: DenoTag;
  /** A PNG or JPEG picture. @param picture its bytes, or the path of its file */
  image(picture: Uint8Array | string): DenoDisplayable;
}

/** What `Deno` is in cells. */
export interface DenoInCells {
  readonly jupyter: DenoJupyter;
}

/** What the functions need of the evaluator. */
export interface DenoOutputs {
  display: Display;
  print: (name: "stdout" | "stderr", text: string) => void;
  clear: (wait: boolean) => void;
}

const SAYS = "cells run on Node.js, and of Deno there is Deno.jupyter alone";

/** What to use in the place of Deno's most used names. */
const INSTEAD: Readonly<Record<string, string>> = {
  args: "process.argv",
  cwd: "process.cwd()",
  env: "process.env",
  exit: "process.exit()",
  readDir: 'readdir of "node:fs/promises"',
  readFile: 'readFile of "node:fs/promises"',
  readTextFile: 'readFile(path, "utf8") of "node:fs/promises"',
  readTextFileSync: 'readFileSync(path, "utf8") of "node:fs"',
  version: "process.versions",
  writeTextFile: 'writeFile of "node:fs/promises"',
  Command: 'spawn of "node:child_process", or a line that begins with !',
  test: 'test of "node:test"',
  UnitTestContext: 'test of "node:test"',
};

/** Makes `Deno` for cells. */
export function createDeno(outputs: DenoOutputs): DenoInCells {
  const jupyter = named(createJupyter(outputs), "Deno.jupyter", name =>
    ["json", "latex", "png"].includes(name)
      ? `import { ${name} } from "${displayModule()}"`
      : `${displayModule()} exports html, md, latex, svg, png and json, and display() is there in every cell`,
  );
  return named({ jupyter }, "Deno", name =>
    Object.hasOwn(INSTEAD, name) ? `${SAYS}; use ${INSTEAD[name]}` : SAYS,
  );
}

/** An object that says of names it has not what there is instead. */
function named<T extends object>(object: T, what: string, instead: (name: string) => string): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      // Symbols, then and toJSON are asked for by whoever looks at a value.
      if (typeof key === "symbol" || key in target || key === "then" || key === "toJSON")
        return Reflect.get(target, key, receiver) as unknown;
      throw new TypeError(`${what}.${key} is not offered here: ${instead(key)}`);
    },
  });
}

function createJupyter({ display, print, clear }: DenoOutputs): DenoJupyter {
  const show = (content: Record<string, unknown>, update: boolean): void => {
    const { data = {}, metadata = {}, transient } = content;
    const id = (transient as { display_id?: unknown } | undefined)?.display_id;
    if (update && typeof id !== "string") {
      throw new TypeError(
        "Deno.jupyter.broadcast: expected transient.display_id of the output to update, got none",
      );
    }
    display(data, {
      raw: true,
      update,
      metadata: metadata as Record<string, unknown>,
      ...(typeof id === "string" && { id }),
    });
  };
  const broadcasts: Record<string, (content: Record<string, unknown>) => void> = {
    display_data: content => show(content, false),
    update_display_data: content => show(content, true),
    execute_result: content => show(content, false),
    stream: ({ name, text }) => print(name === "stderr" ? "stderr" : "stdout", String(text)),
    clear_output: ({ wait }) => clear(wait === true),
  };
  return {
    $display: DISPLAY,
    html: tag("text/html"),
    md: tag("text/markdown"),
    svg: tag("image/svg+xml"),
    image,
    format: async value => (await toBundle(asPicture(value))).data,
    async broadcast(type, content) {
      const send = Object.hasOwn(broadcasts, type) ? broadcasts[type] : undefined;
      if (!send) {
        throw new TypeError(
          `Deno.jupyter.broadcast: expected one of ${Object.keys(broadcasts).join(", ")}, got "${type}"`,
        );
      }
      send(content);
    },
    async display(value, { raw = false, update = false, display_id: id } = {}) {
      const bundle = raw ? encodeBundle(value as MimeBundle) : (await toBundle(asPicture(value))).data;
      display(bundle, { raw: true, update, ...(id !== undefined && { id }) });
    },
  };
}

const tag =
  (type: string): DenoTag =>
  (template, ...values) => {
    const parts = template.map((text, i) => text + (values[i] === undefined ? "" : textOf(values[i])));
    return new Markup(type, parts.join(""));
  };

const textOf = (value: unknown): string => String(value);

/** Deno draws the bytes of pictures wherever they are displayed. */
function asPicture(value: unknown): unknown {
  return value instanceof Uint8Array && pictureType(value) ? image(value) : value;
}

function image(picture: Uint8Array | string): DenoDisplayable {
  const bytes = typeof picture === "string" ? readFileSync(picture) : picture;
  const type = pictureType(bytes);
  if (!type) {
    throw new TypeError(
      "Deno.jupyter.image: expected a PNG or JPEG picture, or the path of one, got something else",
    );
  }
  return { [DISPLAY]: () => ({ [type]: bytes, "text/plain": `${type}, ${bytes.length} bytes` }) };
}

function pictureType(bytes: unknown): string | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const begin = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  if (begin === "89504e470d0a1a0a") return "image/png";
  return begin.startsWith("ffd8ff") ? "image/jpeg" : undefined;
}
