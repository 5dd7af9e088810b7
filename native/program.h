// A network as JavaScript hands it over, and whether it can be run: every number that an operator would index,
// divide or allocate by is checked here, before a tensor exists.
//
// A program is operators in topological order, each reading earlier values by index (value 0 is the image, operator i
// makes value i + 1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operators.h"

namespace netspace {

// Of windows, as src/networks/window.ts has it: centred is (kernel − 1) / 2 · dilation at both ends.
enum class Padding : int32_t { Centred, Same, Valid };

struct Instruction {
  Op op;
  std::vector<int32_t> inputs;  // value indices; of a normalisation a second one is the residual that it takes in
  int32_t in, out;              // conv, linear: channels; batchnorm: channels in `in`
  // conv and local pooling; zero and subsample have one stride, in strideHeight
  int32_t kernelHeight, kernelWidth, strideHeight, strideWidth, dilation;
  Padding padding;
  int32_t groups;  // conv
  int32_t offset;  // subsample; mix: where its inputs' weights begin in a mixture
  int32_t flag;    // conv: bias; batchnorm: kRelu, kPlain; avgpool2d: counts padding; concat: pads
  float rate;      // dropout, drop path: probability of a zero
  double epsilon;  // batchnorm: added to the variance
  std::string name;  // of the layer that owns its parameters, for errors too

  // Flags of a normalisation: with a ReLU behind it; without scale and shift.
  static constexpr int32_t kRelu = 1, kPlain = 2;
  bool affine() const { return (flag & kPlain) == 0; }
};

struct Program {
  std::vector<Instruction> instructions;
  // How many of them are the network, whose last one gives the logits; those behind are its auxiliary head, if it has
  // one, whose last one gives logits as well. The head is for training alone.
  size_t main;

  bool hasHead() const { return main < instructions.size(); }
  // How many weights of weighted sums come with each call that runs it.
  int64_t mixtureSize() const;
};

// A parameter of a layer; the running statistics of a normalisation come besides.
struct ParameterFacts {
  const char* suffix;  // "weight" or "bias", behind the layer's name and a dot
  std::vector<int64_t> shape;
  int kind;          // 0 weights, 1 scale and shift of normalisations, 2 other biases
  double deviation;  // drawn around 0 with this standard deviation; 0 is filled with `constant`
  double constant;
};

// Those of an instruction, as `weights` of its operator in src/networks/operators has them.
std::vector<ParameterFacts> parametersOf(const Instruction& instruction);

// How a window lies along a side of a map: `lay` in src/networks/window.ts.
struct Lay {
  int64_t outputs, before, behind;
};
Lay lay(int64_t size, int64_t kernel, int64_t stride, int64_t dilation, Padding padding);

// Of a batch of activations.
struct Shape {
  int64_t count, channels, height, width;
};

// Throws std::invalid_argument naming the layer that cannot be run on such images, or whose values have not as many
// channels as there are `classes` at the end; and an error of memory for what no machine holds. The auxiliary head is
// looked at where `training`.
void checkProgram(const Program& program, const Shape& images, int64_t classes, bool training);

// Channels of the images that a program reads, by the first layer that says so; of one that leaves images as they are,
// as many as there are `classes`. Takes any program, for `checkProgram` to look at.
int64_t imageChannels(const std::vector<Instruction>& program, int64_t classes);

}  // namespace netspace
