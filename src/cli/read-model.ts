/** What a command is to work on: a published network's name, or a file with a network or an architecture as JSON. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileProblem } from "../base/node/file-problem.js";
import { simpleStem } from "../architectures/anynet/architecture.js";
import type { Network } from "../networks/network.js";
import { NetworkError } from "../networks/shapes.js";
import { reviveArchitecture, type StoredArchitecture } from "../architectures/stored.js";
import type { TrainableModel } from "../training/network-for.js";
import { readJsonFile } from "./read-json-file.js";

/** What is shown of a file that holds something else. */
const SHOWN = 60;

/**
 * @param by the command, for the error
 * @param text the name of a published network, or a JSON file: a Network (with `layers`), or an architecture as
 *   `netspace sample --json` prints it (of an AnyNet with `stages`; block X and the paper's stem unless it names others)
 * @throws NetworkError if the file cannot be read, or holds neither
 */
export function readModel(by: string, text: string): TrainableModel {
  if (!text.endsWith(".json") && !existsSync(text)) return text;
  const expected = `${by}: expected a JSON file with a network (layers) or an architecture (stages)`;
  let content: Partial<Network> & Partial<Omit<StoredArchitecture, "family">> & { readonly family?: string };
  try {
    content = readJsonFile(text) as typeof content;
  } catch (cause) {
    throw new NetworkError(`${expected}, could not read ${text}: ${fileProblem(cause)}`, { cause });
  }
  const { family, ...rest } = content ?? {};
  if (family !== undefined) return reviveArchitecture({ ...rest, family });
  if (Array.isArray(content?.layers)) return { name: basename(text, ".json"), ...content } as Network;
  if (Array.isArray(content?.stages)) {
    return reviveArchitecture({ block: "X", stem: simpleStem, ...rest, stages: content.stages });
  }
  throw new NetworkError(`${expected}, got ${JSON.stringify(content).slice(0, SHOWN)} in ${text}`);
}
