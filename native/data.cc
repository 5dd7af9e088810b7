// See data.h.
#include "data.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randperm.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

namespace netspace {
namespace {

// Bytes [N, H, W, C] → normalised [N, C, H, W] in channels-last memory.
at::Tensor normalise(const Dataset& data, const at::Tensor& bytes, at::ScalarType type) {
  return at::mul(bytes, data.scale).add_(data.shift).to(type).permute({0, 3, 1, 2});
}

}  // namespace

Dataset Dataset::upload(const at::Tensor& trainImages, const at::Tensor& trainLabels, const at::Tensor& testImages,
                        const at::Tensor& testLabels, const at::Tensor& mean, const at::Tensor& std,
                        int64_t padding, at::Device device) {
  Dataset data;
  data.height = trainImages.size(2);
  data.width = trainImages.size(3);
  data.padding = padding;
  const at::Tensor border = mean.mul(255).round_().to(at::kByte);
  at::Tensor padded = at::empty({trainImages.size(0), data.height + 2 * padding, data.width + 2 * padding,
                                 trainImages.size(1)},
                                at::kByte);
  if (padding > 0) padded.copy_(border.expand_as(padded));
  padded.narrow(1, padding, data.height).narrow(2, padding, data.width).copy_(trainImages.permute({0, 2, 3, 1}));
  data.trainImages = padded.to(device);
  data.testImages = testImages.permute({0, 2, 3, 1}).contiguous().to(device);
  data.trainLabels = trainLabels.to(device, at::kLong);
  data.testLabels = testLabels.to(device, at::kLong);
  const at::Tensor inverse = std.reciprocal();
  data.scale = inverse.div(255).to(device);
  data.shift = mean.mul(inverse).neg_().to(device);
  return data;
}

EpochPlan::EpochPlan(const Dataset& data, bool flips, uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const int64_t n = data.trainImages.size(0);
  const auto device = data.trainImages.device();
  order = at::randperm(n, generator).to(device);
  // Drawn even when unused, so that one choice does not shift the others.
  top = at::randint(2 * data.padding + 1, {n}, generator, at::kLong).to(device);
  left = at::randint(2 * data.padding + 1, {n}, generator, at::kLong).to(device);
  flip = at::randint(2, {n}, generator, at::kLong).to(at::kBool);
  if (!flips) flip.fill_(false);
  flip = flip.to(device);
}

Batch trainBatch(const Dataset& data, const EpochPlan& plan, int64_t first, int64_t count, at::ScalarType type) {
  const at::Tensor chosen = plan.order.narrow(0, first, count);
  const auto part = [&](const at::Tensor& t) { return t.narrow(0, first, count).view({count, 1}); };
  const auto longs = chosen.options();
  const at::Tensor rows = part(plan.top).add(at::arange(data.height, longs));
  const at::Tensor across = at::arange(data.width, longs);
  const at::Tensor columns = at::where(part(plan.flip), across.flip(0), across).add(part(plan.left));
  const at::Tensor bytes =
      at::index(data.trainImages, {chosen.view({count, 1, 1}), rows.unsqueeze(2), columns.unsqueeze(1)});
  return {normalise(data, bytes, type), data.trainLabels.index_select(0, chosen)};
}

Batch testBatch(const Dataset& data, int64_t first, int64_t count, at::ScalarType type) {
  return {normalise(data, data.testImages.narrow(0, first, count), type),
          data.testLabels.narrow(0, first, count)};
}

}  // namespace netspace
