/** The headline of a part of the report: what became of its claims, in four counts, and what does not fit the registration. */
import { basename } from "node:path";
import { escapeHtml } from "../../base/escape-html.js";
import { countClaims, countRows, countWords } from "../../replication/claims/claim-counts.js";
import { readRegistration, type Registration } from "../../replication/registration/registration.js";
import { registrationProblems } from "../../replication/registration/registration-problems.js";
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

/** Which registration the trained claims are from, and what does not fit it; nothing for notebooks without such claims. */
export function registrationHtml(documents: readonly NotebookDocument[]): string {
  const shown = documents.some(({ verdict }) => verdict?.claims.some(claim => claim.registered));
  if (!shown) return "";
  let registration: Registration;
  try {
    registration = readRegistration();
  } catch (error) {
    return `<p class="problem">${escapeHtml((error as Error).message)}</p>`;
  }
  const notebooks = documents.map(({ file, parts, verdict }) => ({
    name: basename(file, ".ipynb"),
    source: parts.flatMap(part => (part.kind === "code" ? [part.source] : [])).join("\n"),
    shown: verdict?.claims.flatMap(({ registered }) => registered ?? []) ?? [],
  }));
  const problems = registrationProblems(registration, notebooks);
  const amendments = registration.amendments.length;
  const amended = amendments > 0 ? `, ${amendments} amendments` : "";
  const said = `<p class="made">Claims of networks trained here are registered in <code>data/claims.json</code>, SHA-256 <code>${registration.amendedHash}</code>${amended}.</p>`;
  if (problems.length === 0) return said;
  const listed = problems.slice(0, MOST_PROBLEMS).map(each => `<li>${escapeHtml(each)}</li>`);
  const more = problems.length - listed.length;
  if (more > 0) listed.push(`<li>and ${more} more</li>`);
  return `${said}
<div class="problem"><p>The registration and these notebooks do not fit each other:</p><ul>${listed.join("")}</ul></div>`;
}

/** Problems that are listed: of some notebooks only, most claims are shown by none. */
const MOST_PROBLEMS = 12;

const capital = (words: string): string => `${words[0].toUpperCase()}${words.slice(1)}`;
