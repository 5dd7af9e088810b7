// See model.h.
#include "model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sigmoid_backward.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/threshold_backward.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "mix_kernels.h"
#include "window.h"

namespace netspace {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;
constexpr int64_t kAlign = 64;  // elements between parameters, so that every view is aligned for vectors

std::vector<int64_t> stridesOf(const std::vector<int64_t>& s, at::MemoryFormat layout) {
  if (s.size() == 4 && layout != kChannelsLast) return {s[1] * s[2] * s[3], s[2] * s[3], s[3], 1};
  if (s.size() == 4) return {s[1] * s[2] * s[3], 1, s[3] * s[1], s[1]};
  if (s.size() == 2) return {s[1], 1};
  return {1};
}

int64_t count(const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t size : shape) n *= size;
  return n;
}

// Of one height and width, padded with zeros at the bottom and the right where there are larger ones.
at::Tensor concatenate(const std::vector<at::Tensor>& inputs) {
  int64_t height = 0, width = 0;
  for (const auto& x : inputs) {
    height = std::max(height, x.size(2));
    width = std::max(width, x.size(3));
  }
  std::vector<at::Tensor> alike;
  for (const auto& x : inputs) {
    const bool smaller = x.size(2) < height || x.size(3) < width;
    alike.push_back(smaller ? at::constant_pad_nd(x, {0, width - x.size(3), 0, height - x.size(2)}) : x);
  }
  return at::cat(alike, 1);
}

}  // namespace

Model::Model(const Program& program, const ModelOptions& options) : options_(options) {
  if (options.device.is_cuda()) {
    // Measured on an H100 with small grouped networks (docs/gpu.md): IEEE float32 is twice as fast in planes, with cuDNN
    // trying its algorithms; trying alone is slower. The tensor cores of tf32 and bf16 read channels last.
    const bool planes = !options.bf16 && !options.tf32;
    if (planes) layout_ = at::MemoryFormat::Contiguous;
    at::globalContext().setBenchmarkCuDNN(planes);
  }
  connect(program);
  allocate();
  initialise();
  seedDropout(options_.seed);
}

Model::Model(const Program& program, const Model& store, std::optional<uint64_t> seed)
    : layout_(store.layout_),
      options_(store.options_),
      flatValue_(store.flatValue_),
      flatGradient_(store.flatGradient_),
      flatCompute_(store.flatCompute_),
      moments_(store.moments_),
      flatStatistics_(store.flatStatistics_),
      shares_(true) {
  connect(program);
  share(store);
  if (seed) seedDropout(options_.seed = *seed);
  else dropoutChance_ = store.dropoutChance_;
}

Model::~Model() {
  if (moments_->lastBackward == this) moments_->lastBackward = nullptr;
}

void Model::connect(const Program& program) {
  const auto size = static_cast<int32_t>(program.instructions.size());
  main_ = program.main;
  mixtureSize_ = program.mixtureSize();
  std::vector<int> uses(size + 1, 0);
  lastUse_.assign(size + 1, -1);
  for (int32_t i = 0; i < size; ++i) {
    Node node{program.instructions[i]};
    for (const int32_t value : node.instruction.inputs) {
      if (static_cast<size_t>(i) < main_) lastUse_[value] = i;
      ++uses[value];
    }
    nodes_.push_back(std::move(node));
  }
  // A ReLU may overwrite its input when nothing else, forward or backward, reads that input again.
  for (auto& node : nodes_) {
    const int32_t value = node.instruction.inputs[0];
    if (node.instruction.op != Op::Relu || value == 0 || uses[value] != 1) continue;
    if (static_cast<size_t>(value) == main_) continue;  // logits, which an auxiliary head reads
    const Op producer = nodes_[value - 1].instruction.op;
    node.inPlace = producer == Op::Conv || producer == Op::Add;
  }
  for (const auto& node : nodes_) {
    if (node.instruction.op != Op::Mix) continue;
    for (const int32_t value : node.instruction.inputs) {
      if (value == 0 || uses[value] != 1) continue;
      const Instruction& op = nodes_[value - 1].instruction;
      nodes_[value - 1].summed = op.op == Op::Batchnorm && !op.affine() && (op.flag & Instruction::kRelu) == 0 &&
                                 op.inputs.size() == 1;
    }
  }
  name();
}

