/**
 * The numbers of data/tables/README.md and docs/weight-sharing.md, from the tables themselves: `node scripts/table-readme.mjs` after a
 * table was packed anew. What lies between `<!-- NAME -->` and `<!-- end -->` is what `netspace table describe NAME --markdown`
 * prints, between `<!-- measures of NAME -->` and that what `measureCorrelations` does,
 * between `<!-- ranking of NAME -->` and that what supernets' errors in `NAME/shared-ranking.json` come to.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const { measureCorrelations, rankingsOf, shippedTables, table, tableFacts, tablesBeside } = await import(
  "netspace/search"
);

/**
 * @param {string} page
 * @param {string} mark
 * @param {string} numbers
 */
function put(page, mark, numbers) {
  const file = join(root, page);
  const text = readFileSync(file, "utf8");
  const place = new RegExp(`(<!-- ${mark} -->\n)[^]*?(<!-- end -->)`);
  if (!place.test(text)) {
    throw new Error(`table-readme: expected <!-- ${mark} --> and <!-- end --> in ${file}`);
  }
  writeFileSync(
    file,
    text.replace(place, (_, before, after) => `${before}\n${numbers}\n\n${after}`),
  );
}

for (const name of shippedTables()) {
  const opened = await table(name, { partial: true });
  const facts = tableFacts(opened, { beside: await tablesBeside(name) });
  put("data/tables/README.md", name, facts.toMarkdown());
  if (name === "SmallCells") {
    put("docs/weight-sharing.md", `measures of ${name}`, measureCorrelations(opened).toMarkdown());
    const shared = readFileSync(join(root, "data/tables/SmallCells/shared-ranking.json"), "utf8");
    const ranked = rankingsOf(JSON.parse(shared), opened);
    put("docs/weight-sharing.md", `ranking of ${name}`, ranked.toMarkdown());
  }
}
