/** What the compiler's declaration files export, and which types a declaration is made of. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import { declaredNames, nameOf } from "./groups.mjs";

/**
 * One declaration (or several that share a docstring): the names it is exported by, its nodes, its docstring, and where it is.
 *
 * @typedef {{ names: string[], nodes: any[], doc: string, kind: string, file: string, declared: string[] }} Entry
 */
/** @typedef {{ source: string, program: any, comments: any[], imports: Map<string, { file: string, name: string }> }} Parsed */

/** Beyond this many members a tuple is a list that nobody reads. */
const MOST_OF_TUPLE = 8;

export class Declarations {
  /** @type {Map<string, Parsed>} */
  #files = new Map();
  /** @type {Map<string, Entry[]>} */
  #exports = new Map();
  /** By `file#name`: the public name, and where it stands. @type {Map<string, { name: string, place: string }>} */
  #public = new Map();
  /** @type {Map<string, string>} */
  #places = new Map();

  /** @param {string} file @returns {Parsed} */
  #parsed(file) {
    const known = this.#files.get(file);
    if (known) return known;
    const source = readFileSync(file, "utf8");
    const { program, comments } = parseSync(file, source);
    /** @type {Parsed["imports"]} */
    const imports = new Map();
    for (const node of program.body) {
      if (node.type !== "ImportDeclaration" || !node.source.value.startsWith(".")) continue;
      for (const specifier of node.specifiers) {
        if (specifier.type !== "ImportSpecifier") continue;
        const from = resolve(file, node.source.value);
        imports.set(nameOf(specifier.local), { file: from, name: nameOf(specifier.imported) });
      }
    }
    const parsed = { source, program, comments, imports };
    this.#files.set(file, parsed);
    return parsed;
  }

  /**
   * Everything a declaration file exports, by following its re-exports.
   *
   * @param {string} file
   * @returns {Entry[]}
   */
  exportsOf(file) {
    const known = this.#exports.get(file);
    if (known) return known;
    /** @type {Entry[]} */
    const entries = [];
    this.#exports.set(file, entries);
    if (!existsSync(file)) return entries;
    const { source, program, comments, imports } = this.#parsed(file);
    for (const node of program.body) {
      if (node.type === "ExportAllDeclaration") {
        entries.push(...this.exportsOf(resolve(file, node.source.value)));
      } else if (node.type === "ExportNamedDeclaration" && node.source) {
        const from = this.exportsOf(resolve(file, node.source.value));
        const wanted = new Map(
          node.specifiers.map((/** @type {any} */ { local, exported }) => [nameOf(local), nameOf(exported)]),
        );
        for (const entry of from) {
          const names = entry.names.flatMap(name => wanted.get(name) ?? []);
          if (names.length > 0) entries.push({ ...entry, names });
        }
      } else if (node.type === "ExportNamedDeclaration" && !node.declaration) {
        // `export type { DatasetSpec };` of what was imported.
        for (const { local, exported } of node.specifiers) {
          const origin = imports.get(nameOf(local));
          const from = origin ? this.exportsOf(origin.file) : [];
          const entry = from.find(({ names }) => names.includes(/** @type {any} */ (origin).name));
          if (entry) entries.push({ ...entry, names: [nameOf(exported)] });
        }
      } else if (node.type === "ExportNamedDeclaration" && node.declaration) {
        const comment = comments.findLast(
          ({ type, end }) =>
            type === "Block" && end <= node.start && source.slice(end, node.start).trim() === "",
        );
        const doc = comment?.value.startsWith("*") ? comment.value : "";
        const names = declaredNames(node.declaration);
        const kind = node.declaration.type;
        const last = entries.at(-1);
        // Overloads, and constants that follow a docstring of the group, belong to the entry before.
        const isConstants = kind === "VariableDeclaration" && last?.kind === kind;
        if (doc === "" && last && (last.names.includes(names[0]) || isConstants)) {
          last.nodes.push(node);
          for (const list of [last.names, last.declared])
            list.push(...names.filter(name => !list.includes(name)));
        } else {
          entries.push({ names, nodes: [node], doc, kind, file, declared: [...names] });
        }
      }
    }
    return entries;
  }

  /** Makes an entry's names known as public. @param {Entry} entry @param {string} place */
  publish(entry, place) {
    for (const [i, name] of entry.names.entries()) {
      const declared = entry.names.length === entry.declared.length ? entry.declared[i] : name;
      const key = `${entry.file}#${declared}`;
      if (!this.#public.has(key)) this.#public.set(key, { name, place });
      if (!this.#places.has(name)) this.#places.set(name, place);
    }
  }

  /** Where a public name stands. @param {string} name */
  placeOf(name) {
    return this.#places.get(name);
  }

  /**
   * What a name means in a file: where it is declared, behind imports and re-exports.
   *
   * @param {string} file @param {string} name
   * @returns {{ file: string, name: string } | undefined}
   */
  #origin(file, name) {
    if (!existsSync(file)) return undefined;
    const { program, imports } = this.#parsed(file);
    const imported = imports.get(name);
    if (imported) return this.#origin(imported.file, imported.name);
    for (const node of program.body) {
      if (node.type === "ExportNamedDeclaration" && node.source) {
        const specifier = node.specifiers.find(
          (/** @type {any} */ { exported }) => nameOf(exported) === name,
        );
        if (specifier) return this.#origin(resolve(file, node.source.value), nameOf(specifier.local));
      }
      if (node.type === "ExportAllDeclaration") {
        const found = this.#origin(resolve(file, node.source.value), name);
        if (found) return found;
      }
      if (declarationIn(node)?.includes(name)) return { file, name };
    }
    return undefined;
  }

  /**
   * A declaration as a page shows it: types by their public names, long tuples cut; the public types that it is made of; and those
   * that are not exported, as declarations.
   *
   * @param {Entry} entry
   * @returns {{ text: string, used: { name: string, place: string }[], hidden: string[] }}
   */
  shown(entry) {
    /** @type {Map<string, { name: string, place: string }>} */
    const used = new Map();
    /** @type {Map<string, string>} */
    const hidden = new Map();
    const own = new Set(entry.declared.map(name => `${entry.file}#${name}`));
    const text = entry.nodes.map(node => this.#text(entry.file, node, own, used, hidden)).join("\n");
    return { text, used: [...used.values()], hidden: [...hidden.values()].filter(Boolean) };
  }

  /**
   * @param {string} file @param {any} node @param {Set<string>} own
   * @param {Map<string, { name: string, place: string }>} used @param {Map<string, string>} hidden
   */
  #text(file, node, own, used, hidden) {
    const { source } = this.#parsed(file);
    /** @type {{ start: number, end: number, text: string }[]} */
    const changes = [];
    const bound = new Set();
    walk(node, (/** @type {any} */ part) => {
      if (part.type === "TSTypeParameter") bound.add(nameOf(part.name));
    });
    walk(node, (/** @type {any} */ part) => {
      const reference = referenceIn(part);
      if (part.type === "TSTupleType" && part.elementTypes.length > MOST_OF_TUPLE) {
        const [, second] = part.elementTypes;
        const rest = `/* … ${part.elementTypes.length} in all */`;
        const start = source.slice(part.start, second.end);
        changes.push({ start: part.start, end: part.end, text: `${start}, ${rest}]` });
        return false;
      }
      if (!reference || bound.has(reference.name)) return true;
      const from = reference.from ? resolve(file, reference.from) : file;
      const origin = this.#origin(from, reference.name);
      if (!origin) return true;
      const key = `${origin.file}#${origin.name}`;
      const known = this.#public.get(key);
      const name = known?.name ?? origin.name;
      if (own.has(key)) return true;
      if (reference.from || (known && known.name !== reference.name))
        changes.push({ start: reference.start, end: reference.end, text: name });
      if (known) used.set(known.name, known);
      else if (!hidden.has(key)) {
        hidden.set(key, "");
        hidden.set(key, this.#hidden(origin, own, used, hidden));
      }
      return true;
    });
    let text = source.slice(node.start, node.end);
    // From the end, so that places before stay what they are; what lies in a part that is cut is gone with it.
    for (const change of changes.sort((a, b) => b.start - a.start)) {
      if (changes.some(other => other !== change && other.start <= change.start && other.end >= change.end))
        continue;
      text = `${text.slice(0, change.start - node.start)}${change.text}${text.slice(change.end - node.start)}`;
    }
    return asWritten(text);
  }

  /** @param {{ file: string, name: string }} origin @param {Set<string>} own @param {Map<string, any>} used @param {Map<string, string>} hidden */
  #hidden({ file, name }, own, used, hidden) {
    const { program } = this.#parsed(file);
    const node = program.body.find((/** @type {any} */ each) => declarationIn(each)?.includes(name));
    const declaration = node?.declaration ?? node;
    if (!/^TS(Interface|TypeAlias)/.test(declaration?.type)) return "";
    return this.#text(file, node, own, used, hidden);
  }
}

