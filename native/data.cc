// See data.h.
#include "data.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/max.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace netspace {
Dataset Dataset::upload(const at::Tensor& trainImages, const at::Tensor& trainLabels, const at::Tensor& testImages,
                        const at::Tensor& testLabels, const at::Tensor& mean, const at::Tensor& std,
                        int64_t padding, at::Device device) {
  Dataset data;
  data.height = trainImages.size(2);
  data.width = trainImages.size(3);
  data.padding = padding;
  data.classes = 1 + std::max(trainLabels.max().item<int64_t>(), testLabels.max().item<int64_t>());
  const at::Tensor border = mean.mul(255).round_().clamp_(0, 255).to(at::kByte);
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

at::Tensor Dataset::normalise(const at::Tensor& bytes) const { return at::mul(bytes, scale).add_(shift); }

const at::Tensor& Dataset::colourComponents() const {
  if (colourComponents_.defined()) return colourComponents_;
  // In parts, in double: E[xxᵀ] − E[x]E[x]ᵀ over all pixels inside the border.
  const int64_t channels = trainImages.size(3);
  const auto float64 = at::TensorOptions(at::kDouble);
  at::Tensor sum = at::zeros({channels}, float64), products = at::zeros({channels, channels}, float64);
  constexpr int64_t kImages = 256;
  for (int64_t first = 0; first < trainImages.size(0); first += kImages) {
    const int64_t count = std::min(kImages, trainImages.size(0) - first);
    const at::Tensor pixels = trainImages.narrow(0, first, count)
                                  .narrow(1, padding, height)
                                  .narrow(2, padding, width)
                                  .to(at::kCPU, at::kDouble)
                                  .reshape({-1, channels})
                                  .div_(255);
    sum.add_(at::sum(pixels, at::IntArrayRef{0}));
    products.add_(at::mm(pixels.t(), pixels));
  }
  const double pixels = static_cast<double>(trainImages.size(0) * height * width);
  const at::Tensor mean = sum.div_(pixels);
  const auto [values, vectors] = at::linalg_eigh(products.div_(pixels).sub_(at::outer(mean, mean)), "L");
  // A shift of the bytes by 1 / 255 is `scale` after normalisation.
  colourComponents_ = vectors.t().mul(values.view({-1, 1})).to(scale.device(), at::kFloat).mul(scale).mul(255);
  return colourComponents_;
}

Batch testBatch(const Dataset& data, int64_t first, int64_t count, at::ScalarType type) {
  return {data.normalise(data.testImages.narrow(0, first, count)).to(type).permute({0, 3, 1, 2}),
          data.testLabels.narrow(0, first, count)};
}

}  // namespace netspace
