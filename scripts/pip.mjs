/** Installing Python packages. */
import { run } from "./step.mjs";

/**
 * Has pip install something; twice if need be. Without retries first: where the packages lie on a local disk, an index
 * out of reach would cost minutes.
 *
 * @param {string} interpreter a Python with pip
 * @param {string[]} what pip's arguments, without those that keep it quiet
 */
export async function pipInstall(interpreter, what) {
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...what];
  const first = await run(interpreter, [...install, "--retries", "0"]);
  return first.code === 0 ? first : run(interpreter, install);
}