/** @param {string} from @param {string} specifier */
const resolve = (from, specifier) => join(dirname(from), specifier.replace(/\.js$/, ".d.ts"));

/** The names that a statement declares, if it does. @param {any} node @returns {string[] | undefined} */
function declarationIn(node) {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  return declaration &&
    declaration.type.endsWith("Declaration") &&
    (declaration.id || declaration.declarations)
    ? declaredNames(declaration)
    : undefined;
}

/** The type that a node of the tree names: `Space<A>`, `extends Space`, `import("./space.js").Space`. @param {any} node */
function referenceIn(node) {
  const simple = (/** @type {any} */ id) =>
    id?.type === "Identifier" ? { name: id.name, start: id.start, end: id.end, from: undefined } : undefined;
  switch (node.type) {
    case "TSTypeReference":
      return simple(node.typeName);
    case "TSInterfaceHeritage":
    case "TSClassImplements":
      return simple(node.expression);
    case "ClassDeclaration":
      return simple(node.superClass);
    case "TSImportType":
      return node.qualifier?.type === "Identifier"
        ? {
            name: node.qualifier.name,
            start: node.start,
            end: node.qualifier.end,
            from: node.source?.value ?? node.argument?.literal?.value,
          }
        : undefined;
    default:
      return undefined;
  }
}

/** Every node below one, that one first; what `visit` says false of is not gone into. @param {any} node @param {(node: any) => unknown} visit */
function walk(node, visit) {
  if (typeof node?.type === "string" && visit(node) === false) return;
  for (const [key, part] of Object.entries(node)) {
    if (key === "parent" || typeof part !== "object" || part === null) continue;
    for (const each of Array.isArray(part) ? part : [part])
      if (each && typeof each === "object") walk(each, visit);
  }
}

/** A declaration as one writes it: without the words that only a declaration file needs. @param {string} text */
const asWritten = text =>
  text
    .replaceAll(/^export (declare )?/gm, "")
    .replaceAll(/^declare /gm, "")
    .replaceAll(/^\s*(#private;|private constructor\(.*\);|private .*)\n/gm, "")
    .replaceAll(/^( {4})+/gm, indent => " ".repeat(indent.length / 2));
