/** Files that are no code: an error in Node's words, which says how to read such a file. */

import path from "node:path";
import { hosts } from "../../hosts/hosts.js";
import { displayName } from "../../source/display-name.js";

const CODE = new Set([".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".node", ""]);

const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|bmp|ico|pdf|zip|gz|tar|npy|npz|bin|safetensors|onnx|mp[34]|wav|ttf|woff2?)$/i;

/** The error for a file that cannot be imported; nothing for code and JSON. */
export function unknownExtension(file: string): TypeError | undefined {
  const extension = path.extname(file);
  if (CODE.has(extension)) return undefined;
  const message = `Unknown file extension "${extension}" for ${file}; ${remedy(file, extension.toLowerCase())}`;
  return Object.assign(new TypeError(message), { code: "ERR_UNKNOWN_FILE_EXTENSION" });
}

function remedy(file: string, extension: string): string {
  const name = JSON.stringify(displayName(file));
  const reader = hosts().find(({ readers }) => Object.hasOwn(readers, extension))?.readers[extension];
  if (reader !== undefined) return reader.replaceAll("{file}", () => name);
  const read = 'import { readFileSync } from "node:fs";';
  if (extension === ".wasm") return `${read} await WebAssembly.instantiate(readFileSync(${name}))`;
  return `read it: ${read} readFileSync(${name}${BINARY.test(file) ? "" : ', "utf8"'})`;
}
