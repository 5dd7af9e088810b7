/** `data/published-networks.json` for Node; a bundler for the browser takes the file itself (package.json, "imports"). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/node/paths.js";

const file = join(packageRoot, "data", "published-networks.json");
const published: { readonly networks: unknown } = JSON.parse(readFileSync(file, "utf8"));
export default published;
