/**
 * Zod, loaded with the first schema that is asked for: it takes longer to load than all of the laboratory's rooms that
 * need it, and who samples a space or draws a figure needs none.
 */
import { createRequire } from "node:module";
import { once } from "./once.js";

type Zod = typeof import("zod");

/** Schemas are also asked for where nothing can be awaited, as when a stored sweep is opened. */
export const zod: () => Zod = once(() => createRequire(import.meta.url)("zod") as Zod);
