/** Encodings that look at the choices of a way, one at a time. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import type { Word } from "../../spaces/decisions/survey.js";
import { indexOf, keyOf, type Question } from "../../spaces/decisions/walker.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Columns, EncodingKind } from "./encoder.js";

/** A word, or several that share their columns. */
interface Role {
  readonly options: readonly unknown[];
  /** The column of its first option, or its only one. */
  readonly start: number;
  /** Whether it is one column, the place among the options. */
  readonly scaled: boolean;
}

/** What a question writes. */
interface Marks {
  readonly role: Role;
  /** The column of each offered option. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

export function choiceColumns(space: string, vocabulary: readonly Word[], kind: EncodingKind): Columns {
  const roleName = kind === "pooled" ? (name: string) => name.replace(/\d+/g, "#") : (name: string) => name;
  const names: string[] = [];
  const roles = new Map<string, Role | undefined>();
  for (const [name, options] of grouped(vocabulary, roleName)) {
    if (options.length < 2) {
      roles.set(name, undefined);
      continue;
    }
    const scaled =
      kind !== "one-hot" && options.length > 2 && options.every(option => typeof option === "number");
    roles.set(name, { options, start: names.length, scaled });
    if (scaled) names.push(name);
    else for (const option of options) names.push(`${name}=${optionName(option, options)}`);
  }
  const known = new WeakMap<Question, Marks | "constant">();
  const marksOf = (question: Question): Marks | "constant" => {
    const before = known.get(question);
    if (before) return before;
    const made = marks(space, question, roleName(question.name), roles);
    known.set(question, made);
    return made;
  };
  const write = ({ questions, code }: Way<AnyArchitecture>, into: Float64Array) => {
    for (let i = 0; i < questions.length; i++) {
      const of = marksOf(questions[i]);
      if (of !== "constant") into[of.columns[code[i]]] += of.values[code[i]];
    }
  };
  if (kind !== "pooled") return { names, write };
  return { names, write: (way, into) => pool(way, into, marksOf, write) };
}

/** Means over the choices that share columns: sums, divided by how many there are on this way. */
function pool(
  way: Way<AnyArchitecture>,
  into: Float64Array,
  marksOf: (question: Question) => Marks | "constant",
  write: Columns["write"],
): void {
  write(way, into);
  const counts = new Map<Role, number>();
  for (const question of way.questions) {
    const of = marksOf(question);
    if (of !== "constant") counts.set(of.role, (counts.get(of.role) ?? 0) + 1);
  }
  for (const [{ start, scaled, options }, count] of counts) {
    if (count === 1) continue;
    const end = start + (scaled ? 1 : options.length);
    for (let column = start; column < end; column++) into[column] /= count;
  }
}

/** Words by role, with all options of any of them; numbers rise. */
function grouped(
  vocabulary: readonly Word[],
  roleName: (name: string) => string,
): Map<string, readonly unknown[]> {
  const all = new Map<string, Map<unknown, unknown>>();
  for (const { name, options } of vocabulary) {
    const role = roleName(name);
    const known = all.get(role) ?? new Map<unknown, unknown>();
    all.set(role, known);
    for (const [i, option] of options.entries()) {
      if (!known.has(keyOf(option, i))) known.set(keyOf(option, i), option);
    }
  }
  return new Map(
    [...all].map(([role, known]) => {
      const options = [...known.values()];
      const areNumbers = options.every(option => typeof option === "number");
      return [role, areNumbers ? options.sort((a, b) => a - b) : options];
    }),
  );
}

function marks(
  space: string,
  { name, values }: Question,
  roleName: string,
  roles: ReadonlyMap<string, Role | undefined>,
): Marks | "constant" {
  if (!roles.has(roleName)) {
    throw new RangeError(`encoder: expected a way of ${space}, got one that chooses ${say(name)}`);
  }
  const role = roles.get(roleName);
  if (!role) return "constant";
  const places = values.map((value, i) => {
    const place = indexOf(role.options, value, i);
    if (place >= 0) return place;
    throw new RangeError(
      `encoder: expected a way of ${space}, got one that offers ${optionName(value, values)} as ${say(name)}`,
    );
  });
  const { start, scaled, options } = role;
  return {
    role,
    columns: Int32Array.from(places, place => (scaled ? start : start + place)),
    values: Float64Array.from(places, place => (scaled ? (place + 1) / options.length : 1)),
  };
}

/** As people call it: an object by its name, else by its place. */
function optionName(option: unknown, options: readonly unknown[]): string {
  if (!isObject(option) && typeof option !== "function") return String(option);
  const { name } = option as { readonly name?: unknown };
  return typeof name === "string" && name !== "" ? name : `option ${options.indexOf(option)}`;
}
