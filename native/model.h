// A network's parameters on a device, and the interpreter of its operators, forward and backward.
//
// The network arrives as a program (program.h). The backward pass is written out here rather than
// recorded by autograd: it frees each value as soon as it is done with, reuses buffers in place and has no
// overhead a node, which is what small networks spend their time on.
#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "norm.h"
#include "optimiser.h"
#include "program.h"

namespace netspace {

struct ModelOptions {
  int64_t channels;  // of the images
  int64_t classes;
  bool bf16, tf32, float64;
  at::Device device;
  uint64_t seed;
};

// Train: the batch's statistics normalise, the running ones move, dropout acts, and `backward` may follow.
// Recalibrate: the same statistics, but they replace the running ones; dropout rests and nothing is kept.
// Evaluate: the running statistics normalise.
enum class Mode { Train, Recalibrate, Evaluate };

// What an update leaves of a parameter: the two moments of an optimiser, and its moving average.
enum class Remembered { First, Second, Average };
inline constexpr const char* kRemembered[] = {"first", "second", "average"};

struct OptimiserState {
  bool updated = false;  // whether a step was ever taken
  Optimiser optimiser = Optimiser::Sgd;
  int64_t steps = 0;       // that Adam has counted
  std::vector<float> each;  // the same of every parameter, where paths were trained and they may differ; else empty
  bool second = false;     // whether there is a second moment
  bool averages = false;   // whether there are moving averages
};

// What a store of weights is at one time: all that a later step depends on, but for the chance of dropout.
struct Snapshot {
  std::weak_ptr<const Moments> of;  // the store's
  at::Tensor values, statistics;
  Moments moments;
  bool firstUpdate;
};

// Gradients of one pass, of all parameters of its store; 0 of those that it did not reach.
struct KeptGradients {
  std::weak_ptr<const Moments> of;
  at::Tensor values;
  double norm;
};

// A pass that was asked to break off. Weights are as they were.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("was cancelled") {}
};

class Model {
 public:
  // Of a program that `checkProgram` accepts.
  Model(const Program& program, const ModelOptions& options);

  ~Model();

  // A path through a store of weights: every parameter, gradient, moment and running statistic is the store's of the
  // same name, in place, so that a step of either is seen by both. Throws std::invalid_argument naming a layer whose
  // weights the store does not have, or has in another shape.
  // Its chance of dropout is the store's, which all paths then draw from in turn, or one of its own from a seed.
  Model(const Program& program, const Model& store, std::optional<uint64_t> seed);

  // Logits [N, classes], of the stored type, of normalised images [N, C, H, W] of any float type. The auxiliary head runs when
  // training.
  at::Tensor forward(const at::Tensor& images, Mode mode);
  // Those of the head, of the last pass in training; undefined where the program has none.
  at::Tensor auxiliaryLogits() const;

  // A forward pass in training mode that keeps every feature map as its layer made it, and whose backward pass gives the
  // gradient of the images as well: for whoever reads what training does not.
  at::Tensor probe(const at::Tensor& images);
  // Of the last `probe`, before its backward pass: what instruction i made is value i + 1.
  const at::Tensor& value(int64_t index) const { return values_[index]; }
  // Of the last `probe`, after its backward pass; undefined where nothing that the logits depend on reads the images.
  at::Tensor imageGradient() const { return gradients_[0].value; }

  // Sets every parameter's gradient from those of the logits, the head's too if it has one and its is defined. Consumes
  // what `forward` kept.
  void backward(const at::Tensor& logitsGradient, const at::Tensor& auxiliaryGradient = {});

  // The tensor of this name ("<layer>.weight", ".bias", ".running_mean", ".running_var") or of its gradient, as a
  // view; of the stored type. Throws std::invalid_argument for an unknown name.
  at::Tensor tensor(const std::string& name, bool gradient) const;
  std::vector<std::pair<std::string, std::vector<int64_t>>> tensors() const;
  // Of them, those that are learnt, in the same order.
  std::vector<std::pair<std::string, std::vector<int64_t>>> parameters() const;

