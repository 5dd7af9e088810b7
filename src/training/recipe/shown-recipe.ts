/** How a recipe shows itself: what is done with rate, weights and images, in words, in place of its fields. */
import { escapeHtml } from "../../base/escape-html.js";
import { say } from "../../base/say.js";
import type { Shown } from "../../notebook/shown-as.js";
import type { Recipe } from "../recipe.js";

/** What of a recipe a cell of its table says. */
type Said = readonly [title: string, words: string];

/** A recipe, one line for each thing that it says. */
export function recipeInWords(recipe: Recipe): Shown {
  const said = partsOf(recipe).filter(([, words]) => words !== "");
  const rows = said.map(
    ([title, words]) =>
      `<tr><th scope="row" style="text-align:left">${title}</th><td style="text-align:left">${escapeHtml(words)}</td></tr>`,
  );
  return {
    text: said.map(([title, words]) => `${title}: ${words}`).join("\n"),
    html: `<table><tbody>${rows.join("")}</tbody></table>`,
  };
}

/** Recipes by name, one row each. */
export function recipesInWords(recipes: Readonly<Record<string, Recipe>>): Shown {
  const rows = Object.entries(recipes).map(([name, recipe]): Said[] => [
    ["recipe", name],
    ...partsOf(recipe),
  ]);
  const head = rows[0].map(([title]) => title);
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map(text => `<${tag} style="text-align:left">${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const body = rows.map(row => row.map(([, words]) => words));
  return {
    text: rows
      .map(([[, name], ...parts]) => {
        const words = parts.filter(([, said]) => said !== "").map(([title, said]) => `${title} ${said}`);
        return `${name}: ${words.join("; ")}`;
      })
      .join("\n"),
    html: `<table><thead>${line(head, "th")}</thead><tbody>${body.map(cells => line(cells, "td")).join("")}</tbody></table>`,
  };
}

/** Everything that a recipe says; what has no words of its own is named by its field. */
function partsOf(recipe: Recipe): Said[] {
  const { epochs, batch, weightDecay, ...rest } = recipe;
  const { optimiser = "sgd", momentum, nesterov = true, ...others } = rest;
  const {
    learningRate,
    learningRateEnd,
    stepEpochs,
    stepFactor = 0.1,
    decayFactor,
    decayEvery = 1,
    decayStaircase,
    restartEpochs,
    restartFactor = 1,
    warmupEpochs,
    warmupFrom,
    ...left
  } = others;
  const { cropPadding, randomSizedCrop, flip, cutout, colourPca, mixup, ...more } = left;
  const schedule = () => {
    if (stepEpochs) return `times ${stepFactor} after epochs ${stepEpochs.join(", ")}`;
    if (decayFactor !== undefined) {
      const every = decayEvery === 1 ? "epoch" : `${decayEvery} epochs`;
      return `times ${decayFactor} every ${every}${decayStaircase ? ", at once" : ""}`;
    }
    const end = `to ${learningRateEnd ?? 0}`;
    if (restartEpochs === undefined) return `along half a cosine ${end}`;
    const longer = restartFactor === 1 ? "" : `, each time ${restartFactor} times as long`;
    return `along half a cosine ${end}, anew after ${counted(restartEpochs)}${longer}`;
  };
  const warmup =
    warmupEpochs > 0 && `after a warm-up of ${counted(warmupEpochs)} from ${warmupFrom ?? 0.1} of it`;
  const steps =
    optimiser === "adam" || optimiser === "adamw"
      ? []
      : [optimiser === "sgd" && nesterov ? `Nesterov momentum ${momentum}` : `momentum ${momentum}`];
  const images = [
    cropPadding > 0 && `crops of the image padded by ${cropPadding}`,
    randomSizedCrop !== undefined && `crops of ${100 * randomSizedCrop} % of the area and more`,
    flip && "mirrored",
    cutout && `a square of ${cutout} blanked`,
    colourPca && `colour noise ${colourPca}`,
    mixup && `mixed, α ${mixup}`,
  ];
  return [
    ["epochs", String(epochs)],
    ["batch", String(batch)],
    ["learning rate", listed([`${learningRate} ${schedule()}`, warmup])],
    ["optimiser", listed([names[optimiser] ?? optimiser, ...steps])],
    ["weight decay", String(weightDecay)],
    ["training images", listed(images) || "as they are"],
    [
      "further",
      listed(Object.entries(more).map(([field, value]) => value !== undefined && `${field} ${say(value)}`)),
    ],
  ];
}

const names: Readonly<Record<string, string>> = {
  sgd: "SGD",
  adam: "Adam",
  adamw: "AdamW",
  rmsprop: "RMSProp",
};

const listed = (parts: readonly (string | number | false | undefined)[]): string =>
  parts.filter(part => typeof part === "string").join(", ");

const counted = (epochs: number): string => `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