void Model::name() {
  for (auto& node : nodes_) {
    for (auto& [suffix, shape, kind, deviation, constant] : parametersOf(node.instruction)) {
      const auto index = static_cast<int>(parameters_.size());
      (node.weight < 0 ? node.weight : node.bias) = index;
      parameters_.push_back({node.instruction.name + "." + suffix, shape, kind, 0, index, {}, {}, {}});
    }
  }
}

void Model::allocate() {
  int64_t total = 0;
  int64_t channels = 0;
  for (const auto& node : nodes_) {
    if (node.instruction.op == Op::Batchnorm) channels += node.instruction.in;
  }
  // Parameters of one kind lie together, so that each kind may have a weight decay of its own at one call each.
  for (int kind = 0; kind < 3; ++kind) {
    for (auto& p : parameters_) {
      if (p.kind != kind) continue;
      p.offset = total;
      total += (count(p.shape) + kAlign - 1) / kAlign * kAlign;
    }
    kindEnd_[kind] = total;
  }
  const auto stored = at::TensorOptions(storedType()).device(options_.device);
  flatValue_ = at::zeros({total}, stored);
  flatGradient_ = at::zeros({total}, stored);
  moments_ = std::make_shared<Moments>();
  moments_->first = at::zeros({total}, stored);
  moments_->parameters = static_cast<int64_t>(parameters_.size());
  moments_->stale.assign(parameters_.size(), 0);
  flatCompute_ = options_.bf16 ? at::zeros({total}, stored.dtype(at::kBFloat16)) : flatValue_;
  for (auto& p : parameters_) {
    const auto strides = stridesOf(p.shape, layout_);
    p.value = flatValue_.as_strided(p.shape, strides, p.offset);
    p.gradient = flatGradient_.as_strided(p.shape, strides, p.offset);
    p.compute = flatCompute_.as_strided(p.shape, strides, p.offset);
  }
  flatStatistics_ = at::zeros({2, channels}, stored);
  flatStatistics_.select(0, 1).fill_(1);
  int64_t first = 0;
  for (auto& node : nodes_) {
    const auto& op = node.instruction;
    if (op.op != Op::Batchnorm) continue;
    connectNorm(node, flatStatistics_.select(0, 0).narrow(0, first, op.in),
                flatStatistics_.select(0, 1).narrow(0, first, op.in));
    first += op.in;
  }
}

void Model::connectNorm(Node& node, const at::Tensor& runningMean, const at::Tensor& runningVariance) {
  const auto& op = node.instruction;
  if (op.affine()) {
    node.norm.gamma = parameters_[node.weight].value;
    node.norm.beta = parameters_[node.bias].value;
  } else {
    node.norm.gamma = at::ones({op.in}, runningMean.options());
    node.norm.beta = at::zeros({op.in}, runningMean.options());
  }
  node.norm.runningMean = runningMean;
  node.norm.runningVariance = runningVariance;
  node.norm.epsilon = op.epsilon;
  node.norm.relu = (op.flag & Instruction::kRelu) != 0;
  statistics_.emplace_back(op.name + ".running_mean", runningMean);
  statistics_.emplace_back(op.name + ".running_var", runningVariance);
}

void Model::share(const Model& store) {
  const auto fail = [](const std::string& name, const std::string& why) {
    throw std::invalid_argument("\"" + name + "\": the store of weights has " + why);
  };
  for (auto& p : parameters_) {
    const Parameter* found = nullptr;
    for (const auto& other : store.parameters_) {
      if (other.name == p.name) found = &other;
    }
    if (!found) fail(p.name, "none of that name");
    if (found->shape != p.shape || found->kind != p.kind) fail(p.name, "one of another shape");
    p = *found;
  }
  for (auto& node : nodes_) {
    const auto& op = node.instruction;
    if (op.op != Op::Batchnorm) continue;
    connectNorm(node, store.tensor(op.name + ".running_mean", false), store.tensor(op.name + ".running_var", false));
  }
}

// Drawn on the CPU, so that a seed means the same weights on every device.
void Model::initialise() {
  at::Generator generator = at::detail::createCPUGenerator(options_.seed);
  size_t next = 0;  // `name` made the parameters in this order
  for (const auto& node : nodes_) {
    for (const auto& [suffix, shape, kind, deviation, constant] : parametersOf(node.instruction)) {
      auto& value = parameters_[next++].value;
      if (deviation > 0) value.copy_(at::empty(shape, at::kFloat).normal_(0, deviation, generator));
      else value.fill_(constant);
    }
  }
  syncWeights();
}

