/** What ENAS' controllers came to, epoch by epoch. */
import { expectList } from "../../../base/expect.js";
import { expectOptions } from "../../../base/expect-options.js";
import type { Figure } from "../../../figures/figure.js";
import { epochsPanel } from "../../../figures/panels/epochs-panel.js";
import { row } from "../../../figures/panels.js";
import type { ControllerEpoch } from "./facts.js";

/** One supernet's controller. */
export interface ControllerRun {
  /** Which supernet, in words. */
  readonly name: string;
  readonly epochs: readonly ControllerEpoch[];
}

/**
 * Controllers by epoch: the mean reward of their architectures with the moving average of rewards, dashed, and the entropy of an architecture's
 * choices. Rewards rise by better weights alone as well; the entropy falls only as the controller decides.
 *
 * @throws RangeError for what are no epochs of controllers
 * @example
 * ```
 * controllersFigure([{ name: "seed 1", epochs: shared.epochs.map(({ controller }) => controller!) }])
 * ```
 */
export function controllersFigure(
  runs: readonly ControllerRun[],
  options: { readonly title?: string } = {},
): Figure {
  const fn = "controllersFigure";
  expectList(fn, "runs", runs, { name: "text", epochs: "list" });
  expectOptions(fn, options, { title: "text?" });
  if (runs.length === 0) throw new RangeError(`${fn}: expected at least one run, got none`);
  for (const { epochs } of runs) {
    expectList(fn, "epochs", epochs, { reward: "number", baseline: "number", entropy: "number?" });
  }
  const rewards = runs.flatMap(({ name, epochs }, colour) => [
    { name: `${name}: reward`, values: epochs.map(({ reward }) => reward), colour, dash: "solid" as const },
    {
      name: `${name}: moving average`,
      values: epochs.map(({ baseline }) => baseline),
      colour,
      dash: "dash" as const,
    },
  ]);
  const entropies = runs
    .filter(({ epochs }) => epochs.some(({ entropy }) => entropy !== undefined))
    .map(({ name, epochs }) => ({ name, values: epochs.map(({ entropy = Number.NaN }) => entropy) }));
  const panels = [epochsPanel(rewards, { label: "reward (accuracy on a minibatch)" })];
  if (entropies.length > 0)
    panels.push(epochsPanel(entropies, { label: "entropy of an architecture (nats)" }));
  return row(panels, { title: options.title ?? "The controller by epoch" });
}
