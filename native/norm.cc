// See norm.h. The formulas are those of Ioffe & Szegedy (2015) as torch implements them: biased variance to
// normalise, unbiased variance in the running statistics.
#include "norm.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_batch_norm_impl_index.h>
#include <ATen/ops/_batch_norm_impl_index_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/threshold_backward.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "norm_kernels.h"

namespace netspace {
namespace {


// The matrix view of a channels-last feature map: `fold` rows side by side make one wide row, `rows` of them,
// and `rest` single rows are left over.
struct Rows {
  int64_t channels, count, fold, width, rows, rest;

  explicit Rows(const at::Tensor& x)
      : channels(x.size(1)),
        count(x.numel() / channels),
        fold(kLanes / std::gcd(channels, kLanes)),
        width(channels * fold),
        rows(count / fold),
        rest(count % fold) {}

  static constexpr int64_t kLanes = 16;
};

// Per-channel constants repeated `fold` times.
std::vector<float> repeat(const std::vector<float>& values, int64_t fold) {
  std::vector<float> out;
  out.reserve(values.size() * fold);
  for (int64_t i = 0; i < fold; ++i) out.insert(out.end(), values.begin(), values.end());
  return out;
}

// Splits the wide rows into one contiguous range a thread, the same ranges whenever the number of threads is the
// same (sums are then bit-identical from run to run). Small maps stay on one thread.
template <typename Work>
int parts(const Rows& m, Work work) {
  constexpr int64_t kGrain = 1 << 15;
  const int64_t wanted = std::max<int64_t>(1, m.rows * m.width / kGrain);
  const int64_t n = std::min<int64_t>(at::get_num_threads(), wanted);
  if (n == 1) {
    work(0, 0, m.rows);
    return 1;
  }
  at::parallel_for(0, n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) work(t, m.rows * t / n, m.rows * (t + 1) / n);
  });
  return static_cast<int>(n);
}

// Per-channel totals of two sums, gathered over threads, folded rows and the rows left over.
// `sum(first element, rows, width, s, q)` adds rows of `width` to s and q.
struct Totals {
  std::vector<double> first, second;
};
template <typename Sum>
Totals gather(const Rows& m, Sum sum) {
  const int64_t threads = at::get_num_threads();
  std::vector<std::vector<double>> partial(threads);
  const int used = parts(m, [&](int64_t t, int64_t begin, int64_t end) {
    auto& p = partial[t];
    p.assign(2 * m.width, 0.0);
    sum(begin * m.width, end - begin, m.width, p.data(), p.data() + m.width);
    if (end == m.rows && m.rest > 0) {
      sum(m.rows * m.width, m.rest, m.channels, p.data(), p.data() + m.width);
    }
  });
  Totals totals{std::vector<double>(m.channels, 0.0), std::vector<double>(m.channels, 0.0)};
  for (int t = 0; t < used; ++t) {
    for (int64_t j = 0; j < m.width; ++j) {
      totals.first[j % m.channels] += partial[t][j];
      totals.second[j % m.channels] += partial[t][m.width + j];
    }
  }
  return totals;
}

// Calls `work(first element, rows, width)` on every thread's rows, then on the rows left over.
template <typename Work>
void each(const Rows& m, Work work) {
  parts(m, [&](int64_t, int64_t begin, int64_t end) {
    work(begin * m.width, end - begin, m.width);
    if (end == m.rows && m.rest > 0) work(m.rows * m.width, m.rest, m.channels);
  });
}

template <typename T>
const T* cdata(const at::Tensor& t) {
  return static_cast<const T*>(t.const_data_ptr());
}
template <typename T>
T* mdata(const at::Tensor& t) {
  return static_cast<T*>(t.mutable_data_ptr());
}