void Model::syncWeights() {
  if (!options_.bf16) return;
  if (!shares_) {
    flatCompute_.copy_(flatValue_);
    return;
  }
  for (auto& p : parameters_) p.compute.copy_(p.value);
}

at::Tensor Model::tensor(const std::string& name, bool gradient) const {
  for (const auto& p : parameters_) {
    if (p.name == name) return gradient ? p.gradient : p.value;
  }
  if (!gradient) {
    for (const auto& [statistic, value] : statistics_) {
      if (statistic == name) return value;
    }
  }
  throw std::invalid_argument("no parameter is named \"" + name + "\"");
}

std::vector<std::pair<std::string, std::vector<int64_t>>> Model::parameters() const {
  std::vector<std::pair<std::string, std::vector<int64_t>>> out;
  for (const auto& p : parameters_) out.emplace_back(p.name, p.shape);
  return out;
}

std::vector<std::pair<std::string, std::vector<int64_t>>> Model::tensors() const {
  auto out = parameters();
  for (const auto& [name, value] : statistics_) out.emplace_back(name, value.sizes().vec());
  return out;
}

// Parameter by parameter: a path has some of the store's only. Moments begin at 0 there, which gives a first step the
// numbers of torch.optim's first.
void Model::updateEach(const Update& options, const at::Tensor& rate) {
  const bool adam = isAdam(options.optimiser);
  const bool remembers = adam || options.momentum > 0;
  if (adam) moments_->uneven = true;
  if (options.clipNorm > 0) {
    std::vector<at::Tensor> gradients;
    for (const auto& p : parameters_) {
      if (p.reached) gradients.push_back(p.gradient);
    }
    clipGradients(gradients, options.clipNorm);
  }
  const double decays[] = {options.decay.weights, options.decay.norms, options.decay.biases};
  for (int kind = 0; kind < 3; ++kind) {
    Slots slots;
    for (const auto& p : parameters_) {
      // What has no gradient is left alone, as torch.optim does: other paths' momentum would move it.
      if (p.kind != kind || !p.reached) continue;
      const auto part = [&](const at::Tensor& flat) {
        return flat.as_strided(p.shape, p.value.strides(), p.offset);
      };
      slots.values.push_back(p.value);
      slots.gradients.push_back(p.gradient);
      if (remembers) slots.first.push_back(part(moments_->first));
      if (options.optimiser != Optimiser::Sgd) slots.second.push_back(part(moments_->second));
      if (adam) slots.steps.push_back(moments_->steps.select(0, p.index));
    }
    if (slots.values.empty()) continue;
    if (adam) at::_foreach_add_(slots.steps, 1);
    optimise(options, decays[kind], slots, rate, /*isFirst=*/false);
  }
}

// All parameters of one decay in one call.
void Model::updateAll(const Update& options, const at::Tensor& rate) {
  const bool adam = isAdam(options.optimiser);
  if (options.clipNorm > 0) clipGradients({flatGradient_}, options.clipNorm);
  if (adam) moments_->steps.add_(1);
  const auto step = [&](int64_t from, int64_t to, double decay) {
    const auto part = [&](const at::Tensor& flat) { return flat.narrow(0, from, to - from); };
    Slots slots{{part(flatValue_)}, {part(flatGradient_)}, {}, {}, {}};
    if (adam || options.momentum > 0) slots.first = {part(moments_->first)};
    if (options.optimiser != Optimiser::Sgd) slots.second = {part(moments_->second)};
    if (adam) slots.steps = {moments_->steps.select(0, 0)};
    optimise(options, decay, slots, rate, firstUpdate_);
  };
  const double decays[] = {options.decay.weights, options.decay.norms, options.decay.biases};
  int64_t from = 0;
  for (int kind = 0; kind < 3; ++kind) {
    if (kind < 2 && decays[kind + 1] == decays[kind]) continue;  // one call for both
    if (kindEnd_[kind] > from) step(from, kindEnd_[kind], decays[kind]);
    from = kindEnd_[kind];
  }
}

void Model::update(const Update& options, const at::Tensor& rate) {
  if (shares_ && options.averageDecay > 0) {
    throw std::invalid_argument("averageDecay: expected 0 on a path, whose store keeps no averages");
  }
  moments_->prepare(options.optimiser);
  // By a mixture some have no gradient.
  if (shares_ || moments_->uneven || mixtureSize_ > 0) updateEach(options, rate);
  else updateAll(options, rate);
  if (options.averageDecay > 0) {
    if (!averageValue_.defined()) {
      averageValue_ = flatValue_.clone();
      averageStatistics_ = flatStatistics_.clone();
    } else {
      averageValue_.lerp_(flatValue_, 1 - options.averageDecay);
      averageStatistics_.lerp_(flatStatistics_, 1 - options.averageDecay);
    }
  }
  firstUpdate_ = false;
  syncWeights();
}