  // The weights of weighted sums for the passes that follow, as many as the program has. What has weight 0, and what only
  // that needs, is not run. Throws std::invalid_argument where a sum would be of nothing.
  void setMixture(std::vector<double> mixture);
  // Of the last backward pass, with respect to them; 0 for what was not run.
  const std::vector<double>& mixtureGradient() const { return mixtureGradient_; }

  // One step of the optimiser on every parameter; with another optimiser than the last step's, it remembers nothing.
  // `rate`, if defined, is the learning rate as a float32 scalar on the device: a recorded step reads it there.
  void update(const Update& options, const at::Tensor& rate = {});

  // The first parameter that the last backward pass reached and whose gradient is not finite; empty where all are.
  std::string unusableGradient() const;

  // What the updates have left besides weights and running statistics, for a training that goes on later. Throws
  // std::invalid_argument for a path.
  OptimiserState optimiserState() const;
  // Makes room for it, zero but for the steps; the next update is then no first one.
  void setOptimiserState(const OptimiserState& state);
  // What is remembered of a parameter, or, of averages, of a running statistic, as a view; float32. Throws
  // std::invalid_argument for an unknown name, and for what is not remembered.
  at::Tensor remembered(const std::string& name, Remembered what) const;

  // Of a store, with what all of its paths have done; a path throws std::invalid_argument.
  Snapshot snapshot() const;
  // Puts a snapshot of this store back. Throws std::invalid_argument for one of another.
  void rewind(const Snapshot& snapshot);

  // Of the last backward pass; `update` may have clipped them since. Throws std::invalid_argument if that was not this
  // model's, which then has none.
  KeptGradients keepGradients() const;
  // Every weight += by · gradient. Throws std::invalid_argument for gradients of another store.
  void move(const KeptGradients& gradients, double by);

  // Running statistics over some batches [N, C, H, W] alone, of the normalisations that are run: means of the batches' means
  // and of their squares.
  void recalibrate(const std::vector<at::Tensor>& batches);

  // Exchanges weights and running statistics with their moving averages, or back. No-op while there are none.
  void exchangeAverages();

  // Running statistics of all normalisations, [2, channels of all]: means, then variances.
  at::Tensor statistics() const { return flatStatistics_; }

  // Restarts the chance of dropout from a seed. Masks are drawn on the CPU, so that a seed means the same everywhere.
  void seedDropout(uint64_t seed);
  // The chance of dropout as bytes, and back; throws c10::Error for what is no generator's state.
  at::Tensor dropoutState() const;
  void setDropoutState(const at::Tensor& state);
  // Draws the next step's masks into those of the last; before replaying a recorded step.
  void redrawMasks();

  // Of every drop path's rate, in [0, 1]: for schedules over a training.
  double dropPathScale = 1;

  // What backward passes give besides the images' gradient: of the weights, and of the mixture. What is not asked for is not
  // computed; gradients of weights are then nobody's.
  bool weightGradients = true, mixtureGradients = true;

  // After parameters changed: refreshes the copies that the forward pass reads in its own precision.
  void syncWeights();

  const ModelOptions& options() const { return options_; }
  // Of weights, gradients and logits; the passes may compute in less.
  at::ScalarType storedType() const { return options_.float64 ? at::kDouble : at::kFloat; }
  at::ScalarType computeType() const { return options_.bf16 ? at::kBFloat16 : storedType(); }

  // While a step is recorded nothing may be copied to the device: the masks of the step before serve.
  bool recording = false;

  // Set from another thread; a cancelled model takes no further step.
  std::atomic<bool> cancelled{false};
  // Set from another thread while a pass runs, if there: it breaks off at the next layer and throws Interrupted.
  std::shared_ptr<const std::atomic<bool>> interruption;

