/** How an entry of the zoo shows itself: what it is, and what was published about it. */
import { escapeHtml } from "../base/escape-html.js";
import { type Shown, shownAs } from "../notebook/shown-as.js";
import { familyOf } from "./families.js";
import type { AnyArchitecture } from "./family.js";
import { listing, storeArchitecture } from "./stored.js";
import type { PublishedFacts, ZooEntry } from "./zoo.js";

/** What was published, in words, with its unit. */
const facts: Readonly<Record<Exclude<keyof PublishedFacts, "source">, (value: number) => string>> = {
  top1Error: value => `top-1 error ${value} % (ImageNet)`,
  top5Error: value => `top-5 error ${value} % (ImageNet)`,
  cifar10Error: value => `test error ${value} % (CIFAR-10)`,
  flopsG: value => `${value} G flops`,
  paramsM: value => `${value} M params`,
  actsM: value => `${value} M activations`,
  inferenceMs: value => `inference ${value} ms (a batch of 64, V100)`,
  trainStepMs: value => `a training step ${value} ms`,
  trainBatch: value => `trained in batches of ${value}`,
};

/** A number with more digits than anybody reads, such as a bottleneck ratio of 1 / 6. */
const DIGITS = /\d+\.\d{4,}/g;

/** The same entry, which shows itself in a few lines. */
export const shownEntry = <A extends AnyArchitecture>(entry: ZooEntry<A>): ZooEntry<A> =>
  shownAs(entry, entryInWords);

function entryInWords({ architecture, resolution, published, exact }: ZooEntry<AnyArchitecture>): Shown {
  const family = familyOf(architecture).name;
  const head = `${architecture.name ?? family} (${family}), images of ${resolution} × ${resolution}`;
  const parameters = Object.entries(listing(storeArchitecture(architecture))).map(
    ([parameter, value]) =>
      `${parameter} ${value.replaceAll(DIGITS, long => String(Number(Number(long).toPrecision(3))))}`,
  );
  const known = Object.entries(facts).flatMap(([fact, inWords]) => {
    const value = published[fact as keyof typeof facts];
    return value === undefined ? [] : [inWords(value)];
  });
  const counted = Object.entries(exact ?? {}).map(
    ([measure, value]) => `${value.toLocaleString("en")} ${measure}`,
  );
  const lines: [string, readonly string[]][] = [
    ["architecture", parameters],
    ["published", known],
    ["exact", counted],
    ["source", published.source === undefined ? [] : [published.source]],
  ];
  const said = lines.flatMap(([what, texts]) => (texts.length > 0 ? [[what, texts.join(", ")]] : []));
  return {
    text: [head, ...said.map(([what, text]) => `  ${what}: ${text}`)].join("\n"),
    html: `<p><b>${escapeHtml(head)}</b></p><table>${said
      .map(
        ([what, text]) =>
          `<tr><th style="text-align:left">${what}</th><td style="text-align:left">${escapeHtml(text)}</td></tr>`,
      )
      .join("")}</table>`,
  };
}
