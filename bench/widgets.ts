/**
 * Widgets as a user feels them: JupyterLab in headless Chromium, a slider, a live figure of RegNet widths. Times are
 * from the key press in the browser to the frame after Plotly has drawn.
 *
 * Usage: node dist/bench/widgets.js [--steps 60]
 */

import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { Lab, withoutLab } from "../kernel/test/support/lab.js";

const CELL = `import { slider, liveFigure, vbox } from "netspace/widgets";
const wa = slider({ min: 8, max: 80, value: 30, description: "w_a" });
const widths = (a: number) => Array.from({ length: 20 }, (_, j) => 8 * Math.round((24 * 2.5 ** Math.round(Math.log((24 + a * j) / 24) / Math.log(2.5))) / 8));
const figure = liveFigure({ data: [{ y: widths(30), mode: "lines+markers" }], layout: { height: 300, yaxis: { range: [0, 2000] } } });
wa.on("value", a => figure.update(0, { y: widths(a) }));
vbox([wa, figure])`;

/** Between two key presses, so that each finds the page at rest. */
const SETTLE_MS = 150;

const { values } = parseArgs({ options: { steps: { type: "string", default: "60" } } });
if (withoutLab) {
  process.stderr.write(`bench widgets: ${withoutLab}\n`);
  process.exitCode = 1;
} else {
  await bench(Number(values.steps));
}

async function bench(steps: number): Promise<void> {
  const lab = await Lab.start([CELL]);
  try {
    const cell = await lab.run(0);
    await cell.locator(".js-plotly-plot .main-svg").first().waitFor();
    await lab.idle();
    await cell.locator(".noUi-handle").focus();
    const times: number[] = [];
    for (let step = 0; step < steps; step++) {
      await lab.page.evaluate(watchDrawing);
      await lab.page.keyboard.press(step % 40 < 20 ? "ArrowRight" : "ArrowLeft");
      times.push(await lab.page.evaluate(() => (globalThis as unknown as { drawn: Promise<number> }).drawn));
      await lab.page.waitForTimeout(SETTLE_MS);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
    const [processor] = cpus();
    const load = loadavg()[0]?.toFixed(1);
    process.stdout.write(
      `${new Date().toISOString()}, Node ${process.versions.node}, ${cpus().length} × ${processor?.model}, load ${load}\n`,
    );
    process.stdout.write(`key press to redrawn figure, ${steps} steps, milliseconds\n`);
    process.stdout.write(`median  90 %  worst\n${at(0.5)}  ${at(0.9)}  ${at(1)}\n`);
  } finally {
    await lab.close();
  }
}

/**
 * Runs in the page, and is through once it watches: `drawn` becomes the milliseconds from the next key press to the
 * frame after the figure was drawn for it.
 */
function watchDrawing(): void {
  const page = globalThis as unknown as {
    drawn: Promise<number>;
    document: {
      querySelector(selector: string): unknown;
      addEventListener(type: string, work: () => void, options: object): void;
    };
    MutationObserver: new (
      work: () => void,
    ) => {
      observe(node: unknown, options: object): void;
      disconnect(): void;
    };
    requestAnimationFrame(work: () => void): void;
  };
  page.drawn = new Promise(resolve => {
    let pressed = Number.NaN;
    page.document.addEventListener("keydown", () => (pressed = performance.now()), {
      capture: true,
      once: true,
    });
    const observer = new page.MutationObserver(() => {
      // What an earlier key press left to draw is not this one's.
      if (Number.isNaN(pressed)) return;
      observer.disconnect();
      page.requestAnimationFrame(() => resolve(performance.now() - pressed));
    });
    observer.observe(page.document.querySelector(".js-plotly-plot"), {
      attributes: true,
      attributeFilter: ["data-drawn"],
    });
  });
}
