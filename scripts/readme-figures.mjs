/** The README's figures, drawn anew from the executed notebooks, at twice their size. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

/** Notebooks whose first figure the README shows. */
export const readmeFigures = ["fig09-regnetx"];

export async function drawReadmeFigures() {
  const { Figure } = await import("netspace");
  for (const name of readmeFigures) {
    const { cells } = JSON.parse(readFileSync(join(root, "notebooks", `${name}.ipynb`), "utf8"));
    const live = cells
      .flatMap((/** @type {{ outputs?: { data?: Record<string, unknown> }[] }} */ cell) => cell.outputs ?? [])
      .map(
        (/** @type {{ data?: Record<string, any> }} */ output) =>
          output.data?.["application/vnd.plotly.v1+json"],
      )
      .find(Boolean);
    if (!live)
      throw new Error(`drawReadmeFigures: ${name}.ipynb has no figure; run it with "npm run notebooks"`);
    writeFileSync(
      join(root, "docs", "images", `${name}.png`),
      await new Figure(live.data, live.layout).toPng(),
    );
  }
}
