/**
 * The numbers of data/tables/README.md, from the tables themselves: `node scripts/table-readme.mjs` after a table was packed
 * anew. What lies between `<!-- NAME -->` and `<!-- end -->` is what `netspace table describe NAME --markdown` prints.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const { shippedTables, table, tableFacts } = await import("netspace/search");
const file = join(root, "data", "tables", "README.md");
let text = readFileSync(file, "utf8");
for (const name of shippedTables()) {
  const facts = tableFacts(await table(name, { partial: true }));
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!place.test(text))
    throw new Error(`table-readme: expected <!-- ${name} --> and <!-- end --> in ${file}`);
  text = text.replace(place, (_, before, after) => `${before}\n${facts.toMarkdown()}\n\n${after}`);
}
writeFileSync(file, text);
