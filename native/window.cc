// See window.h.
#include "window.h"

#include <ATen/Parallel.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "window_kernels.h"

namespace netspace {
namespace {

using Pair = std::array<int64_t, 2>;  // height, width

// How an instruction's window lies on a map, as torch's operators are told.
struct Placed {
  Pair kernel, stride, dilation, padding, outputs;
  Pair more;  // rows and columns that the map needs behind itself, beyond what `padding` gives both ends

  Placed(const Instruction& op, const at::Tensor& x)
      : kernel{op.kernelHeight, op.kernelWidth},
        stride{op.strideHeight, op.strideWidth},
        dilation{op.dilation, op.dilation} {
    for (int side = 0; side < 2; ++side) {
      const Lay at = lay(x.size(2 + side), kernel[side], stride[side], dilation[side], op.padding);
      padding[side] = at.before;
      outputs[side] = at.outputs;
      more[side] = at.behind - at.before;
      // What is beyond the map is one step away; oneDNN does not take every number.
      stride[side] = std::min(stride[side], x.size(2 + side) + at.before + at.behind);
      if (kernel[side] == 1) dilation[side] = 1;
    }
  }

  bool even() const { return more[0] == 0 && more[1] == 0; }

  // Whether pooling that rounds its number of outputs up has these windows without any rows or columns more.
  bool roundedUp(const at::Tensor& x) const {
    for (int side = 0; side < 2; ++side) {
      const int64_t size = x.size(2 + side), s = stride[side], left = size + 2 * padding[side] - kernel[side];
      if (left < 0) return false;
      int64_t n = (left + s - 1) / s + 1;
      if ((n - 1) * s >= size + padding[side]) --n;
      if (n != outputs[side]) return false;
    }
    return true;
  }

  at::Tensor widened(const at::Tensor& x, double value) const {
    return at::constant_pad_nd(x, {0, more[1], 0, more[0]}, value);
  }
  // Of a widened map's gradient, the map's.
  at::Tensor cropped(const at::Tensor& dx, const at::Tensor& x) const {
    return dx.narrow(2, 0, x.size(2)).narrow(3, 0, x.size(3));
  }
};

// One over the number of pixels under each window, [1, 1, height, width].
at::Tensor shares(const Placed& p, const at::Tensor& x) {
  const auto along = [&](int side) {
    std::vector<int64_t> counts;
    for (int64_t i = 0; i < p.outputs[side]; ++i) {
      const int64_t first = i * p.stride[side] - p.padding[side];
      counts.push_back(std::min(first + p.kernel[side], x.size(2 + side)) - std::max<int64_t>(first, 0));
    }
    return counts;
  };
  const std::vector<int64_t> rows = along(0), columns = along(1);
  at::Tensor out = at::empty({1, 1, p.outputs[0], p.outputs[1]}, at::kFloat);
  auto* value = static_cast<float*>(out.mutable_data_ptr());
  for (const int64_t height : rows) {
    for (const int64_t width : columns) *value++ = 1.f / static_cast<float>(height * width);
  }
  return out.to(x.device(), x.scalar_type());
}

// Where torch's own average is not the one wanted: sums, for `shares` to scale.
bool needsShares(const Instruction& op, const Placed& p, bool rounds) { return op.flag == 0 && !p.even() && !rounds; }

std::optional<int64_t> divisorOf(const Instruction& op, const Placed& p, bool rounds) {
  if (needsShares(op, p, rounds)) return 1;
  return op.flag != 0 ? std::optional(p.kernel[0] * p.kernel[1]) : std::nullopt;
}

// Where a side of y[i] = x[i · stride + offset] has its last pixel, one behind.
int64_t within(int64_t size, const Instruction& op) {
  return (size - op.offset + op.strideHeight - 1) / op.strideHeight;
}

at::Tensor everyNth(const Instruction& op, const at::Tensor& x) {
  return x.slice(2, op.offset, std::nullopt, op.strideHeight).slice(3, op.offset, std::nullopt, op.strideHeight);
}

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

WindowOnImage onImage(const Placed& p, const at::Tensor& x) {
  return {.channels = x.size(1),
          .height = x.size(2),
          .width = x.size(3),
          .outHeight = p.outputs[0],
          .outWidth = p.outputs[1],
          .kernelHeight = p.kernel[0],
          .kernelWidth = p.kernel[1],
          .strideHeight = p.stride[0],
          .strideWidth = p.stride[1],
          .dilation = p.dilation[0],
          .before = {p.padding[0], p.padding[1]}};
}

// Larger windows on larger maps are torch's: a thread's scratch then leaves its caches.
constexpr int64_t kMostTaps = 81, kMostScratch = int64_t{1} << 22;

// Double is for measures, not for training: torch's own operators serve it.
bool isOwnType(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() != at::kDouble; }

// Whether the kernels of window_kernels.h take it. Of convolutions torch keeps the usual 3 × 3.
bool isOwnAverage(const Placed& p, const at::Tensor& x) {
  const WindowOnImage w = onImage(p, x);
  return isOwnType(x) && p.kernel[0] <= 9 && p.kernel[1] <= 9 && averageScratch(w) < kMostScratch;
}
bool isOwnGradient(const Instruction& op, const Placed& p, const at::Tensor& x) {
  const WindowOnImage w = onImage(p, x);
  return isOwnType(x) && op.groups > 1 && op.groups == op.in && op.groups == op.out && p.dilation[0] == p.dilation[1] &&
         w.taps() <= kMostTaps && (w.taps() > 9 || p.dilation[0] > 1) && depthwiseScratch(w) < kMostScratch;
}

// Calls `work(part, first image, last)` for an even split over the threads.
template <typename Work>
int64_t eachPart(int64_t images, Work work) {
  const int64_t parts = std::min<int64_t>(at::get_num_threads(), images);
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) work(t, images * t / parts, images * (t + 1) / parts);
  });
  return parts;
}

