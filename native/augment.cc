// See augment.h.
#include "augment.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/_sample_dirichlet.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/index.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randperm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>

namespace netspace {
namespace {

// Boxes of the Inception crop as pycls draws them: up to ten tries of an area share in [least, 1] and an aspect in
// [3/4, 4/3], upright or lying; else the whole image.
at::Tensor drawBoxes(int64_t count, int64_t height, int64_t width, double least, at::Generator generator) {
  constexpr int kTries = 10;
  at::Tensor boxes = at::empty({count, 4}, at::kFloat);
  auto* box = boxes.mutable_data_ptr<float>();
  auto* random = at::check_generator<at::CPUGeneratorImpl>(generator);
  const auto uniform = [&] { return random->random() * 0x1p-32; };
  for (int64_t i = 0; i < count; ++i, box += 4) {
    box[0] = box[1] = 0;
    box[2] = static_cast<float>(height);
    box[3] = static_cast<float>(width);
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const double area = (least + (1 - least) * uniform()) * static_cast<double>(height * width);
      const double aspect = 0.75 + (4.0 / 3 - 0.75) * uniform();
      int64_t h = std::lround(std::sqrt(area / aspect)), w = std::lround(std::sqrt(area * aspect));
      if (uniform() < 0.5) std::swap(h, w);
      if (h < 1 || w < 1 || h > height || w > width) continue;
      box[0] = static_cast<float>(std::floor(uniform() * static_cast<double>(height - h + 1)));
      box[1] = static_cast<float>(std::floor(uniform() * static_cast<double>(width - w + 1)));
      box[2] = static_cast<float>(h);
      box[3] = static_cast<float>(w);
      break;
    }
  }
  return boxes;
}

// Where an axis of the output reads its input: two neighbours and the share of the second, [N, size].
struct Taps {
  at::Tensor low, high, share;
};
// Bilinear resizing with half-pixel centres (OpenCV's INTER_LINEAR): output i reads from + (i + ½) · length / size − ½.
Taps taps(const at::Tensor& from, const at::Tensor& length, int64_t size, int64_t offset) {
  const at::Tensor centres = at::arange(size, from.options()).add_(0.5).div_(static_cast<double>(size));
  const at::Tensor place = centres.mul(length.unsqueeze(1)).sub_(0.5).clamp_min_(0);
  const at::Tensor low = at::minimum(place.floor(), length.unsqueeze(1).sub(1));
  const at::Tensor high = at::minimum(low.add(1), length.unsqueeze(1).sub(1));
  const auto index = [&](const at::Tensor& t) { return t.add(from.unsqueeze(1)).to(at::kLong).add_(offset); };
  return {index(low), index(high), place.sub(low).clamp_max_(1)};
}

at::Tensor resizedCrops(const Dataset& data, const Choices& step) {
  const auto field = [&](int64_t i) { return step.box.select(1, i); };
  const Taps y = taps(field(0), field(2), data.height, data.padding);
  Taps x = taps(field(1), field(3), data.width, data.padding);
  const at::Tensor mirrored = step.flip.view({-1, 1});
  for (at::Tensor* t : {&x.low, &x.high, &x.share}) *t = at::where(mirrored, t->flip(1), *t);
  const at::Tensor image = step.image.view({-1, 1, 1});
  const auto at4 = [&](const at::Tensor& rows, const at::Tensor& columns) {
    return at::index(data.trainImages, {image, rows.unsqueeze(2), columns.unsqueeze(1)}).to(at::kFloat);
  };
  const at::Tensor across = x.share.unsqueeze(1).unsqueeze(3);
  const at::Tensor upper = at::lerp(at4(y.low, x.low), at4(y.low, x.high), across);
  const at::Tensor lower = at::lerp(at4(y.high, x.low), at4(y.high, x.high), across);
  return at::lerp(upper, lower, y.share.unsqueeze(2).unsqueeze(3));
}

at::Tensor paddedCrops(const Dataset& data, const Choices& step) {
  const int64_t count = step.image.size(0);
  const auto column = [&](const at::Tensor& t) { return t.view({count, 1}); };
  const auto longs = step.image.options();
  const at::Tensor rows = column(step.top).add(at::arange(data.height, longs));
  const at::Tensor across = at::arange(data.width, longs);
  const at::Tensor columns = at::where(column(step.flip), across.flip(0), across).add(column(step.left));
  return at::index(data.trainImages, {step.image.view({count, 1, 1}), rows.unsqueeze(2), columns.unsqueeze(1)});
}

// Blanks the square around each image's centre, as far as it lies in the image, with 0: the mean (DeVries & Taylor 2017).
void cutOut(const at::Tensor& images, const at::Tensor& centres, int64_t side) {
  const auto inside = [&](int64_t axis, int64_t size) {
    const at::Tensor first = centres.select(1, axis).sub(side / 2).unsqueeze(1);
    const at::Tensor place = at::arange(size, centres.options());
    return place.ge(first).logical_and_(place.lt(first.add(side)));
  };
  const at::Tensor rows = inside(0, images.size(1)).view({-1, images.size(1), 1, 1});
  const at::Tensor columns = inside(1, images.size(2)).view({-1, 1, images.size(2), 1});
  images.masked_fill_(rows.logical_and(columns), 0);
}

}  // namespace

