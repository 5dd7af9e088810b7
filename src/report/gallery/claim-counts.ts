/** The headline of a part of the report: what became of its claims, in four counts, and what does not fit the registration. */
import { basename } from "node:path";
import { escapeHtml } from "../../base/escape-html.js";
import { countClaims, countRows, countWords } from "../../replication/claims/claim-counts.js";
import { readRegistration } from "../../replication/registration/registration.js";
import {
  type AskingNotebook,
  registrationProblems,
} from "../../replication/registration/registration-problems.js";
import { searchClaimProblems } from "../../replication/searches/search-claim-problems.js";
import { readSearchClaims } from "../../replication/searches/search-claims.js";
import type { NotebookDocument } from "../notebook.js";

/** Nothing for notebooks without claims. @param whose what the counted claims are, as a heading begins */
export function countsHtml(documents: readonly NotebookDocument[], whose: string): string {
  const claims = documents.flatMap(({ verdict }) => verdict?.claims ?? []);
  if (claims.length === 0) return "";
  const lines = countRows(countClaims(claims)).map(({ title, counts, note }) => {
    const told = note ? ` <span class="note">(${escapeHtml(note)})</span>` : "";
    return `<tr><th scope="row">${escapeHtml(capital(title))}</th><td>${countWords(counts)}${told}</td></tr>`;
  });
  return `<table class="counts"><caption>${whose} that were looked at, by what they are claims of</caption>
<tbody>${lines.join("\n")}</tbody></table>`;
}

/** Which registrations the trained claims are from, and what does not fit them; nothing for notebooks without such claims. */
export function registrationHtml(documents: readonly NotebookDocument[]): string {
  const all = documents.map(({ file, parts, verdict }) => ({
    name: basename(file, ".ipynb"),
    source: parts.flatMap(part => (part.kind === "code" ? [part.source] : [])).join("\n"),
    shown: verdict?.claims.flatMap(({ registered }) => registered ?? []) ?? [],
  }));
  /** The notebooks with what they show of one registration. */
  const showing = (isOfIt: (file: string | undefined) => boolean): readonly AskingNotebook[] =>
    all.map(each => ({ ...each, shown: each.shown.filter(({ file }) => isOfIt(file)) }));
  return [
    registrationPart(
      showing(file => file === undefined),
      notebooks => {
        const registration = readRegistration();
        const { amendedHash, amendments } = registration;
        return {
          said: `Claims of networks trained here are registered in <code>data/claims.json</code>, SHA-256 <code>${amendedHash}</code>${amended(amendments.length)}.`,
          problems: registrationProblems(registration, notebooks),
        };
      },
    ),
    registrationPart(
      showing(file => file !== undefined),
      notebooks => {
        const registration = readSearchClaims();
        const { hash, amendments, claims, room } = registration;
        return {
          said: `Claims about searches are registered in <code>data/search-claims.json</code>, ${claims.length} where the correction has room for ${room}, SHA-256 <code>${hash}</code>${amended(amendments.length)}.`,
          problems: searchClaimProblems(registration, notebooks),
        };
      },
    ),
  ].join("");
}

const amended = (amendments: number): string => (amendments > 0 ? `, ${amendments} amendments` : "");

/** Nothing where no notebook shows a claim of the registration. */
function registrationPart(
  notebooks: readonly AskingNotebook[],
  read: (notebooks: readonly AskingNotebook[]) => {
    readonly said: string;
    readonly problems: readonly string[];
  },
): string {
  if (notebooks.every(({ shown }) => shown.length === 0)) return "";
  try {
    const { said, problems } = read(notebooks);
    const line = `<p class="made">${said}</p>`;
    if (problems.length === 0) return line;
    const listed = problems.slice(0, MOST_PROBLEMS).map(each => `<li>${escapeHtml(each)}</li>`);
    const more = problems.length - listed.length;
    if (more > 0) listed.push(`<li>and ${more} more</li>`);
    return `${line}
<div class="problem"><p>The registration and these notebooks do not fit each other:</p><ul>${listed.join("")}</ul></div>`;
  } catch (error) {
    return `<p class="problem">${escapeHtml((error as Error).message)}</p>`;
  }
}

/** Problems that are listed: of some notebooks only, most claims are shown by none. */
const MOST_PROBLEMS = 12;

const capital = (words: string): string => `${words[0].toUpperCase()}${words.slice(1)}`;