OptimiserState Model::optimiserState() const {
  requireStore();
  OptimiserState state{!firstUpdate_, moments_->of};
  if (moments_->uneven) {
    const at::Tensor each = moments_->steps.to(at::kCPU, at::kFloat).contiguous();
    state.each.assign(each.const_data_ptr<float>(), each.const_data_ptr<float>() + parameters_.size());
  }
  if (moments_->steps.defined()) state.steps = static_cast<int64_t>(moments_->steps.select(0, 0).item<float>());
  state.second = moments_->second.defined();
  state.averages = averageValue_.defined();
  return state;
}

void Model::setOptimiserState(const OptimiserState& state) {
  requireStore();
  if (!state.each.empty() && state.each.size() != parameters_.size()) {
    throw std::invalid_argument("each: expected a number of steps for each of " + std::to_string(parameters_.size()) +
                                " parameters, or none, got " + std::to_string(state.each.size()));
  }
  moments_->first.zero_();
  moments_->second = at::Tensor();
  moments_->steps = at::Tensor();
  moments_->uneven = false;
  moments_->of = state.optimiser;
  if (state.second) moments_->prepare(state.optimiser);
  if (moments_->steps.defined()) moments_->steps.fill_(static_cast<double>(state.steps));
  if (!state.each.empty() && moments_->steps.defined()) {
    for (size_t i = 0; i < state.each.size(); ++i) moments_->steps.select(0, static_cast<int64_t>(i)).fill_(state.each[i]);
    moments_->uneven = true;
  }
  averageValue_ = state.averages ? at::zeros_like(flatValue_) : at::Tensor();
  averageStatistics_ = state.averages ? at::zeros_like(flatStatistics_) : at::Tensor();
  firstUpdate_ = !state.updated;
}

at::Tensor Model::remembered(const std::string& name, Remembered what) const {
  const at::Tensor& flat = what == Remembered::First    ? moments_->first
                           : what == Remembered::Second ? moments_->second
                                                        : averageValue_;
  if (!flat.defined()) {
    throw std::invalid_argument(std::string("expected a model that remembers \"") + kRemembered[static_cast<int>(what)] +
                                "\", got one that does not");
  }
  for (const auto& p : parameters_) {
    if (p.name == name) return flat.as_strided(p.shape, p.value.strides(), p.offset);
  }
  if (what == Remembered::Average) {
    for (const auto& [statistic, value] : statistics_) {
      // A view of flatStatistics_, and its average lies at the same place of theirs.
      if (statistic == name) return averageStatistics_.as_strided(value.sizes(), value.strides(), value.storage_offset());
    }
  }
  throw std::invalid_argument("no parameter is named \"" + name + "\"");
}

void Model::requireStore() const {
  if (shares_) throw std::invalid_argument("model: expected a store of weights, got a path");
}

Snapshot Model::snapshot() const {
  requireStore();
  return {moments_, flatValue_.clone(), flatStatistics_.clone(), moments_->copy(), firstUpdate_};
}

void Model::rewind(const Snapshot& snapshot) {
  requireStore();
  if (snapshot.of.lock() != moments_) {
    throw std::invalid_argument("snapshot: expected one of these weights, got one of another store's");
  }
  flatValue_.copy_(snapshot.values);
  flatStatistics_.copy_(snapshot.statistics);
  moments_->assign(snapshot.moments);
  firstUpdate_ = snapshot.firstUpdate;
  syncWeights();
}

KeptGradients Model::keepGradients() const {
  if (moments_->lastBackward != this) {
    throw std::invalid_argument("expected a pass with gradients before, got none since this model's weights were made or another path's");
  }
  const auto reached = std::count_if(parameters_.begin(), parameters_.end(), [](const Parameter& p) { return p.reached; });
  at::Tensor values;
  if (reached == moments_->parameters) {
    values = flatGradient_.clone();
  } else {
    values = at::zeros_like(flatGradient_);
    for (const auto& p : parameters_) {
      if (p.reached) values.as_strided(p.shape, p.value.strides(), p.offset).copy_(p.gradient);
    }
  }
  return {moments_, values, at::linalg_vector_norm(values, 2, std::nullopt, false, at::kDouble).item<double>()};
}

