/** How a dataset shows itself in a notebook: what it is, how many images of each class a split has, and some of them. */
import { escapeHtml } from "../../base/escape-html.js";
import type { Dataset } from "../dataset.js";
import { contactSheet } from "./contact-sheet.js";

/** Classes and images of each that are shown: a set may have thousands. */
const MOST_CLASSES = 20;
const COLUMNS = 8;

const SPLITS = { train: "training", validation: "validation", test: "test" } as const;

/** The same dataset, which a cell now shows; the method is no field of its data. */
export function shown<T extends Dataset>(dataset: T): T {
  Object.defineProperty(dataset, Symbol.for("Jupyter.display"), {
    value: () => ({ "text/html": html(dataset), "text/plain": inWords(dataset) }),
  });
  return dataset;
}

/** The splits that there are, with what they are called. */
const splitsOf = (dataset: Dataset) =>
  Object.entries(SPLITS).flatMap(([key, name]) => {
    const split = dataset[key as keyof typeof SPLITS];
    return split ? [{ name, split }] : [];
  });

/** `NAME: 10,000 training, 2,000 validation and 10,000 test images of 32 × 32 in 10 classes`. */
function inWords(dataset: Dataset): string {
  const { name, resolution, classes } = dataset;
  const counts = splitsOf(dataset).map(part => `${part.split.count.toLocaleString("en")} ${part.name}`);
  const said = `${counts.slice(0, -1).join(", ")} and ${counts.at(-1)}`;
  return `${name}: ${said} images of ${resolution} × ${resolution} in ${classes} classes`;
}

function html(dataset: Dataset): string {
  const { classes, classNames } = dataset;
  const labels = Array.from({ length: Math.min(classes, MOST_CLASSES) }, (_, label) => label);
  const splits = splitsOf(dataset);
  const counts = splits.map(({ split }) => {
    const found = new Uint32Array(classes);
    for (const label of split.labels) found[label]++;
    return found;
  });
  const rows = labels.map(label => {
    const title = escapeHtml(classNames?.[label] ?? `class ${label}`);
    const cells = counts
      .map(found => `<td style="text-align:right">${found[label].toLocaleString("en")}</td>`)
      .join("");
    const { png, width, height } = contactSheet(dataset, { classes: [label], columns: COLUMNS });
    const picture = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
    // Halved: images are drawn about 64 pixels wide, and stay sharp on a fine screen.
    return (
      `<tr><td>${label}</td><th scope="row" style="text-align:left">${title}</th>${cells}` +
      `<td><img alt="training images: ${title}" src="${picture}" width="${width / 2}" height="${height / 2}" style="max-width:none"></td></tr>`
    );
  });
  const heads = splits.map(({ name }) => `<th scope="col">${name}</th>`).join("");
  const rest = classes > labels.length ? `<p>and ${classes - labels.length} more classes</p>` : "";
  return (
    `<p>${escapeHtml(inWords(dataset))}</p>` +
    `<table><thead><tr><th></th><th scope="col">class</th>${heads}<th scope="col">of the training images</th></tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table>${rest}`
  );
}
