// See trainer.h.
#include "trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <chrono>
#include <cmath>

#include "device.h"
#include "worker.h"

namespace netspace {
namespace {

// On a GPU, reading a loss waits for its step; every kCheck steps is often enough to notice a divergence.
constexpr int64_t kCheck = 16;

bool interrupted(const Model& model) { return model.cancelled || Worker::instance().stopping(); }

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

StepResult trainStep(Model& model, const at::Tensor& images, const Target& target, const Update& options,
                     double auxiliaryWeight, bool update) {
  Target there = target;
  const auto device = model.options().device;
  there.labels = target.labels.to(device, at::kLong);
  if (target.others.defined()) {
    there.others = target.others.to(device, at::kLong);
    there.share = target.share.to(device);
  }
  // A pass that came to nothing leaves no statistics that are not finite, either.
  const at::Tensor running = model.statistics(), before = running.clone();
  try {
    const at::Tensor loss = backwardFrom(model, model.forward(images, Mode::Train), there, auxiliaryWeight);
    StepResult result{loss.item<float>(), {}};
    const bool finite = std::isfinite(result.loss);
    if (update) result.unusable = finite ? model.unusableGradient() : "loss";
    if (!finite || !result.unusable.empty()) running.copy_(before);
    else if (update) model.update(options);
    return result;
  } catch (...) {
    running.copy_(before);
    throw;
  }
}

EpochResult trainEpoch(Model& model, const Dataset& data, const EpochOptions& options) {
  const double start = now();
  EpochResult result;
  const auto steps = static_cast<int64_t>(options.learningRates.size());
  const auto device = model.options().device;
  const Choices choices = drawEpoch(data, options.augmentation, steps, options.seed);
  model.seedDropout(options.seed);
  const at::Tensor losses = at::zeros({steps}, at::TensorOptions(at::kFloat).device(device));
  TrainStep train(model, data, choices.step(0, options.batch), options.step);
  const int64_t interval = device.is_cpu() ? 1 : kCheck;
  int64_t seen = 0;  // losses read back so far
  for (int64_t step = 0; step < steps; ++step) {
    if (interrupted(model)) {
      result.cancelled = true;
      break;
    }
    model.dropPathScale = options.dropPathScales.empty() ? 1 : options.dropPathScales[step];
    train.run(choices.step(step, options.batch), options.learningRates[step]);
    losses.select(0, step).copy_(train.loss());
    if ((step + 1) % interval != 0 && step + 1 != steps) continue;
    checkMemory(device);
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
  model.dropPathScale = 1;
  result.wrong = train.wrong().item<int64_t>();
  result.seconds = now() - start;
  return result;
}

bool recalibrate(Model& model, const Dataset& data, const Augmentation& augmentation, int64_t batch, int64_t batches,
                 uint64_t seed) {
  const Choices choices = drawEpoch(data, augmentation, batches, seed);
  const at::Tensor running = model.statistics();
  at::Tensor mean = at::zeros_like(running.select(0, 0)), square = at::zeros_like(mean);
  const double share = 1.0 / static_cast<double>(batches);
  for (int64_t i = 0; i < batches; ++i) {
    if (interrupted(model)) return false;
    model.forward(trainBatch(data, choices.step(i, batch), augmentation.cutout, model.computeType()).images, Mode::Recalibrate);
    const at::Tensor batchMean = running.select(0, 0), batchVariance = running.select(0, 1);
    mean.add_(batchMean, share);
    square.add_(batchMean.square().add_(batchVariance), share);
  }
  running.select(0, 0).copy_(mean);
  running.select(0, 1).copy_(square.sub_(mean.square()).clamp_min_(0));
  return true;
}

int64_t countErrors(Model& model, const Dataset& data, int64_t batch) {
  const int64_t count = data.testImages.size(0);
  const at::Tensor wrong = at::zeros({}, at::TensorOptions(at::kLong).device(model.options().device));
  const at::Tensor finite = at::ones({}, at::TensorOptions(at::kBool).device(model.options().device));
  for (int64_t first = 0; first < count; first += batch) {
    if (interrupted(model)) return -1;
    const Batch part = testBatch(data, first, std::min(batch, count - first), model.computeType());
    const at::Tensor logits = model.forward(part.images, Mode::Evaluate);
    finite.logical_and_(at::isfinite(logits).all());
    wrong.add_(at::sum(at::ne(at::argmax(logits, 1), part.labels)));
  }
  return finite.item<bool>() ? wrong.item<int64_t>() : -2;
}

std::vector<double> timeModel(Model& model, const TimingOptions& options) {
  const auto device = model.options().device;
  at::Generator generator = at::detail::createCPUGenerator(0);
  const at::Tensor images = at::empty({options.batch, options.channels, options.resolution, options.resolution},
                                      at::kFloat, at::MemoryFormat::ChannelsLast)
                                .normal_(0, 1, generator)
                                .to(device, model.computeType());
  const Target target{at::randint(model.options().classes, {options.batch}, generator, at::kLong).to(device)};
  // A learning rate at which weights move, but do not leave the range of ordinary numbers.
  const Update update{1e-4, 0.9, {5e-5, 5e-5, 5e-5}};
  std::vector<double> seconds;
  for (int64_t run = -options.warmUp; run < options.runs && !interrupted(model); ++run) {
    synchronize(device);
    const double start = now();
    if (options.training) {
      backwardFrom(model, model.forward(images, Mode::Train), target, /*auxiliaryWeight=*/0);
      model.update(update);
    } else {
      model.forward(images, Mode::Evaluate);
    }
    synchronize(device);
    if (run >= 0) seconds.push_back(now() - start);
  }
  return seconds;
}

}  // namespace netspace
