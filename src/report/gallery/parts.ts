/**
 * The parts of the gallery: the paper's figures and tables, the systems of architecture search, and what belongs to neither. Each
 * has its counts and its list of notebooks at the top of the page.
 */
import { basename } from "node:path";
import { escapeHtml } from "../../base/escape-html.js";
import type { NotebookDocument } from "../notebook.js";
import { cardName, outcomes } from "./card.js";
import { countsHtml } from "./claim-counts.js";

interface Part {
  /** What links lead to it by. */
  readonly id: string;
  readonly title: string;
  /** Whose claims its notebooks decide. */
  readonly claims: string;
  /** Its groups, and which notebooks belong to each by their names. */
  readonly groups: readonly (readonly [title: string, pattern: RegExp])[];
}

const all: readonly Part[] = [
  {
    id: "part-design-spaces",
    title: "Designing Network Design Spaces",
    claims: "Claims of the paper",
    groups: [
      ["Figures of the paper", /^fig\d/],
      ["Tables of the paper", /^table\d/],
    ],
  },
  {
    id: "part-architecture-search",
    title: "Architecture search",
    claims: "Claims of the papers",
    groups: [["Systems of architecture search", /^nas-\d/]],
  },
  {
    id: "part-more",
    title: "Guides and other questions",
    claims: "Claims",
    groups: [
      ["Guides", /^guide-/],
      ["Other questions", /(?:)/],
    ],
  },
];

/** A part with the notebooks that there are of it. */
export interface FilledPart extends Omit<Part, "groups"> {
  readonly groups: readonly { readonly title: string; readonly members: readonly NotebookDocument[] }[];
}

/** The parts of which there are notebooks; a notebook is in the first group that takes it. */
export function partsOf(documents: readonly NotebookDocument[]): FilledPart[] {
  const patterns = all.flatMap(({ groups }) => groups);
  const groupOf = ({ file }: NotebookDocument) =>
    patterns.find(([, pattern]) => pattern.test(basename(file)))![0];
  return all
    .map(part => ({
      ...part,
      groups: part.groups
        .map(([title]) => ({ title, members: documents.filter(document => groupOf(document) === title) }))
        .filter(({ members }) => members.length > 0),
    }))
    .filter(({ groups }) => groups.length > 0);
}

export const membersOf = ({ groups }: FilledPart): NotebookDocument[] =>
  groups.flatMap(({ members }) => members);

/** What stands at the top of the page: for each part what became of its claims, and its notebooks. */
export const contentsHtml = (parts: readonly FilledPart[]): string =>
  `<nav id="page-contents" aria-label="Contents">${parts.map(part => entryHtml(part, parts.length > 1)).join("\n")}</nav>`;

function entryHtml(part: FilledPart, isOneOfSeveral: boolean): string {
  const members = membersOf(part);
  const links = members.map(({ file, title, verdict }) => {
    const outcome = verdict ? outcomes[verdict.outcome] : "none";
    return `<li class="${outcome}"><a href="#${encodeURIComponent(cardName(file))}">${escapeHtml(title)}</a></li>`;
  });
  const heading = isOneOfSeveral ? `<h2><a href="#${part.id}">${part.title}</a></h2>\n` : "";
  return `<div>${heading}${countsHtml(members, part.claims)}
<details class="contents"><summary>${members.length} ${members.length === 1 ? "notebook" : "notebooks"}</summary><ol>${links.join("\n")}</ol></details></div>`;
}

/**
 * A part's cards under their headings. A part alone is the page, and a group alone is its part: neither has a heading of its own then.
 *
 * @param cardOf makes a card whose heading has a level
 */
export async function partHtml(
  part: FilledPart,
  isOneOfSeveral: boolean,
  cardOf: (document: NotebookDocument, level: number) => Promise<string>,
): Promise<string> {
  const { id, title, groups } = part;
  const isGroup = isOneOfSeveral && groups.length === 1;
  const level = isOneOfSeveral && !isGroup ? 3 : 2;
  const sections: string[] = [];
  for (const group of groups) {
    const cards: string[] = [];
    // One after the other: figures are drawn by one process.
    for (const document of group.members) cards.push(await cardOf(document, level + 1));
    const shown = `<div class="cards">\n${cards.join("\n")}\n</div>`;
    if (isGroup) return `<section id="${id}"><h2>${title}</h2>${shown}</section>`;
    sections.push(`<section><h${level}>${group.title}</h${level}>${shown}</section>`);
  }
  const inner = sections.join("\n");
  return isOneOfSeveral ? `<section id="${id}"><h2>${title}</h2>\n${inner}</section>` : inner;
}
