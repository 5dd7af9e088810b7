/** How samples and spaces show themselves: a table of networks, a line of what can be drawn. */
import { listedNames, listing, storeArchitecture } from "../architectures/stored.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { escapeHtml } from "../base/escape-html.js";
import { isObject, say } from "../base/say.js";
import { type Shown, shownAs } from "../notebook/shown-as.js";
import type { Dimension } from "./dimension.js";
import type { Sample } from "./space.js";

const COUNTS = ["flops", "params", "acts"];

/** Networks that are shown. */
const MOST = 20;

/** The same samples, which show themselves as a table: depth, width, bottleneck and group width by stage, and costs. */
export const shownSamples = <A extends AnyArchitecture>(samples: Sample<A>[]): Sample<A>[] =>
  shownAs(samples, tableOfSamples);

/** Whether plain data is a sample, or some, as `slice` and `filter` leave them. */
export const areSamples = (value: unknown): value is Sample<AnyArchitecture> | Sample<AnyArchitecture>[] =>
  Array.isArray(value) ? value.length > 0 && value.every(isSample) : isSample(value);

const isSample = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const { architecture, ...counts } = value as Readonly<Record<string, unknown>>;
  // With more in it, as an entry of a grid has, it is something else.
  const named = Object.entries(counts).filter(([name]) => COUNTS.includes(name));
  return (
    isObject(architecture) && named.length === COUNTS.length && named.length === Object.keys(counts).length
  );
};

export function tableOfSamples<A extends AnyArchitecture>(samples: readonly Sample<A>[]): Shown {
  const shown = samples.slice(0, MOST);
  const listings = shown.map(({ architecture }) => listed(architecture));
  const names = listedNames(listings);
  const head = ["", ...names, "flops (M)", "params (M)", "acts (M)"];
  const rows = shown.map(({ flops, params, acts }, i) => [
    String(i),
    ...names.map(name => listings[i][name] ?? ""),
    ...[flops, params, acts].map(millions),
  ]);
  const more = samples.length > MOST ? [`… ${samples.length.toLocaleString("en")} networks`] : [];
  const widths = head.map((text, k) => Math.max(text.length, ...rows.map(row => row[k].length)));
  const line = (cells: readonly string[]) => cells.map((text, k) => text.padStart(widths[k])).join("  ");
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const body = rows.map(row => `<tr>${cells("td", row)}</tr>`).join("");
  return {
    text: [line(head), ...rows.map(line), ...more].join("\n"),
    html: `<table><thead><tr>${cells("th", head)}</tr></thead><tbody>${body}</tbody></table>${more.map(text => `<p>${text}</p>`).join("")}`,
  };
}

/** Three digits, and all of those before the point: 0.0312, 41.3, 1,630. */
const millions = (value: number): string =>
  value < 1e9 ? (value / 1e6).toPrecision(3) : Math.round(value / 1e6).toLocaleString("en");

/** An architecture's parameters by name; none of one that cannot be stored. */
function listed(architecture: AnyArchitecture): Readonly<Record<string, string>> {
  try {
    return listing(storeArchitecture(architecture));
  } catch {
    return {};
  }
}

/** Choices that are shown: a space of cells has forty, and more. */
const MOST_CHOICES = 20;

/** A space of choices: its name, how many settings it has, and what each choice may be. */
export function choicesInWords(
  name: string,
  size: bigint,
  vocabulary: readonly { readonly name: string; readonly options: readonly unknown[] }[],
): Shown {
  const shown = vocabulary.slice(0, MOST_CHOICES);
  const more = vocabulary.length > shown.length ? [`… ${vocabulary.length} choices`] : [];
  const rows = shown.map(({ name: of, options }): [string, string] => {
    const numbers = options.filter(option => typeof option === "number");
    return [of, numbers.length === options.length ? valuesInWords(numbers) : options.map(inWords).join(", ")];
  });
  const head = `${sizeInWords(size)} settings of ${vocabulary.length} choices`;
  return settingsInWords(name, head, rows, more);
}

/**
 * A space in words: its name, how many settings it has, and what values each parameter takes.
 *
 * @param rules what holds between parameters, in words
 */
export function spaceInWords(
  space: { readonly name: string; readonly dimensions: readonly string[]; readonly size: bigint },
  dimensions: Readonly<Record<string, Dimension>>,
  rules: readonly string[],
): Shown {
  const head = `${sizeInWords(space.size)} settings of ${space.dimensions.length} free parameters`;
  const rows = Object.entries(dimensions).map(([name, { values }]): [string, string] => [
    name,
    valuesInWords(values),
  ]);
  return settingsInWords(space.name, head, rows, rules.length > 0 ? [rules.join(", ")] : []);
}

const inWords = (option: unknown): string => (typeof option === "string" ? option : say(option));

const sizeInWords = (size: bigint): string =>
  size < 1_000_000n ? size.toLocaleString("en") : Number(size).toExponential(1);

function settingsInWords(
  space: string,
  head: string,
  rows: readonly (readonly [name: string, values: string])[],
  said: readonly string[],
): Shown {
  return {
    text: [
      `${space}: ${head}`,
      ...rows.map(row => `  ${row.join(": ")}`),
      ...said.map(rule => `  ${rule}`),
    ].join("\n"),
    html:
      `<p><b>${escapeHtml(space)}</b>: ${head}</p><table>` +
      rows
        .map(
          ([name, values]) =>
            `<tr><th style="text-align:left">${escapeHtml(name)}</th><td style="text-align:left">${escapeHtml(values)}</td></tr>`,
        )
        .join("") +
      `</table>${said.map(rule => `<p>${escapeHtml(rule)}</p>`).join("")}`,
  };
}

function valuesInWords(values: readonly number[]): string {
  if (values.length <= 8) return values.map(String).join(", ");
  return `${values[0]} to ${values.at(-1)} (${values.length.toLocaleString("en")} values)`;
}
