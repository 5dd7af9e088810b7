/**
 * Arguments that change while they are read, or a listener that changes them later: getters run the caller's code in the
 * middle of a call. Whether such a call is taken is its own affair; it must not read what is gone.
 */
import type { Fixture } from "./hostile-calls.js";

/** What is to be run, by what happens. */
export function hostileChanges(fixture: Fixture): ReadonlyMap<string, () => Promise<unknown>> {
  const { addon, dataset, spec, datasetSpec, images, shape, labels, step } = fixture;
  const detach = ({ buffer }: { readonly buffer: ArrayBufferLike }) =>
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  const modelNow = () => addon.createModel(spec);
  const epoch = {
    ...step,
    flip: true,
    cropArea: 0,
    colour: 0.1,
    mixup: 0.2,
    cutout: 4,
    dropPathScales: new Float64Array(),
    batch: 8,
    seed: 1,
    learningRates: Float64Array.of(0.1, 0.1, 0.1),
  };
  return new Map<string, () => Promise<unknown>>([
    [
      "the program's memory goes while its numbers are read",
      () => {
        const program = spec.program.slice();
        const changing = {
          ...spec,
          program,
          get reals() {
            detach(program);
            return spec.reals;
          },
        };
        return addon.createModel(changing);
      },
    ],
    [
      "the list of names shrinks while it is read",
      () => {
        const names = [...spec.names];
        Object.defineProperty(names, 1, {
          get: () => {
            names.length = 1;
            return spec.names[1];
          },
        });
        return addon.createModel({ ...spec, names });
      },
    ],
    [
      "the labels' memory goes while the images are read",
      () => {
        const trainLabels = datasetSpec.trainLabels.slice();
        return addon.createDataset({
          ...datasetSpec,
          trainLabels,
          get trainImages() {
            detach(trainLabels);
            return datasetSpec.trainImages;
          },
        });
      },
    ],
    [
      "the images' memory goes while the statistics are read",
      () => {
        const trainImages = datasetSpec.trainImages.slice();
        return addon.createDataset({
          ...datasetSpec,
          trainImages,
          get mean() {
            detach(trainImages);
            return datasetSpec.mean;
          },
        });
      },
    ],
    [
      "the images' memory goes while their shape is read",
      async () => {
        const gone = images.slice();
        const sizes = [...shape];
        Object.defineProperty(sizes, 3, {
          get: () => {
            detach(gone);
            return 12;
          },
        });
        return addon.forward(await modelNow(), gone, sizes, false, new Float64Array());
      },
    ],
    [
      "the labels' memory and the model go while the options are read",
      async () => {
        const model = await modelNow();
        const gone = labels.slice();
        return addon.step(model, images, shape, gone, {
          ...step,
          get labelSmoothing() {
            detach(gone);
            addon.dispose(model);
            return 0;
          },
        });
      },
    ],
    [
      "images are overwritten and let go of while a step runs on them",
      async () => {
        const model = await modelNow();
        const overwritten = images.slice();
        const running = addon.step(model, overwritten, shape, labels, { ...step, update: true });
        overwritten.fill(Number.NaN);
        detach(overwritten);
        return running;
      },
    ],
    [
      "a listener disposes of the model, begins another epoch and throws",
      async () => {
        const model = await modelNow();
        let nested: Promise<unknown> | undefined;
        const running = addon.epoch(model, dataset, epoch, () => {
          nested ??= addon.epoch(model, dataset, epoch);
          addon.cancel(model);
          addon.dispose(model);
          throw new Error("of the listener");
        });
        await running;
        return nested;
      },
    ],
  ]);
}
