// Weighted sums of a model: what of it is run by their weights, the sums, and their gradients. See model.h.
#include "model.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "mix_kernels.h"

namespace netspace {

void Model::setMixture(std::vector<double> mixture) {
  if (static_cast<int64_t>(mixture.size()) != mixtureSize_) {
    throw std::invalid_argument("mixture: expected " + std::to_string(mixtureSize_) + " weights, got " +
                                std::to_string(mixture.size()));
  }
  for (const double weight : mixture) {
    if (!std::isfinite(weight)) {
      throw std::invalid_argument("mixture: expected finite weights, got " + std::to_string(weight));
    }
  }
  for (const auto& node : nodes_) {
    const Instruction& op = node.instruction;
    if (op.op != Op::Mix) continue;
    const auto first = mixture.begin() + op.offset;
    if (std::all_of(first, first + static_cast<int64_t>(op.inputs.size()), [](double w) { return w == 0; })) {
      throw std::invalid_argument("mixture: layer \"" + op.name + "\": expected a weight that is not 0, got none");
    }
  }
  mixture_ = std::move(mixture);
}

void Model::markNeeded(bool training) {
  const size_t n = nodes_.size();
  needed_.assign(n + 1, mixtureSize_ == 0);
  if (mixtureSize_ == 0) return;
  if (mixture_.empty()) throw std::invalid_argument("mixture: expected weights of weighted sums, which come with a session's calls, got none");
  needed_[main_] = true;
  if (training) needed_[n] = true;
  for (size_t i = n; i > 0; --i) {
    if (!needed_[i]) continue;
    const Instruction& op = nodes_[i - 1].instruction;
    if (op.op == Op::Mix) {
      // Zeros add nothing, unless there is nothing else that the sum's shape could come from.
      int32_t zeros = -1;
      bool other = false;
      for (size_t k = 0; k < op.inputs.size(); ++k) {
        if (mixture_[op.offset + k] == 0) continue;
        if (isZero(op.inputs[k])) {
          zeros = op.inputs[k];
          continue;
        }
        needed_[op.inputs[k]] = other = true;
      }
      if (!other) needed_[zeros] = true;
      continue;
    }
    for (const int32_t value : op.inputs) needed_[value] = true;
  }
}

namespace {

// Elements of a part that is worth a thread.
constexpr int64_t kGrain = 1 << 15;

// Elements that a sum with normalisations in it works on at once: the scales of all its maps then fit into the nearest cache.
constexpr int64_t kPeriod = 256;

// Double is for measures, bf16 and other devices have torch's operators.
bool isOwn(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat; }

// The maps of a sum that are run, in one order in memory, with their weights and places among its inputs.
struct Terms {
  std::vector<at::Tensor> maps;
  std::vector<const float*> data;
  std::vector<float> weights;
  std::vector<size_t> places;

  void push(at::Tensor map, double weight, size_t place) {
    data.push_back(map.const_data_ptr<float>());
    maps.push_back(std::move(map));
    weights.push_back(static_cast<float>(weight));
    places.push_back(place);
  }
};

// Calls `work(part, first element, last)` for an even split over the threads.
template <typename Work>
void eachRange(int64_t elements, int64_t parts, Work work) {
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) work(t, elements * t / parts, elements * (t + 1) / parts);
  });
}
int64_t partsOf(int64_t elements) {
  return std::clamp<int64_t>(elements / kGrain, 1, at::get_num_threads());
}

}  // namespace

// The places of what a sum is of, by this mixture.
std::vector<size_t> Model::termsOf(const Instruction& op) const {
  std::vector<size_t> run;
  for (size_t k = 0; k < op.inputs.size(); ++k) {
    if (mixture_[op.offset + k] != 0 && needed_[op.inputs[k]]) run.push_back(k);
  }
  return run;
}

// A normalised map that a sum alone reads is never written: the sum reads what the normalisation would, and scales it. Where a sum hands on
// its only map, that is made as elsewhere.
void Model::markLeft(const at::Tensor& images) {
  left_.assign(nodes_.size() + 1, false);
  if (probing_ || !isOwn(images)) return;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Instruction& op = nodes_[i].instruction;
    if (op.op != Op::Mix || !needed_[i + 1]) continue;
    const std::vector<size_t> run = termsOf(op);
    if (run.size() == 1 && mixture_[op.offset + run[0]] == 1) continue;
    for (const size_t k : run) {
      const int32_t value = op.inputs[k];
      left_[value] = value > 0 && nodes_[value - 1].summed;
    }
  }
}

