// A network as JavaScript hands it over, and whether it can be run: every number that an operator would index,
// divide or allocate by is checked here, before a tensor exists.
//
// A program is operators in topological order, each reading earlier values by index (value 0 is the image, operator i
// makes value i + 1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace netspace {

// The order is shared with src/training/engines/torch/program.ts.
enum class Op : int32_t {
  Conv, Norm, Relu, Silu, Sigmoid, MaxPool, AvgPool, Linear, Add, Multiply, Dropout, DropPath
};

struct Instruction {
  Op op;
  int32_t inputs[2];  // value indices; -1 is none
  // conv: in, out, kernel, stride, groups, bias; norm: channels, -, -, -, -, relu; maxpool: -, -, kernel,
  // stride; linear: in, out
  int32_t in, out, kernel, stride, groups, flag;
  float rate;        // dropout, drop path: probability of a zero
  std::string name;  // of the layer that owns its parameters, for errors too
};

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