// x · scale + shift = γ (x − mean) invStd + β
struct Affine {
  std::vector<float> scale, shift;
};
Affine affine(const Norm& norm, const float* mean, const float* invStd, const Rows& m) {
  const float* gamma = cdata<float>(norm.gamma);
  const float* beta = cdata<float>(norm.beta);
  std::vector<float> scale(m.channels), shift(m.channels);
  for (int64_t c = 0; c < m.channels; ++c) {
    scale[c] = gamma[c] * invStd[c];
    shift[c] = beta[c] - mean[c] * scale[c];
  }
  return {repeat(scale, m.fold), repeat(shift, m.fold)};
}

template <typename T>
at::Tensor apply(const Norm& norm, const at::Tensor& x, const at::Tensor& residual, const float* mean,
                 const float* invStd) {
  const Rows m(x);
  const Affine f = affine(norm, mean, invStd, m);
  at::Tensor y = at::empty_like(x, x.options(), kChannelsLast);
  const T* px = cdata<T>(x);
  const T* pr = residual.defined() ? cdata<T>(residual) : nullptr;
  T* py = mdata<T>(y);
  each(m, [&](int64_t from, int64_t rows, int64_t width) {
    rowApply(px + from, pr ? pr + from : nullptr, py + from, rows, width, f.scale.data(), f.shift.data(), norm.relu);
  });
  return y;
}

// The batch's statistics, towards which the running ones move.
template <typename T>
void statistics(const Norm& norm, const at::Tensor& x, double momentum, NormState& state) {
  const Rows m(x);
  const T* px = cdata<T>(x);
  std::vector<float> pivot(m.channels);
  const at::Tensor first = x.select(0, 0).select(1, 0).select(1, 0).to(at::kFloat).contiguous();
  std::copy_n(cdata<float>(first), m.channels, pivot.begin());
  const std::vector<float> pivots = repeat(pivot, m.fold);
  const Totals t = gather(m, [&](int64_t from, int64_t rows, int64_t width, double* s, double* q) {
    rowSums(px + from, rows, width, pivots.data(), s, q);
  });
  state.mean = at::empty({m.channels}, norm.gamma.options());
  state.invStd = at::empty({m.channels}, norm.gamma.options());
  float* mean = mdata<float>(state.mean);
  float* invStd = mdata<float>(state.invStd);
  float* runningMean = mdata<float>(norm.runningMean);
  float* runningVariance = mdata<float>(norm.runningVariance);
  const double n = static_cast<double>(m.count);
  for (int64_t c = 0; c < m.channels; ++c) {
    const double d = t.first[c] / n;
    double variance = t.second[c] / n - d * d;
    if (variance < 0) variance = 0;  // rounding only; a NaN stays a NaN
    mean[c] = static_cast<float>(pivot[c] + d);
    invStd[c] = static_cast<float>(1.0 / std::sqrt(variance + norm.epsilon));
    const double unbiased = variance * (n / std::max(1.0, n - 1));
    runningMean[c] += static_cast<float>(momentum * (mean[c] - runningMean[c]));
    runningVariance[c] += static_cast<float>(momentum * (unbiased - runningVariance[c]));
  }
}

template <typename T>
at::Tensor trainOnCpu(const Norm& norm, const at::Tensor& x, const at::Tensor& residual, double momentum,
                      NormState& state) {
  statistics<T>(norm, x, momentum, state);
  return apply<T>(norm, x, residual, cdata<float>(state.mean), cdata<float>(state.invStd));
}

// 1 / √(variance + ε) of the running variance.
std::vector<float> runningInvStd(const Norm& norm, int64_t channels) {
  std::vector<float> invStd(channels);
  const float* variance = cdata<float>(norm.runningVariance);
  for (int64_t c = 0; c < channels; ++c) {
    invStd[c] = static_cast<float>(1.0 / std::sqrt(static_cast<double>(variance[c]) + norm.epsilon));
  }
  return invStd;
}

// What a normalisation's output counts in a weighted sum, and its share of the gradient of that weight.
struct Weighted {
  double weight = 1, dot = 0;
};

