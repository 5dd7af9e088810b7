/**
 * Zod, loaded with the first schema that is asked for: it takes longer to load than all of the laboratory's rooms that
 * need it, and who samples a space or draws a figure needs none.
 */
import { later } from "./later.js";

/** Schemas are also asked for where nothing can be awaited, as when a stored sweep is opened. */
export const zod = later<typeof import("zod")>(import.meta.url, "zod");
