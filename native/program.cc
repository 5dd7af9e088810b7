// See program.h. The rules are those of inferShapes in src/networks/shapes.ts.
#include "program.h"

#include <cmath>
#include <stdexcept>
#include <unordered_set>

namespace netspace {
namespace {

constexpr const char* kNames[] = {"conv",    "norm",   "relu", "silu",     "sigmoid", "maxpool",
                                  "avgpool", "linear", "add",  "multiply", "dropout", "droppath"};

// Elements beyond which sizes in bytes, and their sums over layers, might not fit an int64; no machine holds as many.
constexpr double kMost = 0x1p50;

std::string text(const Shape& s) {
  return std::to_string(s.channels) + " × " + std::to_string(s.height) + " × " + std::to_string(s.width);
}

class Layer {
 public:
  explicit Layer(const Instruction& instruction) : op_(instruction) {}

  [[noreturn]] void fail(const std::string& expected, const std::string& got) const {
    throw std::invalid_argument("layer \"" + op_.name + "\" (" + kNames[static_cast<int>(op_.op)] + "): expected " +
                                expected + ", got " + got);
  }
  void count(const char* key, int32_t value) const {
    if (value < 1) fail(std::string(key) + " to be a positive integer", std::to_string(value));
  }
  void window() const {
    count("kernel", op_.kernel);
    count("stride", op_.stride);
    // The padding (kernel − 1) / 2 exists for odd kernels only.
    if (op_.kernel % 2 == 0) fail("an odd kernel", std::to_string(op_.kernel));
  }
  void channels(int64_t expected, const Shape& x) const {
    if (x.channels != expected) fail("an input of " + std::to_string(expected) + " channels", text(x));
  }
  void same(const Shape& x, const Shape& y) const {
    if (x.channels != y.channels || x.height != y.height || x.width != y.width) {
      fail("two inputs of one shape", text(x) + " and " + text(y));
    }
  }
  Shape strided(const Shape& x, int64_t channels) const {
    return {x.count, channels, (x.height - 1) / op_.stride + 1, (x.width - 1) / op_.stride + 1};
  }

  // The shape that it makes of its inputs; `y` is null without a second.
  Shape output(const Shape& x, const Shape* y) const {
    const bool two = op_.op == Op::Add || op_.op == Op::Multiply;
    if (two && !y) fail("2 inputs", "1");
    if (!two && op_.op != Op::Norm && y) fail("1 input", "2");
    switch (op_.op) {
      case Op::Conv:
        count("in", op_.in);
        count("out", op_.out);
        count("groups", op_.groups);
        window();
        channels(op_.in, x);
        if (op_.in % op_.groups != 0 || op_.out % op_.groups != 0) {
          fail("groups that divide the channels in and out",
               std::to_string(op_.groups) + " groups for " + std::to_string(op_.in) + " → " +
                   std::to_string(op_.out) + " channels");
        }
        return strided(x, op_.out);
      case Op::Norm:
        count("channels", op_.in);
        channels(op_.in, x);
        if (y) same(x, *y);
        return x;
      case Op::MaxPool:
        window();
        return strided(x, x.channels);
      case Op::AvgPool:
        return {x.count, x.channels, 1, 1};
      case Op::Linear:
        count("in", op_.in);
        count("out", op_.out);
        if (x.height != 1 || x.width != 1) fail("an input of height and width 1", text(x));
        channels(op_.in, x);
        return {x.count, op_.out, 1, 1};
      case Op::Add:
        same(x, *y);
        return x;
      case Op::Multiply:
        if (x.channels != y->channels || y->height != 1 || y->width != 1) {
          fail("a gate of " + std::to_string(x.channels) + " × 1 × 1 as second input", text(*y));
        }
        return x;
      case Op::Dropout:
      case Op::DropPath:
        if (!(op_.rate >= 0 && op_.rate < 1)) fail("a rate in [0, 1)", std::to_string(op_.rate));
        return x;
      case Op::Relu:
      case Op::Silu:
      case Op::Sigmoid:
        return x;
    }
    fail("a known operator", std::to_string(static_cast<int32_t>(op_.op)));
  }

  // Of its parameters.
  double elements() const {
    if (op_.op == Op::Conv) return 1.0 * op_.out * (op_.in / op_.groups) * op_.kernel * op_.kernel + op_.out;
    if (op_.op == Op::Linear) return 1.0 * op_.out * op_.in + op_.out;
    return op_.op == Op::Norm ? 4.0 * op_.in : 0;
  }

 private:
  const Instruction& op_;
};

double elementsOf(const Shape& s) { return 1.0 * s.count * s.channels * s.height * s.width; }

}  // namespace

void checkProgram(const std::vector<Instruction>& program, const Shape& images, int64_t classes) {
  if (program.empty()) throw std::invalid_argument("expected a program of at least one instruction, got none");
  std::vector<Shape> values{images};
  values.reserve(program.size() + 1);
  std::unordered_set<std::string> names;
  double all = elementsOf(images);
  for (size_t i = 0; i < program.size(); ++i) {
    const Instruction& op = program[i];
    const auto number = static_cast<int32_t>(op.op);
    if (number < 0 || number >= static_cast<int32_t>(std::size(kNames))) {
      throw std::invalid_argument("layer \"" + op.name + "\": expected an operator from 0 to " +
                                  std::to_string(std::size(kNames) - 1) + ", got " + std::to_string(number));
    }
    const Layer layer(op);
    if (!names.insert(op.name).second) layer.fail("a name that no other layer has", "\"" + op.name + "\" again");
    for (int k = 0; k < 2; ++k) {
      const int32_t value = op.inputs[k];
      if (value < (k == 0 ? 0 : -1) || (value >= 0 && static_cast<size_t>(value) > i)) {
        layer.fail("inputs among the " + std::to_string(i + 1) + " values before it", std::to_string(value));
      }
    }
    const Shape* second = op.inputs[1] < 0 ? nullptr : &values[op.inputs[1]];
    values.push_back(layer.output(values[op.inputs[0]], second));
    all += elementsOf(values.back()) + layer.elements();
    if (all > kMost) {
      throw std::runtime_error("out of memory: layer \"" + op.name +
                               "\": weights and feature maps up to here have more than 2^50 elements");
    }
  }
  const Shape& logits = values.back();
  if (logits.channels != classes || logits.height != 1 || logits.width != 1) {
    Layer(program.back())
        .fail("logits of " + std::to_string(classes) + " × 1 × 1, one for each class", text(logits));
  }
}

int64_t imageChannels(const std::vector<Instruction>& program, int64_t classes) {
  // Values with the image's channels.
  std::vector<bool> same(program.size() + 1, false);
  same[0] = true;
  for (size_t i = 0; i < program.size(); ++i) {
    const Instruction& op = program[i];
    const int32_t value = op.inputs[0];
    if (value < 0 || static_cast<size_t>(value) > i || !same[value]) continue;
    if (op.op == Op::Conv || op.op == Op::Norm || op.op == Op::Linear) return op.in;
    same[i + 1] = true;
  }
  return classes;
}

}  // namespace netspace
