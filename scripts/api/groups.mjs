/** The groups of an area's public names: the headings of its index.ts, `// ## Panels of distributions`, above its exports. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";

/** @typedef {{ heading: string, names: string[] }} Group */
/** @typedef {{ headed: Group[], loose: string[] }} Groups names below a heading, and those before the first */

/**
 * @param {string} file an index.ts
 * @returns {Groups}
 */
export function groupsOf(file) {
  /** @type {Group[]} */
  const headed = [];
  /** @type {string[]} */
  const loose = [];
  const put = (/** @type {string[]} */ names) => (headed.at(-1)?.names ?? loose).push(...names);
  for (const step of stepsOf(file)) {
    if ("heading" in step) headed.push({ heading: step.heading, names: [] });
    else put(step.names);
  }
  return { headed, loose };
}

/**
 * Headings and exports of a file, in their order; a file that is exported whole stands with its own headings, if it has any.
 *
 * @param {string} file
 * @returns {({ heading: string } | { names: string[] })[]}
 */
function stepsOf(file) {
  const source = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, source);
  const headings = comments.flatMap(({ type, value, start }) => {
    const [, heading] = (type === "Line" && /^ ## (.+)$/.exec(value)) || [];
    return heading ? [{ start, heading }] : [];
  });
  const exported = program.body.flatMap(node => {
    if (node.type === "ExportAllDeclaration") return [{ start: node.start, of: node.source.value }];
    if (node.type !== "ExportNamedDeclaration") return [];
    const names = node.declaration
      ? declaredNames(node.declaration)
      : node.specifiers.map(specifier => nameOf(specifier.exported));
    return [{ start: node.start, names }];
  });
  return [...headings, ...exported]
    .sort((a, b) => a.start - b.start)
    .flatMap(step => {
      if ("heading" in step) return [{ heading: step.heading }];
      if ("names" in step) return [{ names: step.names }];
      const behind = join(dirname(file), step.of.replace(/\.js$/, ".ts"));
      return existsSync(behind) ? stepsOf(behind) : [];
    });
}

/**
 * What keeps an area from being grouped, each with its remedy.
 *
 * @param {string} file the index's path, for messages
 * @param {Groups} groups
 * @param {readonly { names: readonly string[] }[]} entries what the area exports
 */
export function problemsOf(file, { headed, loose }, entries) {
  const grouped = new Set(headed.flatMap(({ names }) => names));
  const lost = entries.flatMap(({ names }) => (names.some(name => grouped.has(name)) ? [] : [names[0]]));
  const problems = [...new Set([...loose, ...lost])].map(
    name =>
      `${file}: ${name} is in no group; move its export below the "// ## " heading that says what it is for`,
  );
  for (const { heading, names } of headed) {
    if (names.length === 0)
      problems.push(`${file}: nothing is below "// ## ${heading}"; take the heading away`);
  }
  const titles = headed.map(({ heading }) => heading);
  // An anchor that a name has as well would lead to one of the two.
  const taken = new Set(entries.flatMap(({ names }) => names.map(name => name.toLowerCase())));
  for (const [i, title] of titles.entries()) {
    if (titles.indexOf(title) < i)
      problems.push(`${file}: "// ## ${title}" is there twice; put its names together`);
    if (taken.has(title.toLowerCase()))
      problems.push(`${file}: "// ## ${title}" is a public name, too; say more in the heading`);
  }
  return problems;
}

/** @param {any} node */
export const nameOf = node => node.name ?? node.value;

/** @param {any} declaration @returns {string[]} */
export const declaredNames = declaration =>
  declaration.type === "VariableDeclaration"
    ? declaration.declarations.flatMap((/** @type {any} */ { id }) => (id.elements ?? [id]).map(nameOf))
    : [nameOf(declaration.id)];