void Model::move(const KeptGradients& gradients, double by) {
  requireStore();
  if (gradients.of.lock() != moments_) {
    throw std::invalid_argument("gradients: expected some of these weights, got some of another store's");
  }
  flatValue_.add_(gradients.values, by);
  syncWeights();
}

void Model::recalibrate(const std::vector<at::Tensor>& batches) {
  markNeeded(false);
  std::vector<at::Tensor> running, mean, square, before;
  for (size_t i = 0, k = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].instruction.op != Op::Batchnorm) continue;
    if (i < main_ && needed_[i + 1]) {
      running.insert(running.end(), {statistics_[k].second, statistics_[k + 1].second});
      mean.push_back(at::zeros_like(statistics_[k].second));
      square.push_back(at::zeros_like(statistics_[k].second));
    }
    k += 2;
  }
  for (const at::Tensor& t : running) before.push_back(t.clone());
  const double share = 1.0 / static_cast<double>(batches.size());
  try {
    for (const at::Tensor& images : batches) {
      // They move by the whole difference, which rounding would leave a trace of what was there in.
      for (const at::Tensor& t : running) t.zero_();
      forward(images, Mode::Recalibrate);
      for (size_t i = 0; i < mean.size(); ++i) {
        mean[i].add_(running[2 * i], share);
        square[i].add_(running[2 * i].square().add_(running[2 * i + 1]), share);
      }
    }
  } catch (...) {
    for (size_t i = 0; i < running.size(); ++i) running[i].copy_(before[i]);
    throw;
  }
  for (size_t i = 0; i < mean.size(); ++i) {
    running[2 * i].copy_(mean[i]);
    running[2 * i + 1].copy_(square[i].sub_(mean[i].square()).clamp_min_(0));
  }
}

std::string Model::unusableGradient() const {
  for (const auto& p : parameters_) {
    if (!p.reached) continue;
    bool finite = true;
    if (p.gradient.is_cpu() && p.gradient.scalar_type() == at::kFloat) {
      // Views of parameters are dense. What is not finite has all bits of the exponent.
      const auto* values = static_cast<const uint32_t*>(p.gradient.const_data_ptr());
      constexpr uint32_t kExponent = 0x7f800000;
      for (int64_t i = 0, n = p.gradient.numel(); i < n; ++i) finite &= (values[i] & kExponent) != kExponent;
    } else {
      finite = at::isfinite(p.gradient).all().item<bool>();
    }
    if (!finite) return p.name;
  }
  return {};
}

void Model::exchangeAverages() {
  if (!averageValue_.defined()) return;
  const auto exchange = [](at::Tensor& a, at::Tensor& b) {
    const at::Tensor kept = a.clone();
    a.copy_(b);
    b.copy_(kept);
  };
  exchange(flatValue_, averageValue_);
  exchange(flatStatistics_, averageStatistics_);
  syncWeights();
}

void Model::seedDropout(uint64_t seed) { dropoutChance_ = at::detail::createCPUGenerator(seed); }

at::Tensor Model::dropoutState() const { return dropoutChance_.get_state(); }

// In place: paths that draw from it go on with it.
void Model::setDropoutState(const at::Tensor& state) { dropoutChance_.set_state(state); }

at::Tensor Model::drawMask(const Instruction& op, at::IntArrayRef shape) {
  const double scale = op.op == Op::Droppath ? dropPathScale : 1;
  const double keep = 1 - static_cast<double>(op.rate) * scale;
  const at::Tensor mask = at::empty(shape, at::TensorOptions(computeType()));
  mask.bernoulli_(keep, dropoutChance_);
  if (keep > 0) mask.div_(keep);
  return mask;
}

void Model::redrawMasks() {
  for (size_t i = 0; i < masks_.size(); ++i) {
    if (masks_[i].defined()) masks_[i].copy_(drawMask(nodes_[i].instruction, masks_[i].sizes()));
  }
}

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

at::Tensor Model::forward(const at::Tensor& images, Mode mode) {
  probing_ = false;
  return pass(images, mode);
}

at::Tensor Model::probe(const at::Tensor& images) {
  probing_ = true;
  return pass(images, Mode::Train);
}

