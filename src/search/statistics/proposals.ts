/** What the proposals of runs are, each a text that is equal for the same function, and what each run tried twice. */
import { canonical } from "../../architectures/canonical.js";
import { say } from "../../base/say.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import type { Space } from "../../spaces/space.js";
import type { SearchRun } from "../search-run.js";

/** Runs that know what they proposed, of each strategy by its name. */
export type ProposingRuns = Readonly<Record<string, readonly SearchRun[]>>;

/** Names proposals by what they compute, remembering what it has seen. */
export class ProposalNames {
  readonly #known = new Map<Space<AnyArchitecture> | undefined, Map<string, number>>();
  readonly #numbers = new Map<string, number>();

  /** A number for each proposal of a run, the same for the same function: by the canonical form where the space is known, else by code. */
  of({ codes, space, architectures }: SearchRun): Uint32Array {
    let known = this.#known.get(space);
    if (!known) this.#known.set(space, (known = new Map()));
    const program = space && decisions(space);
    return Uint32Array.from(codes, (code, i) => {
      const key = code.join();
      const there = known.get(key);
      if (there !== undefined) return there;
      const architecture = program ? program.decode(code).architecture : architectures?.[i];
      const name = architecture ? canonical(architecture) : key;
      let number = this.#numbers.get(name);
      if (number === undefined) this.#numbers.set(name, (number = this.#numbers.size));
      known.set(key, number);
      return number;
    });
  }
}

/** @throws RangeError unless every run says what it proposed */
export function checkedProposals(fn: string, runs: ProposingRuns): [string, readonly SearchRun[]][] {
  const entries = Object.entries(Object(runs) as ProposingRuns);
  const isRun = (run: SearchRun) =>
    Array.isArray(Object(run).codes) && run.codes.length > 0 && run.own?.length === run.codes.length;
  const odd = entries.find(([, some]) => !Array.isArray(some) || some.length === 0 || !some.every(isRun));
  if (entries.length > 0 && !odd) return entries;
  throw new RangeError(
    `${fn}: expected runs of one strategy or more, by name, that say what they proposed, got ${odd ? `${say(odd[1])} for ${say(odd[0])}` : say(runs)}; simulate() and a search's folder give them`,
  );
}
