/**
 * Sets of images that the set-up is asked for. They come from the system's packages, which say whose they are and under
 * which licence; nothing is fetched from elsewhere.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, StepError, tail } from "./step.mjs";

/** What may be asked for: where Debian's package puts it, and who else has the same files. */
const known = {
  "fashion-mnist": {
    package: "dataset-fashion-mnist",
    folder: "/usr/share/datasets/fashion-mnist",
    source: "data/fashion of the repository zalandoresearch/fashion-mnist on GitHub",
  },
};

export const datasets = Object.keys(known);

const files = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map(
  name => `${name}-ubyte.gz`,
);

/**
 * Installs a set, unless it is there.
 *
 * @param {string} name one of `datasets`
 * @param {string} [place] where it is looked for; default: where the package puts it
 * @returns {Promise<string | undefined>} what was done
 */
export async function installDataset(name, place) {
  const { package: debian, folder, source } = known[/** @type {keyof typeof known} */ (name)];
  if (files.every(file => existsSync(join(place ?? folder, file)))) return undefined;
  const instead = `copy ${files.join(", ")} from ${source} into a folder, and name that: idx:FOLDER`;
  if ((await run("apt-get", ["--version"])).code !== 0) {
    throw new StepError(`there is no apt-get here to install ${debian}; ${instead}`);
  }
  if (process.getuid?.() !== 0) {
    throw new StepError(
      `only root may install packages; run "sudo apt-get install ${debian}"; without sudo, ${instead}`,
    );
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", ["install", "--yes", "--no-install-recommends", debian], { env });
  let { code, output } = await install();
  // A fresh system has no list of packages yet.
  if (code !== 0 && (await run("apt-get", ["update"], { env })).code === 0)
    ({ code, output } = await install());
  if (code !== 0) throw new StepError(`apt-get install ${debian} failed; ${instead}\n${tail(output)}`);
  return `${debian} installed into ${folder}; netspace train … --dataset ${name}`;
}
