// Training steps, epochs and tests of a model.
#pragma once

#include <functional>
#include <vector>

#include "data.h"
#include "model.h"

namespace netspace {

struct StepOptions {
  double learningRate, momentum, weightDecay;
};

struct EpochOptions {
  std::vector<double> learningRates;  // one a step; their number is the number of steps
  double momentum, weightDecay;
  int64_t batch;
  bool flip;
  uint64_t seed;  // of this epoch's order and augmentation
  // Called with the 0-based step and its loss, on this thread; may be empty.
  std::function<void(int64_t, float)> onStep;
};

struct EpochResult {
  std::vector<float> losses;  // of the steps taken, up to and including a diverged one
  int64_t wrong = 0;          // images misclassified as they were trained on
  int64_t divergedAt = -1;    // 0-based step whose loss was not finite
  bool cancelled = false;
  double seconds = 0;
};

// Mean cross-entropy of one batch, with every gradient set and, if `update`, one step of SGD taken.
float trainStep(Model& model, const at::Tensor& images, const at::Tensor& labels, const StepOptions& options,
                bool update);

EpochResult trainEpoch(Model& model, const Dataset& data, const EpochOptions& options);

// Misclassified images of the test split, in batches of `batch`; −1 if cancelled.
int64_t countErrors(Model& model, const Dataset& data, int64_t batch);

}  // namespace netspace