 private:
  struct Parameter {
    std::string name;
    std::vector<int64_t> shape;
    int kind;                        // 0 weights, 1 scales and shifts of norms, 2 other biases
    int64_t offset;                  // into the flat buffers, elements
    int64_t index;                   // among the store's parameters
    at::Tensor value, gradient, compute;  // views; `compute` in the precision of the forward pass
    bool reached = false;                 // by the last backward pass
  };
  // What an operator refers to, resolved once.
  struct Node {
    Instruction instruction;
    int weight = -1, bias = -1;  // indices of parameters_
    Norm norm;
    bool inPlace = false;  // may overwrite its input
    bool summed = false;   // a normalisation that one weighted sum alone reads
  };
  struct Gradient {
    at::Tensor value;
    bool owned = false;  // no other holder: may be overwritten
  };

  void connect(const Program& program);
  void breakOff();
  void forget();
  void requireStore() const;
  void markNeeded(bool training);
  void markLeft(const at::Tensor& images);
  std::vector<size_t> termsOf(const Instruction& op) const;
  at::Tensor mix(const Instruction& op) const;
  void mixBackward(const Instruction& op, const Gradient& gradient);
  // Whether it is made of zeros alone, which add nothing to a sum.
  bool isZero(int32_t value) const { return value > 0 && nodes_[value - 1].instruction.op == Op::Zero; }
  void connectNorm(Node& node, const at::Tensor& runningMean, const at::Tensor& runningVariance);
  void name();
  void allocate();
  void share(const Model& store);
  void initialise();
  void updateAll(const Update& options, const at::Tensor& rate);
  void updateEach(const Update& options, const at::Tensor& rate);
  at::Tensor pass(const at::Tensor& images, Mode mode);
  at::Tensor run(size_t node, Mode mode);
  at::Tensor drawMask(const Instruction& op, at::IntArrayRef shape);
  void runBackward(size_t node, Gradient gradient);
  void accumulate(int32_t value, at::Tensor gradient, bool owned);
  // Whether the backward pass goes on to it: the images' gradient is seldom wanted.
  bool needsGradient(int32_t value) const { return value != 0 || probing_; }

  // Of feature maps and of the weights of convolutions.
  at::MemoryFormat layout_ = at::MemoryFormat::ChannelsLast;
  ModelOptions options_;
  std::vector<Node> nodes_;
  size_t main_ = 0;  // how many of them are not of the auxiliary head
  std::vector<Parameter> parameters_;
  std::vector<std::pair<std::string, at::Tensor>> statistics_;
  int64_t mixtureSize_ = 0;
  std::vector<double> mixture_, mixtureGradient_;
  std::vector<char> needed_;      // which values the logits depend on, by this mixture
  std::vector<char> left_;        // which values are what a normalisation reads: the sum behind it applies it
  std::vector<int32_t> lastUse_;  // last node that reads each value, of those that evaluation runs
  at::Tensor flatValue_, flatGradient_, flatCompute_;
  std::shared_ptr<Moments> moments_;            // the store's, for all of its paths
  at::Tensor flatStatistics_;                   // [2, channels]
  at::Tensor averageValue_, averageStatistics_;  // once an update asked for averages
  int64_t kindEnd_[3];  // where weights, scales and shifts of norms, and other biases end in the flat buffers
  bool firstUpdate_ = true;
  bool shares_ = false;  // a path: its parameters do not lie together, the flat buffers are the store's
  bool probing_ = false;
  at::Generator dropoutChance_;

  // State between forward and backward.
  std::vector<at::Tensor> values_;
  std::vector<NormState> normStates_;
  std::vector<NormScale> normScales_;  // of the normalisations that are left to sums
  std::vector<at::Tensor> kept_;     // indices of max pooling, padded inputs of convolutions
  std::vector<at::Tensor> masks_;    // of dropout and drop path: 0 or 1 / (1 − rate)
  std::vector<Gradient> gradients_;
};

}  // namespace netspace
