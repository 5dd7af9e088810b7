/** AnyNet spaces as programs of choices: the same architectures, with the same probabilities, as their samplers draw. */
import { type Architecture, anyNet } from "../architectures/anynet/architecture.js";
import type { Stage } from "../architectures/anynet/block.js";
import { fit } from "../architectures/anynet/compatibility.js";
import type { AnyNetOptions, StageParameter } from "./anynet.js";
import type { Choose, Program } from "./decisions/choose.js";
import { type Dimension, keeps, type Relation, risingOptions } from "./dimension.js";

/** Asks for one value per stage. */
type StageValues = (choose: Choose) => readonly number[];

/** The choices of a parameter: one for all stages, one for each, or one that follows from the one before. */
function stageValues(letter: string, dimension: Dimension, relation: Relation, stages: number): StageValues {
  const [only] = dimension.values;
  const same = (value: number) => Array.from({ length: stages }, () => value);
  if (dimension.values.length === 1) return () => same(only);
  const names = Array.from({ length: stages }, (_, i) => `${letter}${i + 1}`);
  switch (relation) {
    case "free":
      return choose => names.map(name => choose.free(name, dimension));
    case "shared":
      return choose => same(choose.free(letter, dimension));
    case "nonDecreasing": {
      const options = risingOptions(dimension, stages);
      return choose => choose.chain(names, options);
    }
    case "nonIncreasing": {
      // From the last stage to the first they rise.
      const options = risingOptions(dimension, stages);
      const reversed = names.toReversed();
      return choose => choose.chain(reversed, options).toReversed();
    }
  }
}

/** @param letters what the paper calls the parameters */
export function anyNetProgram(
  { dimensions, relations, stages, base }: AnyNetOptions,
  letters: Readonly<Record<StageParameter, string>>,
  kept: readonly ("width" | "groupWidth")[],
): Program {
  const asked = (parameter: StageParameter): StageValues =>
    stageValues(letters[parameter], dimensions[parameter], relations[parameter], stages);
  const [depths, widths] = [asked("depth"), asked("width")];
  const [bottlenecks, groupWidths] = [asked("bottleneck"), asked("groupWidth")];
  const fixed = anyNet([], base);
  return choose => {
    const [depth, width] = [depths(choose), widths(choose)];
    const [bottleneck, groupWidth] = [bottlenecks(choose), groupWidths(choose)];
    const made: Stage[] = [];
    for (let i = 0; i < stages; i++) {
      const b = bottleneck[i];
      const fitted = fit(width[i], b, groupWidth[i]);
      made.push({
        depth: depth[i],
        width: fitted.width,
        bottleneck: b,
        groupWidth: fitted.groupWidth,
        stride: 2,
      });
    }
    for (const parameter of kept) {
      const values = made.map(stage => stage[parameter]);
      if (!keeps(relations[parameter], values)) return undefined;
    }
    return { ...fixed, stages: made };
  };
}

/**
 * Choices that make this architecture, by name; undefined if no setting does. Widths and group widths of several settings
 * are fitted to the same: the smallest that do are taken.
 */
export function anyNetChoices(
  { dimensions, relations, stages }: AnyNetOptions,
  letters: Readonly<Record<StageParameter, string>>,
  architecture: Architecture,
): Record<string, number> | undefined {
  if (!Array.isArray(architecture.stages) || architecture.stages.length !== stages) return undefined;
  const settings = architecture.stages.map(stage =>
    dimensions.groupWidth.values.flatMap(groupWidth =>
      dimensions.width.values.flatMap(width => {
        const fitted = fit(width, stage.bottleneck, groupWidth);
        const fits = fitted.width === stage.width && fitted.groupWidth === stage.groupWidth;
        return fits ? [{ width, groupWidth }] : [];
      }),
    ),
  );
  const found = inOrder(settings, relations);
  if (!found) return undefined;
  const values: Record<StageParameter, readonly number[]> = {
    depth: architecture.stages.map(stage => stage.depth),
    bottleneck: architecture.stages.map(stage => stage.bottleneck),
    width: found.map(setting => setting.width),
    groupWidth: found.map(setting => setting.groupWidth),
  };
  const choices: Record<string, number> = {};
  for (const parameter of Object.keys(dimensions) as StageParameter[]) {
    if (dimensions[parameter].values.length === 1) continue;
    const letter = letters[parameter];
    if (relations[parameter] === "shared") choices[letter] = values[parameter][0];
    else for (const [i, value] of values[parameter].entries()) choices[`${letter}${i + 1}`] = value;
  }
  return choices;
}

interface Setting {
  readonly width: number;
  readonly groupWidth: number;
}

/** One setting for each stage, such that the relations hold between them; undefined if there are none. */
function inOrder(
  settings: readonly (readonly Setting[])[],
  { width, groupWidth }: AnyNetOptions["relations"],
): readonly Setting[] | undefined {
  /** Settings of a stage from which no way leads to the last one. */
  const dead = new Set<Setting>();
  const follow = (way: readonly Setting[]): readonly Setting[] | undefined => {
    if (way.length === settings.length) return way;
    const before = way.at(-1);
    for (const setting of settings[way.length]) {
      if (dead.has(setting)) continue;
      const goesOn =
        before === undefined ||
        (isKept(width, before.width, setting.width) &&
          isKept(groupWidth, before.groupWidth, setting.groupWidth));
      if (!goesOn) continue;
      const whole = follow([...way, setting]);
      if (whole) return whole;
      dead.add(setting);
    }
    return undefined;
  };
  return follow([]);
}

const isKept = (relation: Relation, first: number, second: number): boolean =>
  relation === "free" || keeps(relation, [first, second]);
