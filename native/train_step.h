// One step of training as a function of inputs that stay in place, so that a device which can record it replays it
// with the overhead of one launch. On other devices the same function simply runs.
#pragma once

#include <memory>

#include "augment.h"
#include "device.h"
#include "model.h"

namespace netspace {

// What all steps of an epoch have in common; the update's learning rate is that of each.
struct StepOptions {
  Update update;
  double labelSmoothing;
  double auxiliaryWeight;  // of the auxiliary head's loss, in a model that has one
  int64_t cutout;          // side of blanked squares, where choices have any
};

// The loss of a batch that `model` has just given `logits` of, with that of its auxiliary logits by their weight, a float32
// scalar; sets every gradient.
at::Tensor backwardFrom(Model& model, const at::Tensor& logits, const Target& target, double auxiliaryWeight);

class TrainStep {
 public:
  // `first` gives the shapes of a step's choices.
  TrainStep(Model& model, const Dataset& data, const Choices& first, const StepOptions& options);

  // Draws the batch, trains on it, and leaves its loss and its number of wrong answers in `loss` and `wrong`.
  void run(const Choices& choices, double learningRate);

  const at::Tensor& loss() const { return loss_; }    // float32 scalar
  const at::Tensor& wrong() const { return wrong_; }  // int64 scalar, added up over the steps

 private:
  void work();

  Model& model_;
  const Dataset& data_;
  StepOptions options_;
  bool recordable_;
  int64_t steps_ = 0;
  Choices choices_;
  at::Tensor rate_, loss_, wrong_;
  std::unique_ptr<Graph> graph_;
};

}  // namespace netspace
