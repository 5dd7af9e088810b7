/** The library that lays out graphs. */
import * as library from "@dagrejs/dagre";

export const dagre = (): typeof library => library;
