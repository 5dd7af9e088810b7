/** Specifications of Vega and Vega-Lite. */

import type { MimeBundle } from "../bundle.js";
import type { Form } from "../form.js";
import { jsonSafe } from "../json-safe.js";
import { isPlainObject, peek } from "./look.js";

export const vega: Form = {
  name: "Vega",
  show: value => (isPlainObject(value) ? specification(value) : undefined),
};

const SCHEMA = /^https?:\/\/vega\.github\.io\/schema\/(vega|vega-lite)\/v(\d+)/;

/** A specification that names its schema; the schema's version chooses the front end's renderer. */
function specification(value: object): MimeBundle | undefined {
  const named = peek(value, "$schema");
  const schema = SCHEMA.exec(typeof named === "string" ? named : "");
  if (!schema) return undefined;
  const [, language = "vega", version = "5"] = schema;
  const type = `application/vnd.${language.replace("-", "")}.v${version}+json`;
  const name = language === "vega" ? "Vega" : "Vega-Lite";
  return { [type]: jsonSafe(value), "text/plain": `${name} ${version} figure` };
}
