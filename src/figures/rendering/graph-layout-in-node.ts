/** The library that lays out graphs, loaded with the first of them; a browser has `graph-layout.ts` instead. */
import { later } from "../../base/node/later.js";

export const dagre: () => typeof import("@dagrejs/dagre") = later(import.meta.url, "@dagrejs/dagre");
