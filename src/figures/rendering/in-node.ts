/** Pictures, by what is loaded with the first of them; a browser has `only-in-node.ts` instead. */
import { later } from "../../base/node/later.js";

const fonts = later<typeof import("./fonts.js")>(import.meta.url, "./fonts.js");
const picture = later<typeof import("./static-image.js")>(import.meta.url, "./static-image.js");
const standIn = later<typeof import("./stand-in-font.js")>(import.meta.url, "./stand-in-font.js");
const resvg = later<typeof import("@resvg/resvg-js")>(import.meta.url, "@resvg/resvg-js");

/** See `static-image.ts`. */
export const renderPng: ReturnType<typeof picture>["renderPng"] = (...given) => picture().renderPng(...given);

/** See `static-image.ts`. */
export const svgToPdf: ReturnType<typeof picture>["svgToPdf"] = (...given) => picture().svgToPdf(...given);

/** @param scale pixels of the picture for one of the drawing */
export function svgToPng(svg: string, scale: number): Buffer {
  const options = { fitTo: { mode: "zoom", value: scale }, font: fonts().fontOptions() } as const;
  return new (resvg().Resvg)(standIn().withStandIn(svg), options).render().asPng();
}
