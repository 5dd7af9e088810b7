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

struct Instruction {
  Op op;
  std::vector<int32_t> inputs;  // value indices; of a normalisation a second one is the residual that it takes in
  // conv: in, out, kernel, stride, groups, bias; batchnorm: channels, -, -, -, -, relu; maxpool: -, -, kernel,
  // stride; linear: in, out
  int32_t in, out, kernel, stride, groups, flag;
  float rate;        // dropout, drop path: probability of a zero
  std::string name;  // of the layer that owns its parameters, for errors too
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

// Of a batch of activations.
struct Shape {
  int64_t count, channels, height, width;
};

// Throws std::invalid_argument naming the layer that cannot be run on such images, or whose values have not as many
// channels as there are `classes` at the end; and an error of memory for what no machine holds. A program that runs on
// images of 1 × 1 is well formed, whatever the images' size.
void checkProgram(const std::vector<Instruction>& program, const Shape& images, int64_t classes);

// Channels of the images that a program reads, by the first layer that says so; of one that leaves images as they are,
// as many as there are `classes`. Takes any program, for `checkProgram` to look at.
int64_t imageChannels(const std::vector<Instruction>& program, int64_t classes);

}  // namespace netspace
