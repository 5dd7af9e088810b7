// See program.h. The rules are those of inferShapes in src/networks/shapes.ts.
#include "program.h"

#include <cmath>
#include <stdexcept>
#include <unordered_set>

namespace netspace {
namespace {

// Elements beyond which sizes in bytes, and their sums over layers, might not fit an int64; no machine holds as many.
constexpr double kMost = 0x1p50;

std::string text(const Shape& s) {
  return std::to_string(s.channels) + " × " + std::to_string(s.height) + " × " + std::to_string(s.width);
}

class Layer {
 public:
  explicit Layer(const Instruction& instruction) : op_(instruction) {}

  [[noreturn]] void fail(const std::string& expected, const std::string& got) const {
    throw std::invalid_argument("layer \"" + op_.name + "\" (" + kOperators[static_cast<int>(op_.op)].name + "): expected " +
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

  // The shape that it makes of its inputs.
  Shape output(const std::vector<Shape>& inputs) const {
    const auto& [name, least, most] = kOperators[static_cast<int>(op_.op)];
    const auto given = static_cast<int32_t>(inputs.size());
    // A normalisation may have taken in a residual.
    if (given < least || given > most + (op_.op == Op::Batchnorm)) {
      const std::string wanted = std::to_string(given < least ? least : most);
      fail(wanted + (wanted == "1" ? " input" : " inputs"), std::to_string(given));
    }
    const Shape& x = inputs[0];
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
      case Op::Batchnorm:
        count("channels", op_.in);
        channels(op_.in, x);
        if (given > 1) same(x, inputs[1]);
        return x;
      case Op::Maxpool:
        window();
        return strided(x, x.channels);
      case Op::Avgpool:
        return {x.count, x.channels, 1, 1};
      case Op::Linear:
        count("in", op_.in);
        count("out", op_.out);
        if (x.height != 1 || x.width != 1) fail("an input of height and width 1", text(x));
        channels(op_.in, x);
        return {x.count, op_.out, 1, 1};
      case Op::Add:
        same(x, inputs[1]);
        return x;
      case Op::Multiply:
        if (x.channels != inputs[1].channels || inputs[1].height != 1 || inputs[1].width != 1) {
          fail("a gate of " + std::to_string(x.channels) + " × 1 × 1 as second input", text(inputs[1]));
        }
        return x;
      case Op::Dropout:
      case Op::Droppath:
        if (!(op_.rate >= 0 && op_.rate < 1)) fail("a rate in [0, 1)", std::to_string(op_.rate));
        return x;
      case Op::Relu:
      case Op::Silu:
      case Op::Sigmoid:
        return x;
    }
    fail("a known operator", std::to_string(static_cast<int32_t>(op_.op)));
  }

  // Of its parameters, and statistics.
  double elements() const {
    double all = op_.op == Op::Batchnorm ? 2.0 * op_.in : 0;
    for (const auto& [suffix, shape, kind, deviation, constant] : parametersOf(op_)) {
      double size = 1;
      for (const int64_t length : shape) size *= static_cast<double>(length);
      all += size;
    }
    return all;
  }

 private:
  const Instruction& op_;
};

double elementsOf(const Shape& s) { return 1.0 * s.count * s.channels * s.height * s.width; }

}  // namespace

std::vector<ParameterFacts> parametersOf(const Instruction& op) {
  std::vector<ParameterFacts> all;
  switch (op.op) {
    case Op::Conv: {
      const double fanOut = static_cast<double>(op.kernel) * op.kernel * op.out;
      all.push_back({"weight", {op.out, op.in / op.groups, op.kernel, op.kernel}, 0, std::sqrt(2.0 / fanOut), 0});
      if (op.flag) all.push_back({"bias", {op.out}, 2, 0, 0});
      return all;
    }
    case Op::Linear:
      return {{"weight", {op.out, op.in}, 0, 0.01, 0}, {"bias", {op.out}, 2, 0, 0}};
    case Op::Batchnorm:
      return {{"weight", {op.in}, 1, 0, 1}, {"bias", {op.in}, 1, 0, 0}};
    case Op::Relu:
    case Op::Silu:
    case Op::Sigmoid:
    case Op::Maxpool:
    case Op::Avgpool:
    case Op::Add:
    case Op::Multiply:
    case Op::Dropout:
    case Op::Droppath:
      return all;
  }
  return all;
}

void checkProgram(const std::vector<Instruction>& program, const Shape& images, int64_t classes) {
  if (program.empty()) throw std::invalid_argument("expected a program of at least one instruction, got none");
  std::vector<Shape> values{images};
  values.reserve(program.size() + 1);
  std::unordered_set<std::string> names;
  double all = elementsOf(images);
  for (size_t i = 0; i < program.size(); ++i) {
    const Instruction& op = program[i];
    const auto number = static_cast<int32_t>(op.op);
    if (number < 0 || number >= static_cast<int32_t>(std::size(kOperators))) {
      throw std::invalid_argument("layer \"" + op.name + "\": expected an operator from 0 to " +
                                  std::to_string(std::size(kOperators) - 1) + ", got " + std::to_string(number));
    }
    const Layer layer(op);
    if (!names.insert(op.name).second) layer.fail("a name that no other layer has", "\"" + op.name + "\" again");
    std::vector<Shape> inputs;
    for (const int32_t value : op.inputs) {
      if (value < 0 || static_cast<size_t>(value) > i) {
        layer.fail("inputs among the " + std::to_string(i + 1) + " values before it", std::to_string(value));
      }
      inputs.push_back(values[value]);
    }
    values.push_back(layer.output(inputs));
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
    const int32_t value = op.inputs.empty() ? -1 : op.inputs[0];
    if (value < 0 || static_cast<size_t>(value) > i || !same[value]) continue;
    if (op.op == Op::Conv || op.op == Op::Batchnorm || op.op == Op::Linear) return op.in;
    same[i + 1] = true;
  }
  return classes;
}

}  // namespace netspace