template <typename T>
std::tuple<at::Tensor, at::Tensor> ownGradients(const Placed& p, const at::Tensor& x, const at::Tensor& dy,
                                                const at::Tensor& weight, bool needsInput) {
  const WindowOnImage w = onImage(p, x);
  const at::Tensor byTap = weight.to(at::kFloat).reshape({w.channels, w.taps()}).t().contiguous();
  const at::Tensor dx = needsInput ? at::empty(x.sizes(), x.options(), kChannelsLast) : at::Tensor();
  const at::Tensor partial = at::zeros({at::get_num_threads(), w.taps(), w.channels}, byTap.options());
  const auto* from = static_cast<const T*>(x.const_data_ptr());
  const auto* gradient = static_cast<const T*>(dy.const_data_ptr());
  auto* to = needsInput ? static_cast<T*>(dx.mutable_data_ptr()) : nullptr;
  const int64_t image = w.channels * w.height * w.width, out = w.channels * w.outHeight * w.outWidth;
  eachPart(x.size(0), [&](int64_t part, int64_t first, int64_t last) {
    std::vector<float> scratch(static_cast<size_t>(depthwiseScratch(w)));
    auto* sum = static_cast<float*>(partial.mutable_data_ptr()) + part * w.taps() * w.channels;
    for (int64_t n = first; n < last; ++n) {
      depthwiseGradients<T>(w, from + n * image, gradient + n * out, byTap.const_data_ptr<float>(),
                            to ? to + n * image : nullptr, sum, scratch.data());
    }
  });
  return {dx, at::sum(partial, at::IntArrayRef{0}).t().reshape(weight.sizes())};
}

template <typename T>
at::Tensor ownAverage(const Instruction& op, const Placed& p, const at::Tensor& x) {
  const WindowOnImage w = onImage(p, x);
  const at::Tensor y = at::empty({x.size(0), w.channels, w.outHeight, w.outWidth}, x.options(), kChannelsLast);
  const auto* from = static_cast<const T*>(x.const_data_ptr());
  auto* to = static_cast<T*>(y.mutable_data_ptr());
  const int64_t image = w.channels * w.height * w.width, out = w.channels * w.outHeight * w.outWidth;
  eachPart(x.size(0), [&](int64_t, int64_t first, int64_t last) {
    std::vector<float> scratch(static_cast<size_t>(averageScratch(w)));
    for (int64_t n = first; n < last; ++n) {
      averages<T>(w, from + n * image, to + n * out, op.flag != 0, scratch.data());
    }
  });
  return y;
}

template <typename T>
at::Tensor ownAverageGradient(const Instruction& op, const Placed& p, const at::Tensor& dy, const at::Tensor& x) {
  const WindowOnImage w = onImage(p, x);
  const at::Tensor dx = at::empty(x.sizes(), x.options(), kChannelsLast);
  const auto* from = static_cast<const T*>(dy.const_data_ptr());
  auto* to = static_cast<T*>(dx.mutable_data_ptr());
  const int64_t image = w.channels * w.height * w.width, out = w.channels * w.outHeight * w.outWidth;
  eachPart(x.size(0), [&](int64_t, int64_t first, int64_t last) {
    std::vector<float> scratch(static_cast<size_t>(averageScratch(w)));
    for (int64_t n = first; n < last; ++n) {
      averageGradients<T>(w, from + n * out, to + n * image, op.flag != 0, scratch.data());
    }
  });
  return dx;
}

