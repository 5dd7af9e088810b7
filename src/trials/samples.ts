/** The networks of a sweep, sampled as its spec says; and whether code that they come from gives the same ones again. */
import { type Architecture, simpleStem } from "../architectures/anynet/architecture.js";
import { build } from "../architectures/build.js";
import { storeArchitecture } from "../architectures/stored.js";
import { countChecked } from "../architectures/count-architecture.js";
import { say } from "../base/say.js";
import { CellSpace } from "../spaces/cells/cell-space.js";
import type { Choose } from "../spaces/decisions/choose.js";
import { admission } from "../spaces/admission.js";
import { enumerate } from "../spaces/enumerate.js";
import { SamplingError, sample } from "../spaces/sample.js";
import type { Sample, Space } from "../spaces/space.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import { isGiven } from "./given-space.js";
import { loadAnew } from "./source/complete-space.js";
import type { ExportsOf } from "./source/exported.js";
import { contentsOf, spaceName, spaceOf } from "./space-spec.js";
import type { CheckedSpec } from "./spec.js";
import { SpecError } from "./spec-error.js";
import { canonicalJson } from "./trial.js";

/**
 * The networks of a sweep, in order.
 *
 * @param n how many of them. Default: all
 * @param exported what modules export: those that are loaded unless said
 * @throws SamplingError if the windows are (nearly) empty
 */
export function samplesOf(spec: CheckedSpec, n: number = spec.n, exported?: ExportsOf): Sample[] {
  const { seed, where, enumerate: all } = spec;
  const { resolution } = datasetFacts(spec.dataset);
  const space = placedSpace(spec, exported);
  if (all || isGiven(spec.space))
    return enumerate(space, { n, where, resolution, distinct: all === "distinct" });
  return sample(space, { n, seed, where, resolution });
}

/** The space of a spec, with the spec's stem and as many classes as its dataset has. */
export function placedSpace({ space, stem, dataset }: CheckedSpec, exported?: ExportsOf): Space {
  const { classes, resolution } = datasetFacts(dataset);
  const chosen = spaceOf(space, exported);
  // The auxiliary head of a network of cells ends in a convolution over all of a map.
  if ((chosen as unknown) instanceof CellSpace) {
    return (chosen as unknown as CellSpace).with({ classes, resolution }) as unknown as Space;
  }
  if (isGiven(space) && chosen.family) {
    // What depends on the size of images is made for the dataset's, if it was for another's.
    const sized = space.architectures.some(stored => stored.resolution !== undefined);
    return chosen.with!({ classes, ...(sized && { resolution }) });
  }
  return placed(chosen, { stem, classes });
}

/** The space with the sweep's stem and the dataset's classes, also where it has no `with` of its own. */
function placed(space: Space, base: Required<Pick<Architecture, "stem" | "classes">>): Space {
  // A stem is a part of AnyNets.
  if (space.with) return space.with(space.family ? { classes: base.classes } : base);
  const place = (drawn: Architecture | undefined): Architecture | undefined =>
    // What is no architecture is said by whoever counts it.
    Array.isArray(drawn?.stages) || drawn?.family !== undefined
      ? { ...drawn, ...fitting(space, drawn, base) }
      : drawn;
  return {
    name: space.name,
    ...(space.family && { family: space.family }),
    dimensions: space.dimensions,
    size: space.size,
    draw: random => place(space.sketch ? space.sketch(random) : space.draw(random)),
    ...(space.decide && { decide: (choose: Choose) => place(space.decide!(choose)) }),
    ...(space.accepts && { accepts: candidate => space.accepts!(candidate) }),
  };
}

/** What a drawn architecture leaves open is the sweep's; what it decides itself must be that. */
function fitting(space: Space, drawn: Architecture, base: Required<Pick<Architecture, "stem" | "classes">>) {
  const { stem, classes = base.classes } = drawn;
  const same = canonicalJson(stem) === canonicalJson(base.stem);
  if (classes !== base.classes) {
    throw new SpecError(
      `sweep spec: space: ${space.name} draws networks of ${say(classes)} classes, expected the dataset's ${base.classes}; leave classes out, or give the space a method with(base)`,
    );
  }
  if (drawn.family !== undefined) return { classes };
  if (!same && canonicalJson(stem) !== canonicalJson(simpleStem)) {
    throw new SpecError(
      `sweep spec: stem: expected the one that ${space.name} draws, ${canonicalJson(stem)}, got ${canonicalJson(base.stem)}; write it into the spec, or give the space a method with(base)`,
    );
  }
  return base;
}

/**
 * Checks that architectures that are given can be built as they are to be trained, as with another block not all can: those that
 * the windows leave in, as many as are trained.
 *
 * @throws SpecError naming the first that cannot
 */
export function checkGiven(spec: CheckedSpec): void {
  const { space: given, n, where } = spec;
  if (!isGiven(given)) return;
  const { resolution } = datasetFacts(spec.dataset);
  const space = placedSpace(spec);
  const windows = admission("sweep spec", space, where, resolution);
  let found = 0;
  for (let place = 0; place < given.architectures.length && found < n; place++) {
    const choose = (_name: string, places: readonly number[]) => places[place];
    try {
      const architecture = space.decide!(choose as Choose)!;
      if (!windows.admits(architecture)) continue;
      countChecked(architecture, resolution);
      found++;
    } catch (error) {
      throw new SpecError(`sweep spec: space: architectures[${place}]: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** Networks that are drawn twice. */
const TRIED = 16;

/**
 * Checks that code draws what can be trained, and the same networks again: of two processes, as of a sweep and its
 * resumption, each must draw what the other does. A space that comes with netspace needs no such look.
 *
 * @throws SpecError if it does not
 * @throws SamplingError if the windows are (nearly) empty
 */
export async function checkDrawn(spec: CheckedSpec): Promise<void> {
  if (contentsOf(spec.space).length === 0) return;
  const n = Math.min(TRIED, spec.n);
  const name = spaceName(spec.space);
  const { classes } = datasetFacts(spec.dataset);
  const once = drawnBy(spec, n);
  const twice = drawnBy(spec, n);
  const anew = drawnBy(spec, n, await loadAnew(spec.space));
  const odd = once.findIndex((network, i) => network !== twice[i] || network !== anew[i]);
  if (odd >= 0) {
    throw new SpecError(
      `sweep spec: space: ${name} draws network ${odd} otherwise the second time, expected the same from the same seed; take all that is random from the random that draw() is given, and keep nothing from one call to the next`,
    );
  }
  const other = once.find(
    network => (JSON.parse(network) as { network: { classes: number } }).network.classes !== classes,
  );
  if (other === undefined) return;
  throw new SpecError(
    `sweep spec: space: ${name} draws networks of other classes than the dataset's ${classes}; its method with(base) must put base into what it draws`,
  );
}

/** Networks as text, with all that is stored of them. */
function drawnBy(spec: CheckedSpec, n: number, exported?: ExportsOf): string[] {
  try {
    return samplesOf(spec, n, exported).map(({ architecture, ...cost }) =>
      canonicalJson({ cost, architecture: storeArchitecture(architecture), network: build(architecture) }),
    );
  } catch (error) {
    if (error instanceof SamplingError || error instanceof SpecError) throw error;
    throw new SpecError(
      `sweep spec: space: ${spaceName(spec.space)} draws what no network can be: ${error instanceof Error ? error.message : say(error)}`,
      { cause: error },
    );
  }
}
