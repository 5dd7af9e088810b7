// Training steps, epochs and tests of a model.
#pragma once

#include <functional>
#include <vector>

#include "augment.h"
#include "data.h"
#include "model.h"
#include "train_step.h"

namespace netspace {

struct EpochOptions {
  std::vector<double> learningRates;  // one a step; their number is the number of steps
  std::vector<double> dropPathScales;  // as many, in [0, 1]; empty for 1
  StepOptions step;
  int64_t batch;
  Augmentation augmentation;
  uint64_t seed;  // of this epoch's order, augmentation and dropout
  // Called with the 0-based step and its loss, on this thread; may be empty.
  std::function<void(int64_t, float)> onStep;
};

struct EpochResult {
  std::vector<float> losses;  // of the steps taken, up to and including a diverged one
  int64_t wrong = 0;          // images misclassified as they were trained on, by the label with the greater share
  int64_t divergedAt = -1;    // 0-based step whose loss was not finite
  bool cancelled = false;
  double seconds = 0;
};

struct StepResult {
  float loss;
  // What is not finite, for which nothing was updated: "loss", or the name of a parameter; else empty.
  std::string unusable;
};

// The loss of one batch, with every gradient set and, if `update` and all of them are finite, one step of the optimiser taken.
StepResult trainStep(Model& model, const at::Tensor& images, const Target& target, const Update& options,
                     double auxiliaryWeight, bool update);

EpochResult trainEpoch(Model& model, const Dataset& data, const EpochOptions& options);

// Replaces the running statistics by those over `batches` batches of training images, drawn and augmented from the
// seed: means of the batches' means and of their squares (pycls's compute_precise_bn_stats). False if cancelled.
bool recalibrate(Model& model, const Dataset& data, const Augmentation& augmentation, int64_t batch, int64_t batches,
                 uint64_t seed);

// Misclassified images of the test split, in batches of `batch`; −1 if cancelled, −2 if outputs are not finite.
int64_t countErrors(Model& model, const Dataset& data, int64_t batch);

// Seconds of each of `runs` forward passes, or training steps, after `warmUp` that do not count. The images are
// noise [batch, channels, resolution, resolution] on the device; the device is idle before and after each. Fewer
// runs if cancelled.
struct TimingOptions {
  int64_t batch, channels, resolution, warmUp, runs;
  bool training;
};
std::vector<double> timeModel(Model& model, const TimingOptions& options);

}  // namespace netspace
