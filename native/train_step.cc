// See train_step.h.
#include "train_step.h"

#include <ATen/ops/argmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

namespace netspace {
namespace {

// Steps that run as they are before one is recorded: libraries allocate workspaces and choose algorithms in them.
constexpr int64_t kBeforeRecording = 3;

Choices like(const Choices& choices) {
  const auto copy = [](const at::Tensor& t) { return t.defined() ? t.clone() : t; };
  return {copy(choices.image), copy(choices.top),    copy(choices.left), copy(choices.flip),
          copy(choices.box),   copy(choices.colour), copy(choices.share), copy(choices.hole)};
}

}  // namespace

at::Tensor backwardFrom(Model& model, const at::Tensor& logits, const Target& target, double auxiliaryWeight) {
  const Loss own = crossEntropy(logits, target);
  if (auxiliaryWeight == 0) {
    model.backward(own.gradient);
    return own.value;
  }
  const Loss auxiliary = crossEntropy(model.auxiliaryLogits(), target);
  model.backward(own.gradient, at::Tensor(auxiliary.gradient).mul_(auxiliaryWeight));
  return own.value.add(auxiliary.value, auxiliaryWeight);
}

TrainStep::TrainStep(Model& model, const Dataset& data, const Choices& first, const StepOptions& options)
    : model_(model),
      data_(data),
      options_(options),
      recordable_(Graph::supported(model.options().device)) {
  const auto on = at::TensorOptions().device(model.options().device);
  loss_ = at::zeros({}, on.dtype(at::kFloat));
  wrong_ = at::zeros({}, on.dtype(at::kLong));
  if (!recordable_) return;
  choices_ = like(first);
  rate_ = at::zeros({}, on.dtype(at::kFloat));
}

void TrainStep::run(const Choices& choices, double learningRate) {
  if (recordable_) {
    choices_.assign(choices);
    rate_.fill_(learningRate);
  } else {
    choices_ = choices;
    options_.update.learningRate = learningRate;
  }
  if (recordable_ && !graph_ && steps_ == kBeforeRecording) {
    model_.recording = true;
    try {
      graph_ = std::make_unique<Graph>(model_.options().device, [this] { work(); });
    } catch (...) {
      model_.recording = false;
      throw;
    }
    model_.recording = false;
  }
  if (graph_) {
    model_.redrawMasks();
    graph_->replay();
  } else {
    work();
  }
  ++steps_;
}

void TrainStep::work() {
  TrainBatch batch = trainBatch(data_, choices_, options_.cutout, model_.computeType());
  batch.target.smoothing = options_.labelSmoothing;
  const at::Tensor logits = model_.forward(batch.images, Mode::Train);
  at::Tensor label = batch.target.labels;
  if (batch.target.others.defined()) label = at::where(batch.target.share.ge(0.5), label, batch.target.others);
  wrong_.add_(at::sum(at::ne(at::argmax(logits, 1), label)));
  loss_.copy_(backwardFrom(model_, logits, batch.target, options_.auxiliaryWeight));
  model_.update(options_.update, rate_);
}

}  // namespace netspace