Choices drawEpoch(const Dataset& data, const Augmentation& options, int64_t steps, uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const int64_t n = data.trainImages.size(0);
  const auto device = data.trainImages.device();
  Choices c;
  c.image = at::randperm(n, generator).to(device);
  // Drawn even when unused, so that one choice does not shift the others.
  c.top = at::randint(2 * data.padding + 1, {n}, generator, at::kLong).to(device);
  c.left = at::randint(2 * data.padding + 1, {n}, generator, at::kLong).to(device);
  c.flip = at::randint(2, {n}, generator, at::kLong).to(at::kBool);
  if (!options.flip) c.flip.fill_(false);
  c.flip = c.flip.to(device);
  if (options.cropArea > 0) c.box = drawBoxes(n, data.height, data.width, options.cropArea, generator).to(device);
  if (options.colour > 0) {
    c.colour = at::empty({n, data.trainImages.size(3)}, at::kFloat).normal_(0, options.colour, generator).to(device);
  }
  if (options.mixup > 0) {
    const at::Tensor shares = at::_sample_dirichlet(at::full({steps, 2}, options.mixup, at::kFloat), generator);
    c.share = shares.select(1, 0).contiguous().to(device);
  }
  if (options.cutout > 0) {
    const at::Tensor rows = at::randint(data.height, {n}, generator, at::kLong);
    const at::Tensor columns = at::randint(data.width, {n}, generator, at::kLong);
    c.hole = at::stack({rows, columns}, 1).to(device);
  }
  return c;
}

Choices Choices::step(int64_t step, int64_t batch) const {
  const auto rows = [&](const at::Tensor& t) { return t.defined() ? t.narrow(0, step * batch, batch) : t; };
  return {rows(image), rows(top), rows(left),
          rows(flip),  rows(box), rows(colour),
          share.defined() ? share.select(0, step) : share, rows(hole)};
}

void Choices::assign(const Choices& other) {
  const auto copy = [](at::Tensor& to, const at::Tensor& from) {
    if (from.defined()) to.copy_(from);
  };
  copy(image, other.image);
  copy(top, other.top);
  copy(left, other.left);
  copy(flip, other.flip);
  copy(box, other.box);
  copy(colour, other.colour);
  copy(share, other.share);
  copy(hole, other.hole);
}

TrainBatch trainBatch(const Dataset& data, const Choices& step, int64_t cutout, at::ScalarType type) {
  const at::Tensor bytes = step.box.defined() ? resizedCrops(data, step) : paddedCrops(data, step);
  at::Tensor images = data.normalise(bytes);
  if (step.colour.defined()) {
    images.add_(at::mm(step.colour, data.colourComponents()).view({-1, 1, 1, images.size(3)}));
  }
  if (step.hole.defined()) cutOut(images, step.hole, cutout);
  Target target{data.trainLabels.index_select(0, step.image)};
  if (step.share.defined()) {
    // The epoch's order is random, so a batch's mirrored order is as good a partner as a drawn one.
    images = at::lerp(images.flip(0), images, step.share);
    target.others = target.labels.flip(0);
    target.share = step.share;
  }
  return {images.to(type).permute({0, 3, 1, 2}), target};
}

}  // namespace netspace