// As many taps as a byte has numbers for, and more.
bool isOwnMaximum(const Placed& p, const at::Tensor& x) {
  const WindowOnImage w = onImage(p, x);
  return isOwnType(x) && p.kernel[0] <= 9 && p.kernel[1] <= 9 && maximaScratch(w) < kMostScratch;
}

template <typename T>
at::Tensor ownMaximum(const Placed& p, const at::Tensor& x, at::Tensor& taps) {
  const WindowOnImage w = onImage(p, x);
  const at::Tensor y = at::empty({x.size(0), w.channels, w.outHeight, w.outWidth}, x.options(), kChannelsLast);
  taps = at::empty(y.sizes(), x.options().dtype(at::kByte), kChannelsLast);
  const auto* from = static_cast<const T*>(x.const_data_ptr());
  auto* to = static_cast<T*>(y.mutable_data_ptr());
  auto* tap = static_cast<uint8_t*>(taps.mutable_data_ptr());
  const int64_t image = w.channels * w.height * w.width, out = w.channels * w.outHeight * w.outWidth;
  eachPart(x.size(0), [&](int64_t, int64_t first, int64_t last) {
    std::vector<float> scratch(static_cast<size_t>(maximaScratch(w)));
    for (int64_t n = first; n < last; ++n) maxima<T>(w, from + n * image, to + n * out, tap + n * out, scratch.data());
  });
  return y;
}

template <typename T>
at::Tensor ownMaximumGradient(const Placed& p, const at::Tensor& dy, const at::Tensor& x, const at::Tensor& taps) {
  const WindowOnImage w = onImage(p, x);
  const at::Tensor dx = at::empty(x.sizes(), x.options(), kChannelsLast);
  const auto* from = static_cast<const T*>(dy.const_data_ptr());
  const auto* tap = static_cast<const uint8_t*>(taps.const_data_ptr());
  auto* to = static_cast<T*>(dx.mutable_data_ptr());
  const int64_t image = w.channels * w.height * w.width, out = w.channels * w.outHeight * w.outWidth;
  eachPart(x.size(0), [&](int64_t, int64_t first, int64_t last) {
    std::vector<float> scratch(static_cast<size_t>(maximaScratch(w)));
    for (int64_t n = first; n < last; ++n) {
      maximaGradients<T>(w, from + n * out, tap + n * out, to + n * image, scratch.data());
    }
  });
  return dx;
}

}  // namespace