template <typename T>
NormGradient backwardOnCpu(const Norm& norm, const NormState& state, const at::Tensor& x, const at::Tensor& y,
                           const at::Tensor& dy, bool hasResidual, bool ownsGradient,
                           const at::Tensor& gammaGradient, const at::Tensor& betaGradient,
                           Weighted* weighted = nullptr) {
  const Rows m(x);
  const float* mean = cdata<float>(state.mean);
  const float* invStd = cdata<float>(state.invStd);
  const Affine f = affine(norm, mean, invStd, m);
  const std::vector<float> means = repeat(std::vector<float>(mean, mean + m.channels), m.fold);

  // With a residual and a ReLU the masked gradient is materialised: it is also the residual's gradient.
  const bool materialise = hasResidual && norm.relu;
  const bool inPlace = ownsGradient && dy.is_contiguous(kChannelsLast);
  at::Tensor g = dy;
  if (materialise && !inPlace) g = at::empty_like(x, x.options(), kChannelsLast);
  const T* px = cdata<T>(x);
  const T* py = materialise ? cdata<T>(y) : nullptr;
  const T* pdy = cdata<T>(dy);
  T* pg = materialise ? mdata<T>(g) : nullptr;
  const bool maskFromInput = norm.relu && !materialise;
  const Totals t = gather(m, [&](int64_t from, int64_t rows, int64_t width, double* s, double* p) {
    rowGradientSums(px + from, py ? py + from : nullptr, pdy + from, pg ? pg + from : nullptr, rows, width,
                    f.scale.data(), f.shift.data(), means.data(), maskFromInput, s, p);
  });

  const float* gamma = cdata<float>(norm.gamma);
  const float* beta = cdata<float>(norm.beta);
  float* dGamma = gammaGradient.defined() ? mdata<float>(gammaGradient) : nullptr;
  float* dBeta = betaGradient.defined() ? mdata<float>(betaGradient) : nullptr;
  std::vector<float> a(m.channels), b(m.channels), c(m.channels);
  const double n = static_cast<double>(m.count);
  for (int64_t i = 0; i < m.channels; ++i) {
    const double r = invStd[i];
    if (dGamma) dGamma[i] = static_cast<float>(t.second[i] * r);
    if (dBeta) dBeta[i] = static_cast<float>(t.first[i]);
    double scale = gamma[i] * r;
    if (weighted) {
      weighted->dot += scale * t.second[i] + beta[i] * t.first[i];
      scale *= weighted->weight;
    }
    const double slope = -scale * r * r * t.second[i] / n;
    a[i] = static_cast<float>(scale);
    b[i] = static_cast<float>(slope);
    c[i] = static_cast<float>(-scale * t.first[i] / n - slope * mean[i]);
  }
  a = repeat(a, m.fold);
  b = repeat(b, m.fold);
  c = repeat(c, m.fold);

  // dx may overwrite dy, unless dy lives on as the residual's gradient.
  const at::Tensor dx = inPlace && !hasResidual ? dy : at::empty_like(x, x.options(), kChannelsLast);
  const T* source = materialise ? pg : pdy;
  T* pdx = mdata<T>(dx);
  each(m, [&](int64_t from, int64_t rows, int64_t width) {
    rowGradientApply(px + from, source + from, pdx + from, rows, width, f.scale.data(), f.shift.data(), a.data(),
                     b.data(), c.data(), maskFromInput);
  });
  return {dx, hasResidual ? g : at::Tensor()};
}

// Double is for measures, not for training: torch's own operators serve it.
bool isOwn(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() != at::kDouble; }

at::Tensor residualAndRelu(const Norm& norm, at::Tensor y, const at::Tensor& residual) {
  if (residual.defined()) y.add_(residual);
  if (norm.relu) y.relu_();
  return y;
}

}  // namespace

at::Tensor normTrain(const Norm& norm, const at::Tensor& input, const at::Tensor& shortcut, double momentum,
                     NormState& state) {
  if (isOwn(input)) {
    const at::Tensor x = input.contiguous(kChannelsLast);
    const at::Tensor residual = shortcut.defined() ? shortcut.contiguous(kChannelsLast) : shortcut;
    return x.scalar_type() == at::kFloat ? trainOnCpu<float>(norm, x, residual, momentum, state)
                                         : trainOnCpu<Bf16>(norm, x, residual, momentum, state);
  }
  auto [y, mean, invStd, reserve, implementation] =
      at::_batch_norm_impl_index(input, norm.gamma, norm.beta, norm.runningMean, norm.runningVariance, true,
                                 momentum, norm.epsilon, true);
  state = {mean, invStd, reserve, implementation};
  return residualAndRelu(norm, y, shortcut);
}

