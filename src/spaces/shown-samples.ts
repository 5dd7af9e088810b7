/** How samples and spaces show themselves: a table of networks, a line of what can be drawn. */
import { listedNames, listing, storeArchitecture } from "../architectures/stored.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { escapeHtml } from "../base/escape-html.js";
import { type Shown, shownAs } from "../notebook/shown-as.js";
import type { Dimension } from "./dimension.js";
import type { Sample } from "./space.js";

/** Networks that are shown. */
const MOST = 20;

/** The same samples, which show themselves as a table: depth, width, bottleneck and group width by stage, and costs. */
export const shownSamples = <A extends AnyArchitecture>(samples: Sample<A>[]): Sample<A>[] =>
  shownAs(samples, tableOfSamples);

function tableOfSamples<A extends AnyArchitecture>(samples: readonly Sample<A>[]): Shown {
  const shown = samples.slice(0, MOST);
  const listings = shown.map(({ architecture }) => listed(architecture));
  const names = listedNames(listings);
  const head = ["", ...names, "flops (M)", "params (M)", "acts (M)"];
  const rows = shown.map(({ flops, params, acts }, i) => [
    String(i),
    ...names.map(name => listings[i][name] ?? ""),
    ...[flops, params, acts].map(value => (value / 1e6).toPrecision(3)),
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

/** An architecture's parameters by name; none of one that cannot be stored. */
function listed(architecture: AnyArchitecture): Readonly<Record<string, string>> {
  try {
    return listing(storeArchitecture(architecture));
  } catch {
    return {};
  }
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
  const size =
    space.size < 1_000_000n ? space.size.toLocaleString("en") : Number(space.size).toExponential(1);
  const head = `${space.name}: ${size} settings of ${space.dimensions.length} free parameters`;
  const rows = Object.entries(dimensions).map(([name, { values }]) => [name, valuesInWords(values)]);
  const said = rules.length > 0 ? [rules.join(", ")] : [];
  return {
    text: [head, ...rows.map(row => `  ${row.join(": ")}`), ...said.map(rule => `  ${rule}`)].join("\n"),
    html:
      `<p><b>${escapeHtml(space.name)}</b>: ${size} settings of ${space.dimensions.length} free parameters</p><table>` +
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