at::Tensor Model::mix(const Instruction& op) const {
  const std::vector<size_t> run = termsOf(op);
  const auto weightOf = [&](size_t k) { return mixture_[op.offset + k]; };
  const auto mapOf = [&](size_t k) -> const at::Tensor& { return values_[op.inputs[k]]; };
  if (run.size() == 1 && weightOf(run[0]) == 1) return mapOf(run[0]);
  if (!isOwn(mapOf(run[0]))) {
    at::Tensor sum = mapOf(run[0]).mul(weightOf(run[0]));
    for (size_t i = 1; i < run.size(); ++i) sum.add_(mapOf(run[i]), weightOf(run[i]));
    return sum;
  }
  Terms terms;
  for (const size_t k : run) terms.push(mapOf(k).contiguous(kChannelsLast), weightOf(k), k);
  const at::Tensor sum = at::empty_like(terms.maps[0], terms.maps[0].options(), kChannelsLast);
  auto* to = static_cast<float*>(sum.mutable_data_ptr());
  const auto count = static_cast<int64_t>(run.size());
  const int64_t all = sum.numel(), parts = partsOf(all);
  if (std::none_of(run.begin(), run.end(), [&](size_t k) { return left_[op.inputs[k]]; })) {
    eachRange(all, parts, [&](int64_t, int64_t begin, int64_t end) {
      weightedSum(terms.data.data(), terms.weights.data(), count, to, begin, end);
    });
    return sum;
  }
  // Some pixels' channels at once.
  const int64_t channels = sum.size(1), period = channels * std::max<int64_t>(1, kPeriod / channels);
  std::vector<float> scales(static_cast<size_t>(count * period)), shift(static_cast<size_t>(period), 0.f);
  std::vector<const float*> scaleOf;
  for (int64_t i = 0; i < count; ++i) {
    float* scale = scales.data() + i * period;
    const float weight = terms.weights[i];
    const int32_t value = op.inputs[run[i]];
    for (int64_t j = 0; j < period; ++j) {
      scale[j] = weight;
      if (!left_[value]) continue;
      const NormScale& of = normScales_[value - 1];
      scale[j] *= of.scale[j % channels];
      shift[j] += weight * of.shift[j % channels];
    }
    scaleOf.push_back(scale);
  }
  eachRange((all + period - 1) / period, parts, [&](int64_t, int64_t begin, int64_t end) {
    scaledSum(terms.data.data(), scaleOf.data(), shift.data(), period, count, to, begin * period,
              std::min(all, end * period));
  });
  return sum;
}

void Model::mixBackward(const Instruction& op, const Gradient& gradient) {
  std::vector<size_t> run = termsOf(op);
  const bool single = run.size() == 1;
  const auto weightOf = [&](size_t k) { return mixture_[op.offset + k]; };
  // The one that is left of a path reads nothing but this gradient.
  const auto handsOn = [&](size_t k) { return weightOf(k) == 1 && single; };
  if (!isOwn(gradient.value)) {
    for (const size_t k : run) {
      const int32_t value = op.inputs[k];
      if (mixtureGradients) {
        mixtureGradient_[op.offset + k] += at::sum(gradient.value.mul(values_[value]), at::kDouble).item<double>();
      }
      if (!needsGradient(value)) continue;
      if (handsOn(k)) accumulate(value, gradient.value, gradient.owned);
      else accumulate(value, gradient.value.mul(weightOf(k)), true);
    }
    return;
  }
  const at::Tensor dy = gradient.value.contiguous(kChannelsLast);
  for (const size_t k : run) {
    const int32_t value = op.inputs[k];
    if (!left_[value]) continue;
    const size_t norm = static_cast<size_t>(value) - 1;
    const int32_t from = nodes_[norm].instruction.inputs[0];
    double dot = 0;
    accumulate(from,
               normSummandBackward(nodes_[norm].norm, normStates_[norm], values_[from].contiguous(kChannelsLast), dy,
                                   weightOf(k), dot),
               true);
    if (mixtureGradients) mixtureGradient_[op.offset + k] += dot;
  }
  std::erase_if(run, [&](size_t k) { return left_[op.inputs[k]] != 0; });
  if (run.empty()) return;
  Terms terms;
  std::vector<at::Tensor> fresh;
  std::vector<float*> to;
  std::unique_ptr<bool[]> adds(new bool[run.size()]);
  for (const size_t k : run) {
    const int32_t value = op.inputs[k];
    // Without their own gradient, no weight reads a map.
    terms.push((mixtureGradients ? values_[value] : dy).contiguous(kChannelsLast), weightOf(k), k);
    const Gradient& there = gradients_[value];
    const bool added = there.value.defined() && there.owned && there.value.is_contiguous(kChannelsLast);
    const bool wanted = needsGradient(value) && !handsOn(k);
    fresh.push_back(wanted && !added ? at::empty_like(dy, dy.options(), kChannelsLast) : at::Tensor());
    const at::Tensor& into = added ? there.value : fresh.back();
    adds[to.size()] = added;
    to.push_back(wanted ? static_cast<float*>(into.mutable_data_ptr()) : nullptr);
  }
  const int64_t parts = partsOf(dy.numel()), count = static_cast<int64_t>(run.size());
  std::vector<double> dots(static_cast<size_t>(parts * count), 0);
  eachRange(dy.numel(), parts, [&](int64_t part, int64_t begin, int64_t end) {
    weightedSumGradient(dy.const_data_ptr<float>(), terms.data.data(), terms.weights.data(), count, to.data(), adds.get(),
                        mixtureGradients ? dots.data() + part * count : nullptr, begin, end);
  });
  for (int64_t i = 0; i < count; ++i) {
    const size_t k = run[i];
    for (int64_t part = 0; part < parts; ++part) mixtureGradient_[op.offset + k] += dots[part * count + i];
    if (handsOn(k)) accumulate(op.inputs[k], gradient.value, gradient.owned);
    else if (fresh[i].defined()) accumulate(op.inputs[k], fresh[i], true);
  }
}

}  // namespace netspace