at::Tensor normEvaluate(const Norm& norm, const at::Tensor& input, const at::Tensor& shortcut) {
  if (isOwn(input)) {
    const at::Tensor x = input.contiguous(kChannelsLast);
    const at::Tensor residual = shortcut.defined() ? shortcut.contiguous(kChannelsLast) : shortcut;
    const std::vector<float> invStd = runningInvStd(norm, x.size(1));
    const float* mean = cdata<float>(norm.runningMean);
    return x.scalar_type() == at::kFloat ? apply<float>(norm, x, residual, mean, invStd.data())
                                         : apply<Bf16>(norm, x, residual, mean, invStd.data());
  }
  at::Tensor y = std::get<0>(at::native_batch_norm(input, norm.gamma, norm.beta, norm.runningMean,
                                                   norm.runningVariance, false, Norm::kMomentum, norm.epsilon));
  return residualAndRelu(norm, y, shortcut);
}

NormScale normSummand(const Norm& norm, const at::Tensor& x, std::optional<double> momentum, NormState& state) {
  const int64_t channels = x.size(1);
  std::vector<float> running;
  if (momentum) statistics<float>(norm, x, *momentum, state);
  else running = runningInvStd(norm, channels);
  const float* mean = cdata<float>(momentum ? state.mean : norm.runningMean);
  const float* invStd = momentum ? cdata<float>(state.invStd) : running.data();
  const float* gamma = cdata<float>(norm.gamma);
  const float* beta = cdata<float>(norm.beta);
  NormScale of{std::vector<float>(channels), std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; ++c) {
    of.scale[c] = gamma[c] * invStd[c];
    of.shift[c] = beta[c] - mean[c] * of.scale[c];
  }
  return of;
}

at::Tensor normSummandBackward(const Norm& norm, const NormState& state, const at::Tensor& x, const at::Tensor& dy,
                               double weight, double& dot) {
  Weighted weighted{weight};
  const at::Tensor dx = backwardOnCpu<float>(norm, state, x, {}, dy, false, false, {}, {}, &weighted).input;
  dot = weighted.dot;
  return dx;
}

NormGradient normBackward(const Norm& norm, const NormState& state, const at::Tensor& input, const at::Tensor& output,
                          const at::Tensor& gradient, bool hasResidual, bool ownsGradient,
                          at::Tensor gammaGradient, at::Tensor betaGradient) {
  if (isOwn(input)) {
    const at::Tensor x = input.contiguous(kChannelsLast);
    const at::Tensor y = output.defined() ? output.contiguous(kChannelsLast) : output;
    const at::Tensor dy = gradient.contiguous(kChannelsLast);
    const bool owned = ownsGradient || !dy.is_same(gradient);
    return x.scalar_type() == at::kFloat
               ? backwardOnCpu<float>(norm, state, x, y, dy, hasResidual, owned, gammaGradient, betaGradient)
               : backwardOnCpu<Bf16>(norm, state, x, y, dy, hasResidual, owned, gammaGradient, betaGradient);
  }
  const at::Tensor g = norm.relu ? at::threshold_backward(gradient, output, 0) : gradient;
  auto [dx, dGamma, dBeta] = at::_batch_norm_impl_index_backward(
      state.implementation, input, g, norm.gamma, norm.runningMean, norm.runningVariance, state.mean,
      state.invStd, true, norm.epsilon, {true, true, true}, state.reserve);
  if (gammaGradient.defined()) gammaGradient.copy_(dGamma);
  if (betaGradient.defined()) betaGradient.copy_(dBeta);
  return {dx, hasResidual ? g : at::Tensor()};
}

}  // namespace netspace
