// One step of training as a function of inputs that stay in place, so that a device which can record it replays it
// with the overhead of one launch. On other devices the same function simply runs.
#pragma once

#include <memory>

#include "augment.h"
#include "device.h"
#include "model.h"

namespace netspace {

class TrainStep {
 public:
  // `update` without its learning rate; `first` gives the shapes of a step's choices, `cutout` the side of their holes.
  TrainStep(Model& model, const Dataset& data, const Choices& first, int64_t cutout, const Update& update,
            double labelSmoothing);

  // Draws the batch, trains on it, and leaves its loss and its number of wrong answers in `loss` and `wrong`.
  void run(const Choices& choices, double learningRate);

  const at::Tensor& loss() const { return loss_; }    // float32 scalar
  const at::Tensor& wrong() const { return wrong_; }  // int64 scalar, added up over the steps

 private:
  void work();

  Model& model_;
  const Dataset& data_;
  int64_t cutout_;
  Update update_;
  double labelSmoothing_;
  bool recordable_;
  int64_t steps_ = 0;
  Choices choices_;
  at::Tensor rate_, loss_, wrong_;
  std::unique_ptr<Graph> graph_;
};

}  // namespace netspace