namespace {

// Whether an operator's gradient reads what it read, if only for its shape. Those of a weighted sum are read for the gradient of
// its weights alone.
bool readsInputs(Op op, bool mixtureGradients) {
  switch (op) {
    case Op::Relu:
    case Op::Sigmoid:
    case Op::Identity:
    case Op::Zero:
    case Op::Add:
    case Op::Dropout:
    case Op::Droppath:
      return false;
    case Op::Mix:
      return mixtureGradients;
    default:
      return true;
  }
}

// Whether an operator's gradient reads what it made.
bool readsOutput(const Instruction& op) {
  return op.op == Op::Relu || op.op == Op::Sigmoid || (op.op == Op::Batchnorm && (op.flag & Instruction::kRelu) != 0);
}

}  // namespace

at::Tensor Model::pass(const at::Tensor& images, Mode mode) {
  const bool training = mode == Mode::Train;
  const size_t n = nodes_.size();
  // Values that no gradient reads are let go of when nothing more is made of them.
  std::vector<char> kept(n + 1, !training || probing_);
  std::vector<int32_t> last = lastUse_;
  if (training && !probing_) {
    kept[main_] = kept[n] = true;
    for (size_t i = 0; i < n; ++i) {
      const Instruction& op = nodes_[i].instruction;
      if (readsOutput(op)) kept[i + 1] = true;
      for (size_t k = 0; k < op.inputs.size(); ++k) {
        const int32_t value = op.inputs[k];
        last[value] = static_cast<int32_t>(i);
        const bool residual = op.op == Op::Batchnorm && k > 0;
        if (!residual && readsInputs(op.op, mixtureGradients)) kept[value] = true;
      }
    }
  }
  values_.assign(n + 1, {});
  gradients_.assign(n + 1, {});
  normStates_.resize(n);
  kept_.resize(n);
  masks_.resize(n);
  markNeeded(training);
  mixtureGradient_.assign(static_cast<size_t>(mixtureSize_), 0);
  values_[0] = images.to(options_.device, computeType(), false, false, layout_);
  normScales_.resize(n);
  markLeft(values_[0]);
  for (size_t i = 0; i < (training ? n : main_); ++i) {
    breakOff();
    try {
      if (needed_[i + 1]) values_[i + 1] = run(i, mode);
    } catch (const c10::Error& error) {
      const std::string problem = error.what_without_backtrace();
      forget();
      throw std::runtime_error("layer \"" + nodes_[i].instruction.name + "\": " + problem);
    }
    if (!training) kept_[i].reset();
    for (const int32_t value : nodes_[i].instruction.inputs) {
      if (last[value] == static_cast<int32_t>(i) && !(training && kept[value])) values_[value].reset();
    }
  }
  const at::Tensor logits = values_[main_].to(storedType()).flatten(1);
  if (!training) {
    values_.assign(n + 1, {});
    normStates_.assign(n, {});
  }
  return logits;
}

void Model::breakOff() {
  if (!interruption || !*interruption) return;
  forget();
  throw Interrupted();
}

// Of a pass that ended early, what it held.
void Model::forget() {
  for (auto* tensors : {&values_, &kept_}) tensors->assign(tensors->size(), {});
  normStates_.assign(normStates_.size(), {});
  gradients_.assign(gradients_.size(), {});
}

at::Tensor Model::auxiliaryLogits() const {
  if (main_ == nodes_.size() || values_.empty() || !values_.back().defined()) return {};
  return values_.back().to(storedType()).flatten(1);
}

