/**
 * A program that lists what modules export, for `ImportableNames`: `node list-names.js REQUEST` prints a reply, both
 * as JSON.
 */

import { readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { setPriority } from "node:os";
import path from "node:path";
import type { ImportableName } from "./importable-names.js";
import { exportedNames, packageDeclarations } from "../modules/module-exports.js";

/** Which modules. */
export interface NamesRequest {
  /** Declaration files by module. */
  own: Readonly<Record<string, string>>;
  /** The package.json files whose dependencies count. */
  manifests: readonly string[];
}

/** What they export, the modules to be preferred first. */
export interface NamesReply {
  names: ImportableName[];
  /** What could not be read. */
  notes: string[];
}

const require = createRequire(import.meta.url);

function list({ own, manifests }: NamesRequest): NamesReply {
  const notes: string[] = [];
  const read = (module: string, find: () => string | undefined): ImportableName[] => {
    try {
      const file = find();
      return file === undefined ? [] : exported(module, file);
    } catch (error) {
      notes.push(`names of ${module} are not offered for import: ${String(error)}`);
      return [];
    }
  };
  const names = [
    ...Object.entries(own).flatMap(([module, file]) => read(module, () => file)),
    ...builtins(),
    ...manifests.flatMap(manifest =>
      dependencies(manifest)
        .filter(module => !(module in own))
        .flatMap(module => read(module, () => packageDeclarations(module, path.dirname(manifest)))),
    ),
  ];
  return { names, notes };
}

function exported(module: string, file: string): ImportableName[] {
  return [...exportedNames(file)].map(name =>
    name === "default"
      ? { name: defaultName(module), module, isDefault: true }
      : { name, module, isDefault: false },
  );
}

/** Of Node's modules, but those that only repeat others. */
function builtins(): ImportableName[] {
  const ids = builtinModules.filter(id => !/^_|^node:|^(?:sys|constants|punycode)$/.test(id));
  return ids.flatMap(id => {
    const module = `node:${id}`;
    const names = Object.keys(require(module) as object).filter(name =>
      /^[\p{ID_Start}$][\p{ID_Continue}$]*$/u.test(name),
    );
    const whole = /^\w+$/.test(id) ? [{ name: id, module, isDefault: true }] : [];
    return [...whole, ...names.map(name => ({ name, module, isDefault: false }))];
  });
}

/** The packages that a package.json asks for. */
function dependencies(manifest: string): string[] {
  try {
    const content = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, object | undefined>;
    const kinds = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];
    const names = kinds.flatMap(kind => Object.keys(content[kind] ?? {}));
    return [...new Set(names)].filter(name => !name.startsWith("@types/"));
  } catch {
    return [];
  }
}

/** The name people give a package's default export: its own, as an identifier. */
function defaultName(module: string): string {
  const [first = "", ...rest] = module.replace(/^@/, "").split(/[^\p{ID_Continue}$]+/u);
  return first + rest.map(part => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
}

const [request = "{}"] = process.argv.slice(2);
// Nobody waits for it, as a rule.
setPriority(10);
process.stdout.write(JSON.stringify(list(JSON.parse(request) as NamesRequest)));
