/**
 * An export of a module of the user's, as a spec names it: a space, or a block.
 *
 * ```json
 * { "module": "./ghost.ts", "export": "space" }
 * ```
 */
import type * as z from "zod";
import { once } from "../../base/once.js";
import { zod } from "../../base/node/zod.js";

/** What a spec says of a space or a block that is code. */
export const codeExportSchema = once(() => {
  const z = zod();
  const text = z.string().min(1);
  return z.strictObject({
    /** Where the module lies: a path, relative to the spec's file, or a `file:` URL. */
    module: z
      .custom<string | URL>(value => (typeof value === "string" && value !== "") || value instanceof URL, {
        error: 'expected the place of a module, such as "./ghost.ts"',
      })
      .transform(String),
    /** What it exports the space or the block as. Default: the module's default export. */
    export: text.default("default"),
    /** What figures and tables call it: put in when the module is loaded. */
    name: text.optional(),
    /** Hash of the module's source: put in when it is loaded, and from then on insisted on. */
    content: z
      .string()
      .regex(/^[0-9a-f]{32}$/, { error: "expected 32 hexadecimal digits; leave it out, and it is found out" })
      .optional(),
  });
});

/** An export of a module, by its place and name. */
export interface CodeExport {
  /** Where the module lies: a path, relative to the spec's file, or a `file:` URL. */
  readonly module: string;
  /** What it exports the space or the block as. */
  readonly export: string;
  /** What figures and tables call it: put in when the module is loaded. */
  readonly name?: string | undefined;
  /** Hash of the module's source: put in when it is loaded, and from then on insisted on. */
  readonly content?: string | undefined;
}

/** What the schema gives; a field that is not in both does not compile. */
type Checked = z.output<ReturnType<typeof codeExportSchema>>;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
true satisfies Same<keyof CodeExport, keyof Checked>;
true satisfies Checked extends CodeExport ? true : never;