at::Tensor Model::run(size_t i, Mode mode) {
  const Node& node = nodes_[i];
  const Instruction& op = node.instruction;
  const at::Tensor& x = values_[op.inputs[0]];
  const at::Tensor second = op.inputs.size() > 1 ? values_[op.inputs[1]] : at::Tensor();
  switch (op.op) {
    case Op::Conv: {
      std::optional<at::Tensor> bias;
      if (node.bias >= 0) bias = parameters_[node.bias].compute;
      return convolve(op, x, parameters_[node.weight].compute, bias, kept_[i]);
    }
    case Op::Batchnorm:
      if (left_[i + 1]) {
        const at::Tensor own = x.contiguous(kChannelsLast);
        std::optional<double> momentum;
        if (mode != Mode::Evaluate) momentum = mode == Mode::Train ? Norm::kMomentum : 1.0;
        normScales_[i] = normSummand(node.norm, own, momentum, normStates_[i]);
        return own;
      }
      if (mode == Mode::Evaluate) return normEvaluate(node.norm, x, second);
      return normTrain(node.norm, x, second, mode == Mode::Train ? Norm::kMomentum : 1.0, normStates_[i]);
    case Op::Relu:
      if (node.inPlace && !probing_) return values_[op.inputs[0]].relu_();
      return at::relu(x);
    case Op::Silu:
      return at::silu(x);
    case Op::Sigmoid:
      return at::sigmoid(x);
    case Op::Maxpool:
      return maxPool(op, x, kept_[i]);
    case Op::Avgpool2d:
      return averagePool(op, x);
    case Op::Identity:
      return x;
    case Op::Zero:
      return at::empty({x.size(0), x.size(1), (x.size(2) - 1) / op.strideHeight + 1, (x.size(3) - 1) / op.strideHeight + 1},
                       x.options(), layout_)
          .zero_();
    case Op::Subsample:
      return subsample(op, x, layout_);
    case Op::Concat: {
      std::vector<at::Tensor> inputs;
      for (const int32_t value : op.inputs) inputs.push_back(values_[value]);
      return concatenate(inputs);
    }
    case Op::Avgpool:
      return at::mean(x, at::IntArrayRef{2, 3}, /*keepdim=*/true);
    case Op::Linear:
      // Height and width 1 as elsewhere: a gate may be made by linear layers.
      return at::addmm(parameters_[node.bias].compute, x.flatten(1), parameters_[node.weight].compute.t())
          .view({x.size(0), op.out, 1, 1});
    case Op::Add: {
      at::Tensor sum = x.add(second);
      for (size_t k = 2; k < op.inputs.size(); ++k) sum.add_(values_[op.inputs[k]]);
      return sum;
    }
    case Op::Mix:
      return mix(op);
    case Op::Multiply:
      return x.mul(second);
    case Op::Dropout:
    case Op::Droppath: {
      if (mode != Mode::Train) return x;
      const at::IntArrayRef all = x.sizes();
      const int64_t one[] = {all[0], 1, 1, 1};  // an image's whole branch at once
      if (!recording) masks_[i] = drawMask(op, op.op == Op::Dropout ? all : at::IntArrayRef(one, all.size())).to(x.device());
      return x.mul(masks_[i]);
    }
  }
  throw std::invalid_argument("layer \"" + op.name + "\": unknown operator");
}

void Model::backward(const at::Tensor& logitsGradient, const at::Tensor& auxiliaryGradient) {
  const size_t n = nodes_.size();
  if (values_.empty() || !values_[n].defined()) throw std::logic_error("backward: no forward pass in training mode came before");
  if (main_ < n && auxiliaryGradient.defined()) {
    gradients_[n] = {auxiliaryGradient.to(computeType()).view_as(values_[n]), true};
  }
  accumulate(static_cast<int32_t>(main_), logitsGradient.to(computeType()).view_as(values_[main_]), true);
  moments_->lastBackward = nullptr;
  for (size_t i = n; i-- > 0;) {
    breakOff();
    Gradient gradient = std::move(gradients_[i + 1]);
    gradients_[i + 1] = {};
    const bool reached = gradient.value.defined();
    for (const int index : {nodes_[i].weight, nodes_[i].bias}) {
      if (index < 0) continue;
      Parameter& parameter = parameters_[index];
      parameter.reached = reached;
      char& stale = moments_->stale[parameter.index];
      // Nothing that the loss depends on reads it. What a pass before left there is not this one's.
      if (!reached && stale) parameter.gradient.zero_();
      stale = reached;
    }
    if (reached) runBackward(i, std::move(gradient));
    values_[i + 1].reset();
    normStates_[i] = {};
    kept_[i].reset();
  }
  values_[0].reset();
  if (weightGradients) moments_->lastBackward = this;
}

