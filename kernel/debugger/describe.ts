/** Values of the debugged process in a few words, from what V8 tells of them without running their code. */

import type { Runtime } from "node:inspector";
import { withoutInserted } from "../cells/rewrite/inserted-text.js";

const MAX_LENGTH = 200;
/** Elements of a list that are shown; all of them stand below it. */
const MAX_ELEMENTS = 10;

/** A value as a client shows it beside its name. */
export function describe(value: Runtime.RemoteObject): string {
  return shorten(inFull(value));
}

/** What kind of value it is: its class if it has one. */
export function typeOf({ type, subtype, className }: Runtime.RemoteObject): string {
  if (subtype === "null") return "null";
  return className ?? subtype ?? type;
}

function inFull(value: Runtime.RemoteObject): string {
  const { type, subtype, preview } = value;
  const description = withoutInserted(value.description ?? "");
  if (type === "string") return quote(String(value.value));
  if (type === "undefined") return "undefined";
  if (subtype === "null") return "null";
  if (type === "function") return signature(description);
  if (type !== "object") return description || String(value.value);
  if (subtype === "error") return description.split("\n", 1)[0] ?? "";
  if (!preview || subtype === "regexp" || subtype === "date") return description;
  return previewText(preview);
}

function previewText(preview: Runtime.ObjectPreview): string {
  const { description = "", subtype, properties, entries, overflow } = preview;
  const rest = overflow ? ["…"] : [];
  if (entries) {
    const parts = entries.map(({ key, value }) =>
      key ? `${previewText(key)} → ${previewText(value)}` : previewText(value),
    );
    return `${description} {${[...parts, ...rest].join(", ")}}`;
  }
  if (preview.type !== "object") return preview.type === "string" ? quote(description) : description;
  if (subtype === "null") return "null";
  if (subtype === "array" || subtype === "typedarray") {
    const indexed = properties.filter(({ name }) => /^\d+$/.test(name));
    const elements = indexed.slice(0, MAX_ELEMENTS).map(propertyText);
    const length = /\((\d+)\)$/.exec(description)?.[1] ?? String(indexed.length);
    const kind = subtype === "array" ? "" : description.replace(/\(\d+\)$/, "");
    const more = overflow || elements.length < Number(length) ? ["…"] : [];
    return `${kind}(${length}) [${[...elements, ...more].join(", ")}]`;
  }
  const parts = properties.map(property => `${property.name}: ${propertyText(property)}`);
  return `${description === "Object" ? "" : `${description} `}{${[...parts, ...rest].join(", ")}}`;
}

function propertyText({ type, subtype, value = "", valuePreview }: Runtime.PropertyPreview): string {
  if (valuePreview) return previewText(valuePreview);
  if (type === "string") return quote(value);
  if (type === "function") return "ƒ";
  if (type === "accessor") return "(getter)";
  if (type === "object" && subtype !== "null" && value === "Object") return "{…}";
  return value;
}

/** The first line of a function or class, without its body. */
function signature(source: string): string {
  const head = source.split("\n", 1)[0] ?? "";
  if (head.startsWith("class")) return head.replace(/\s*\{.*$/, "");
  return `ƒ ${head.replace(/^(async )?function\s*/, "$1").replace(/\s*(?:=>.*|\{.*)$/, "")}`.trimEnd();
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}