at::Tensor convolve(const Instruction& op, const at::Tensor& x, const at::Tensor& weight,
                    const std::optional<at::Tensor>& bias, at::Tensor& padded) {
  const Placed p(op, x);
  if (!p.even()) padded = p.widened(x, 0);
  return at::convolution(p.even() ? x : padded, weight, bias, p.stride, p.padding, p.dilation, false, {0, 0},
                         op.groups);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolveBackward(const Instruction& op, const at::Tensor& dy,
                                                                const at::Tensor& x, const at::Tensor& padded,
                                                                const at::Tensor& weight, bool needsInput,
                                                                bool needsWeight) {
  const Placed p(op, x);
  const bool bias = op.flag != 0 && needsWeight;
  if (isOwnGradient(op, p, x)) {
    const at::Tensor from = x.contiguous(kChannelsLast), gradient = dy.contiguous(kChannelsLast);
    const auto [dx, dw] = x.scalar_type() == at::kFloat ? ownGradients<float>(p, from, gradient, weight, needsInput)
                                                        : ownGradients<Bf16>(p, from, gradient, weight, needsInput);
    return {dx, dw, bias ? at::sum(gradient, at::IntArrayRef{0, 2, 3}, false, at::kFloat) : at::Tensor()};
  }
  const int64_t biasSize[] = {op.out};
  auto [dx, dw, db] = at::convolution_backward(
      dy, p.even() ? x : padded, weight, bias ? at::OptionalIntArrayRef(at::IntArrayRef(biasSize)) : at::OptionalIntArrayRef(),
      p.stride, p.padding, p.dilation, false, {0, 0}, op.groups, {needsInput, needsWeight, bias});
  if (needsInput && !p.even()) dx = p.cropped(dx, x);
  return {dx, dw, db};
}

at::Tensor maxPool(const Instruction& op, const at::Tensor& x, at::Tensor& indices) {
  const Placed p(op, x);
  if (isOwnMaximum(p, x)) {
    const at::Tensor from = x.contiguous(kChannelsLast);
    return x.scalar_type() == at::kFloat ? ownMaximum<float>(p, from, indices) : ownMaximum<Bf16>(p, from, indices);
  }
  const bool rounds = !p.even() && p.roundedUp(x);
  const at::Tensor& from =
      p.even() || rounds ? x : p.widened(x, -std::numeric_limits<double>::infinity());
  auto [y, chosen] = at::max_pool2d_with_indices(from, p.kernel, p.stride, p.padding, {1, 1}, rounds);
  indices = chosen;
  return y;
}

at::Tensor maxPoolBackward(const Instruction& op, const at::Tensor& dy, const at::Tensor& x,
                           const at::Tensor& indices) {
  const Placed p(op, x);
  if (indices.scalar_type() == at::kByte) {
    const at::Tensor own = dy.contiguous(kChannelsLast);
    return x.scalar_type() == at::kFloat ? ownMaximumGradient<float>(p, own, x, indices)
                                         : ownMaximumGradient<Bf16>(p, own, x, indices);
  }
  const bool rounds = !p.even() && p.roundedUp(x);
  if (p.even() || rounds) {
    return at::max_pool2d_with_indices_backward(dy, x, p.kernel, p.stride, p.padding, {1, 1}, rounds, indices);
  }
  // Only the shape of what was pooled matters now.
  const at::Tensor like = at::empty({x.size(0), x.size(1), x.size(2) + p.more[0], x.size(3) + p.more[1]}, x.options(),
                                    x.suggest_memory_format());
  return p.cropped(
      at::max_pool2d_with_indices_backward(dy, like, p.kernel, p.stride, p.padding, {1, 1}, false, indices), x);
}

at::Tensor averagePool(const Instruction& op, const at::Tensor& x) {
  const Placed p(op, x);
  if (isOwnAverage(p, x)) {
    const at::Tensor from = x.contiguous(kChannelsLast);
    return x.scalar_type() == at::kFloat ? ownAverage<float>(op, p, from) : ownAverage<Bf16>(op, p, from);
  }
  const bool rounds = !p.even() && p.roundedUp(x);
  const at::Tensor& from = p.even() || rounds ? x : p.widened(x, 0);
  const at::Tensor y =
      at::avg_pool2d(from, p.kernel, p.stride, p.padding, rounds, false, divisorOf(op, p, rounds));
  return needsShares(op, p, rounds) ? at::Tensor(y).mul_(shares(p, x)) : y;
}

at::Tensor averagePoolBackward(const Instruction& op, const at::Tensor& gradient, const at::Tensor& x) {
  const Placed p(op, x);
  if (isOwnAverage(p, x)) {
    const at::Tensor own = gradient.contiguous(kChannelsLast);
    return x.scalar_type() == at::kFloat ? ownAverageGradient<float>(op, p, own, x)
                                         : ownAverageGradient<Bf16>(op, p, own, x);
  }
  const bool rounds = !p.even() && p.roundedUp(x);
  const at::Tensor dy = needsShares(op, p, rounds) ? gradient.mul(shares(p, x)) : gradient;
  const auto back = [&](const at::Tensor& like) {
    return at::avg_pool2d_backward(dy, like, p.kernel, p.stride, p.padding, rounds, false, divisorOf(op, p, rounds));
  };
  if (p.even() || rounds) return back(x);
  return p.cropped(back(at::empty({x.size(0), x.size(1), x.size(2) + p.more[0], x.size(3) + p.more[1]}, x.options(),
                                  x.suggest_memory_format())),
                   x);
}

at::Tensor subsample(const Instruction& op, const at::Tensor& x, at::MemoryFormat layout) {
  const int64_t stride = op.strideHeight;
  const int64_t height = (x.size(2) - 1) / stride + 1, width = (x.size(3) - 1) / stride + 1;
  const int64_t rows = within(x.size(2), op), columns = within(x.size(3), op);
  const at::Tensor chosen = everyNth(op, x);
  if (rows == height && columns == width) return chosen.contiguous(layout);
  at::Tensor y = at::empty({x.size(0), x.size(1), height, width}, x.options(), layout).zero_();
  y.narrow(2, 0, rows).narrow(3, 0, columns).copy_(chosen);
  return y;
}

at::Tensor subsampleBackward(const Instruction& op, const at::Tensor& dy, const at::Tensor& x,
                             at::MemoryFormat layout) {
  at::Tensor dx = at::empty(x.sizes(), x.options(), layout).zero_();
  everyNth(op, dx).copy_(dy.narrow(2, 0, within(x.size(2), op)).narrow(3, 0, within(x.size(3), op)));
  return dx;
}

}  // namespace netspace