void Model::runBackward(size_t i, Gradient gradient) {
  const Node& node = nodes_[i];
  const Instruction& op = node.instruction;
  const at::Tensor& x = values_[op.inputs[0]];
  const at::Tensor& y = values_[i + 1];
  const at::Tensor& dy = gradient.value;
  switch (op.op) {
    case Op::Conv: {
      auto [dx, dw, db] = convolveBackward(op, dy, x, kept_[i], parameters_[node.weight].compute,
                                           needsGradient(op.inputs[0]), weightGradients);
      if (weightGradients) {
        parameters_[node.weight].gradient.copy_(dw);
        if (node.bias >= 0) parameters_[node.bias].gradient.copy_(db);
      }
      if (needsGradient(op.inputs[0])) accumulate(op.inputs[0], dx, true);
      return;
    }
    case Op::Batchnorm: {
      const bool hasResidual = op.inputs.size() > 1;
      const auto gradientOf = [&](int index) { return index < 0 ? at::Tensor() : parameters_[index].gradient; };
      NormGradient g = normBackward(node.norm, normStates_[i], x, y, dy, hasResidual, gradient.owned,
                                    gradientOf(node.weight), gradientOf(node.bias));
      // Without a ReLU the residual's gradient is dy itself, owned if it was.
      if (hasResidual) accumulate(op.inputs[1], g.residual, gradient.owned || !g.residual.is_same(dy));
      accumulate(op.inputs[0], g.input, true);
      return;
    }
    case Op::Relu: {
      at::Tensor dx = gradient.owned ? dy : at::empty_like(dy);
      at::threshold_backward_out(dx, dy, y, 0);
      accumulate(op.inputs[0], dx, true);
      return;
    }
    case Op::Silu:
      accumulate(op.inputs[0], at::silu_backward(dy, x), true);
      return;
    case Op::Sigmoid:
      accumulate(op.inputs[0], at::sigmoid_backward(dy, y), true);
      return;
    case Op::Maxpool:
      accumulate(op.inputs[0], maxPoolBackward(op, dy, x, kept_[i]), true);
      return;
    case Op::Avgpool2d:
      accumulate(op.inputs[0], averagePoolBackward(op, dy, x), true);
      return;
    case Op::Identity:
      accumulate(op.inputs[0], dy, gradient.owned);
      return;
    case Op::Zero:
      return;
    case Op::Subsample:
      accumulate(op.inputs[0], subsampleBackward(op, dy, x, layout_), true);
      return;
    case Op::Concat: {
      int64_t first = 0;
      for (const int32_t value : op.inputs) {
        const at::Tensor& input = values_[value];
        const at::Tensor part =
            dy.narrow(1, first, input.size(1)).narrow(2, 0, input.size(2)).narrow(3, 0, input.size(3));
        first += input.size(1);
        const at::Tensor own = part.contiguous(layout_);
        // Parts do not overlap.
        accumulate(value, own, gradient.owned || !own.is_same(part));
      }
      return;
    }
    case Op::Avgpool: {
      at::Tensor dx = at::empty_like(x, x.options(), layout_);
      dx.copy_(dy.div(static_cast<double>(x.size(2) * x.size(3))).expand_as(x));
      accumulate(op.inputs[0], dx, true);
      return;
    }
    case Op::Linear: {
      const at::Tensor flat = x.flatten(1), dyFlat = dy.flatten(1);
      if (weightGradients) {
        parameters_[node.weight].gradient.copy_(at::mm(dyFlat.t(), flat));
        parameters_[node.bias].gradient.copy_(at::sum(dyFlat, at::IntArrayRef{0}, false, storedType()));
      }
      if (needsGradient(op.inputs[0])) {
        accumulate(op.inputs[0], at::mm(dyFlat, parameters_[node.weight].compute).view_as(x), true);
      }
      return;
    }
    case Op::Dropout:
    case Op::Droppath:
      accumulate(op.inputs[0], gradient.owned ? at::Tensor(dy).mul_(masks_[i]) : dy.mul(masks_[i]), true);
      return;
    case Op::Add:
      // All inputs share one gradient, so none owns it.
      for (const int32_t value : op.inputs) accumulate(value, dy, false);
      return;
    case Op::Mix:
      mixBackward(op, gradient);
      return;
    case Op::Multiply: {
      const at::Tensor& gate = values_[op.inputs[1]];
      accumulate(op.inputs[1], at::sum(dy.mul(x), at::IntArrayRef{2, 3}, true), true);
      accumulate(op.inputs[0], gradient.owned ? at::Tensor(dy).mul_(gate) : dy.mul(gate), true);
      return;
    }
  }
}

void Model::accumulate(int32_t value, at::Tensor gradient, bool owned) {
  if (!needsGradient(value)) return;
  Gradient& slot = gradients_[value];
  if (!slot.value.defined()) {
    slot = {std::move(gradient), owned};
  } else if (slot.owned) {
    slot.value.add_(gradient);
  } else if (owned) {
    gradient.add_(slot.value);
    slot = {std::move(gradient), true};
  } else {
    slot = {slot.value.add(gradient), true};
  }
}

}  // namespace netspace
