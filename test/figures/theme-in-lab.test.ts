/** Figures and diagrams in JupyterLab, in a real browser: they have the colours of its theme, and follow it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Lab, withoutLab } from "../../kernel/test/support/lab.js";

const CELLS = [
  `import { edfPanel, row } from "netspace";
row([edfPanel([{ name: "AnyNetX", errors: [30, 40, 50] }])], { title: "a figure" })`,
  `import { build, structureDiagram, zoo } from "netspace";
structureDiagram(build(zoo("RegNetX-200MF").architecture))`,
];
/** Of a canvas, what is asked of it. */
interface Canvas {
  getContext(kind: "2d"): {
    drawImage(image: unknown, x: number, y: number): void;
    getImageData(x: number, y: number, width: number, height: number): { data: Iterable<number> };
  };
}
const [WHITE, NIGHT] = ["rgb(255, 255, 255)", "rgb(22, 24, 29)"];

describe("figures in JupyterLab", { skip: withoutLab, timeout: 600_000 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start(CELLS);
    for (const i of CELLS.keys()) await lab.run(i);
    await lab.idle();
  });
  after(() => lab?.close());

  const choose = async (theme: string) => {
    await lab.page.locator(".lm-MenuBar-item").filter({ hasText: "Settings" }).click();
    await lab.page.locator(".lm-Menu-item").filter({ hasText: "Theme" }).first().hover();
    await lab.page.getByRole("menuitem", { name: theme, exact: true }).click();
    await lab.page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: "attached" });
  };
  /** The ground that a live figure is drawn on. */
  const ground = () =>
    lab
      .cell(0)
      .locator(".main-svg")
      .first()
      .evaluate(svg => (svg as unknown as { style: { background: string } }).style.background);
  /** The corner of the diagram as it is painted, whatever it is stored as. */
  const corner = () =>
    lab
      .cell(1)
      .locator(".jp-OutputArea-output img")
      .evaluate(async element => {
        const image = element as unknown as { decode(): Promise<void> };
        await image.decode();
        const page = globalThis as unknown as { document: { createElement(name: string): Canvas } };
        const context = page.document.createElement("canvas").getContext("2d");
        context.drawImage(image, 0, 0);
        return `rgb(${[...context.getImageData(2, 2, 1, 1).data].slice(0, 3).join(", ")})`;
      });
  const becomes = async (read: () => Promise<string>, colour: string) => {
    for (let tries = 0; tries < 600 && (await read()) !== colour; tries++) await lab.page.waitForTimeout(100);
    assert.equal(await read(), colour);
  };

  test("in the light theme a figure is its picture, and a diagram has a light ground", async () => {
    await lab.cell(0).locator("img.plot-img").waitFor();
    await becomes(corner, WHITE);
    await lab.shot("figures-light");
  });

  test("in the dark theme both are dark, without being run again", async () => {
    await choose("JupyterLab Dark");
    await lab.cell(0).locator(".main-svg").first().waitFor();
    await becomes(ground, NIGHT);
    await becomes(corner, NIGHT);
    await lab.shot("figures-dark");
  });

  test("a saved notebook that is opened in the dark theme is dark, and what is stored stays light", async () => {
    await lab.save();
    await lab.open();
    await lab.cell(0).locator(".main-svg").first().waitFor();
    await becomes(ground, NIGHT);
    await becomes(corner, NIGHT);
    await lab.shot("figures-dark-opened");
  });

  test("back in the light theme both are light", async () => {
    await choose("JupyterLab Light");
    await becomes(ground, WHITE);
    await becomes(corner, WHITE);
    assert.deepEqual(
      lab.consoleErrors.filter(text => text.includes("netspace")),
      [],
    );
  });
});
