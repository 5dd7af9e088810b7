/** Ways through a program that between them choose every option of every choice that is found on them. */
import type { AnyArchitecture } from "../architectures/family.js";
import type { Decisions } from "../spaces/decisions/decisions.js";
import { indexOf } from "../spaces/decisions/walker.js";
import type { Way } from "../spaces/decisions/way.js";

/**
 * Each option that some way offers is chosen where it is offered first, all else as it was there or the first.
 *
 * @param caller what errors begin with
 * @throws RangeError for a program that makes no architecture
 */
export function coveringWays<A extends AnyArchitecture>(caller: string, program: Decisions<A>): Way<A>[] {
  const first = program.ways().next().value;
  if (!first) throw new RangeError(`${caller}: expected a space with an architecture, got ${program.name}`);
  const chosen = new Set<string>();
  const found: Way<A>[] = [];
  const add = (way: Way<A>): void => {
    found.push(way);
    for (const [i, { name }] of way.questions.entries())
      chosen.add(`${name}\n${optionName(way, i, way.code[i])}`);
  };
  add(first);
  for (let w = 0; w < found.length; w++) {
    const way = found[w];
    for (const [i, { name, values }] of way.questions.entries()) {
      for (let option = 0; option < values.length; option++) {
        if (chosen.has(`${name}\n${optionName(way, i, option)}`)) continue;
        const answers = new Map(way.questions.map((question, at) => [question.name, { question, at }]));
        const other = program.answer((question, place) => {
          if (place < i) return way.code[place];
          if (place === i) return option;
          const before = answers.get(question.name);
          const kept = before
            ? indexOf(question.values, before.question.values[way.code[before.at]], way.code[before.at])
            : 0;
          return Math.max(0, kept);
        });
        if (other) add(other);
      }
    }
  }
  return found;
}

/** An option as a text: numbers and texts as they are, objects by their name or place. */
function optionName<A>({ questions }: Way<A>, i: number, option: number): string {
  const value = questions[i].values[option];
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  return "name" in value && typeof value.name === "string" ? value.name : `option ${option}`;
}
