/** Executing notebooks with the netspace kernel under a real Jupyter client, two at a time. */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, tail } from "./step.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The order of notebooks: by their numbers, so that the tenth follows the ninth. @param {string} a @param {string} b */
export const inOrder = (a, b) => a.localeCompare(b, "en", { numeric: true });

/** @param {number} seconds */
const inWords = seconds => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/**
 * Runs notebooks, and prints a line for each: how many are done, and about how long the rest takes.
 *
 * @param {readonly string[]} files
 * @param {{ out?: string, env?: (file: string) => Record<string, string> }} [options] out: folder for the executed
 *   ones, instead of in place
 * @returns {Promise<boolean>} whether all ran without a cell that threw
 */
export async function runNotebooks(files, { out, env = () => ({}) } = {}) {
  const start = performance.now();
  const waiting = [...files];
  let done = 0;
  let ok = true;
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const main = join(root, "dist", "src", "cli", "main.js");
      const args = [main, "notebook", "run", file, ...(out ? ["--out", out] : [])];
      const { code, output } = await run(process.execPath, args, { env: env(file) });
      // Ended by Ctrl-C, which has been heard elsewhere.
      if (code === 130) return;
      done++;
      const left = ((performance.now() - start) / 1000 / done) * (files.length - done);
      const progress = `${done}/${files.length}${left > 0 ? `, about ${inWords(left)} left` : ""}`;
      if (code === 0) console.log(`✓ ${basename(file)} (${progress})`);
      else {
        ok = false;
        console.log(`✗ ${file} (${progress})\n${tail(output)}`);
      }
    }
  };
  // A client mostly waits, so two at a time keep two cores busy.
  await Promise.all([work(), work()]);
  return ok;
}
