// See trainer.h.
#include "trainer.h"

#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include <chrono>
#include <cmath>

#include "worker.h"

namespace netspace {
namespace {

// On a GPU, reading a loss waits for its step; every kCheck steps is often enough to notice a divergence.
constexpr int64_t kCheck = 16;

struct Loss {
  at::Tensor value;    // mean cross-entropy, float32 scalar
  at::Tensor gradient;  // of the logits
};

// Mean over the batch of −log softmax(logits)[label], float32; its gradient is (softmax − onehot) / batch.
Loss crossEntropy(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor index = labels.view({-1, 1});
  const at::Tensor logProbabilities = at::_log_softmax(logits, 1, false);
  const at::Tensor value = logProbabilities.gather(1, index).mean().neg_();
  const double scale = 1.0 / static_cast<double>(logits.size(0));
  at::Tensor gradient = at::exp(logProbabilities).mul_(scale);
  gradient.scatter_add_(1, index, at::empty(index.sizes(), gradient.options()).fill_(-scale));
  return {value, gradient};
}

bool interrupted(const Model& model) { return model.cancelled || Worker::instance().stopping(); }

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

float trainStep(Model& model, const at::Tensor& images, const at::Tensor& labels, const StepOptions& options,
                bool update) {
  const at::Tensor target = labels.to(model.options().device, at::kLong);
  const Loss loss = crossEntropy(model.forward(images, true), target);
  model.backward(loss.gradient);
  if (update) model.update(options.learningRate, options.momentum, options.weightDecay);
  return loss.value.item<float>();
}

EpochResult trainEpoch(Model& model, const Dataset& data, const EpochOptions& options) {
  const double start = now();
  EpochResult result;
  const auto steps = static_cast<int64_t>(options.learningRates.size());
  const auto device = model.options().device;
  const EpochPlan plan(data, options.flip, options.seed);
  const at::Tensor losses = at::zeros({steps}, at::TensorOptions(at::kFloat).device(device));
  const at::Tensor wrong = at::zeros({}, at::TensorOptions(at::kLong).device(device));
  const int64_t interval = device.is_cpu() ? 1 : kCheck;
  int64_t seen = 0;  // losses read back so far
  for (int64_t step = 0; step < steps; ++step) {
    if (interrupted(model)) {
      result.cancelled = true;
      break;
    }
    const Batch batch = trainBatch(data, plan, step * options.batch, options.batch, model.computeType());
    const at::Tensor logits = model.forward(batch.images, true);
    const Loss loss = crossEntropy(logits, batch.labels);
    losses.select(0, step).copy_(loss.value);
    wrong.add_(at::sum(at::ne(at::argmax(logits, 1), batch.labels)));
    model.backward(loss.gradient);
    model.update(options.learningRates[step], options.momentum, options.weightDecay);
    if ((step + 1) % interval != 0 && step + 1 != steps) continue;
    const at::Tensor fresh = losses.narrow(0, seen, step + 1 - seen).cpu();
    for (; seen <= step; ++seen) {
      const float value = fresh.const_data_ptr<float>()[seen - (step + 1 - fresh.numel())];
      result.losses.push_back(value);
      if (options.onStep) options.onStep(seen, value);
      if (!std::isfinite(value)) {
        result.divergedAt = seen;
        break;
      }
    }
    if (result.divergedAt >= 0) break;
  }
  result.wrong = wrong.item<int64_t>();
  result.seconds = now() - start;
  return result;
}

int64_t countErrors(Model& model, const Dataset& data, int64_t batch) {
  const int64_t count = data.testImages.size(0);
  const at::Tensor wrong = at::zeros({}, at::TensorOptions(at::kLong).device(model.options().device));
  const at::Tensor finite = at::ones({}, at::TensorOptions(at::kBool).device(model.options().device));
  for (int64_t first = 0; first < count; first += batch) {
    if (interrupted(model)) return -1;
    const Batch part = testBatch(data, first, std::min(batch, count - first), model.computeType());
    const at::Tensor logits = model.forward(part.images, false);
    finite.logical_and_(at::isfinite(logits).all());
    wrong.add_(at::sum(at::ne(at::argmax(logits, 1), part.labels)));
  }
  return finite.item<bool>() ? wrong.item<int64_t>() : -2;
}

}  // namespace netspace
