/** Pictures of drawings by resvg, which is loaded with the first. */
import { createRequire } from "node:module";
import { once } from "../../base/once.js";
import { fontOptions } from "./fonts.js";

const resvg = once(
  () => createRequire(import.meta.url)("@resvg/resvg-js") as typeof import("@resvg/resvg-js"),
);

/** @param scale pixels of the picture for one of the drawing */
export function svgToPng(svg: string, scale: number): Buffer {
  const options = { fitTo: { mode: "zoom", value: scale }, font: fontOptions() } as const;
  return new (resvg().Resvg)(svg, options).render().asPng();
}
