// See program.h. The rules are those of inferShapes in src/networks/shapes.ts.
#include "program.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_set>

namespace netspace {
namespace {

// Elements beyond which sizes in bytes, and their sums over layers, might not fit an int64; no machine holds as many.
constexpr double kMost = 0x1p50;

// Of a window, pixels from its first tap to its last.
constexpr int64_t kReach = 1 << 20;

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
  // What a window gives.
  Shape windowed(const Shape& x, int64_t channels) const {
    count("kernel", std::min(op_.kernelHeight, op_.kernelWidth));
    count("stride", std::min(op_.strideHeight, op_.strideWidth));
    count("dilation", op_.dilation);
    const auto padding = static_cast<int32_t>(op_.padding);
    if (padding < 0 || padding > static_cast<int32_t>(Padding::Valid)) {
      fail("a padding from 0 to 2", std::to_string(padding));
    }
    // Libraries compute places in 32 bits, and walk over the padding tap by tap.
    const int64_t reach = int64_t{std::max(op_.kernelHeight, op_.kernelWidth) - 1} * op_.dilation;
    if (reach > kReach) {
      fail("taps within " + std::to_string(kReach) + " pixels", std::to_string(reach) + " between the outermost");
    }
    const std::string kernel = std::to_string(op_.kernelHeight) + " × " + std::to_string(op_.kernelWidth);
    // The padding (kernel − 1) / 2 exists for odd kernels only.
    if (op_.padding == Padding::Centred && (op_.kernelHeight % 2 == 0 || op_.kernelWidth % 2 == 0)) {
      fail("an odd kernel", kernel);
    }
    const Lay rows = lay(x.height, op_.kernelHeight, op_.strideHeight, op_.dilation, op_.padding);
    const Lay columns = lay(x.width, op_.kernelWidth, op_.strideWidth, op_.dilation, op_.padding);
    if (rows.outputs < 1 || columns.outputs < 1) {
      fail("a map of at least " + kernel + ", as its window has no padding", text(x));
    }
    return {x.count, channels, rows.outputs, columns.outputs};
  }
  void channels(int64_t expected, const Shape& x) const {
    if (x.channels != expected) fail("an input of " + std::to_string(expected) + " channels", text(x));
  }
  void same(const Shape& x, const Shape& y) const {
    if (x.channels != y.channels || x.height != y.height || x.width != y.width) {
      fail("inputs of one shape", text(x) + " and " + text(y));
    }
  }
  Shape strided(const Shape& x) const {
    count("stride", op_.strideHeight);
    return {x.count, x.channels, (x.height - 1) / op_.strideHeight + 1, (x.width - 1) / op_.strideHeight + 1};
  }

  // The shape that it makes of its inputs.
  Shape output(const std::vector<Shape>& inputs) const {
    const auto& [name, least, most] = kOperators[static_cast<int>(op_.op)];
    const auto given = static_cast<int32_t>(inputs.size());
    // A normalisation may have taken in a residual.
    const int64_t limit = int64_t{most} + (op_.op == Op::Batchnorm);
    if (given < least || given > limit) {
      const std::string wanted = std::to_string(given < least ? least : most);
      fail(wanted + (wanted == "1" ? " input" : " inputs"), std::to_string(given));
    }
    const Shape& x = inputs[0];
    switch (op_.op) {
      case Op::Conv:
        count("in", op_.in);
        count("out", op_.out);
        count("groups", op_.groups);
        channels(op_.in, x);
        if (op_.in % op_.groups != 0 || op_.out % op_.groups != 0) {
          fail("groups that divide the channels in and out",
               std::to_string(op_.groups) + " groups for " + std::to_string(op_.in) + " → " +
                   std::to_string(op_.out) + " channels");
        }
        return windowed(x, op_.out);
      case Op::Batchnorm:
        count("channels", op_.in);
        channels(op_.in, x);
        if (!(op_.epsilon > 0 && std::isfinite(op_.epsilon))) {
          fail("an epsilon above 0", std::to_string(op_.epsilon));
        }
        if (given > 1) same(x, inputs[1]);
        return x;
      case Op::Maxpool:
      case Op::Avgpool2d:
        if (op_.dilation != 1) fail("a dilation of 1", std::to_string(op_.dilation));
        return windowed(x, x.channels);
      case Op::Avgpool:
        return {x.count, x.channels, 1, 1};
      case Op::Linear:
        count("in", op_.in);
        count("out", op_.out);
        if (x.height != 1 || x.width != 1) fail("an input of height and width 1", text(x));
        channels(op_.in, x);
        return {x.count, op_.out, 1, 1};
      case Op::Add:
        for (const Shape& y : inputs) same(x, y);
        return x;
      case Op::Mix:
        for (const Shape& y : inputs) same(x, y);
        if (op_.offset < 0) fail("weights from 0 on", std::to_string(op_.offset));
        return x;
      case Op::Concat: {
        Shape all{x.count, 0, 0, 0};
        for (const Shape& y : inputs) {
          all = {x.count, all.channels + y.channels, std::max(all.height, y.height), std::max(all.width, y.width)};
        }
        for (const Shape& y : inputs) {
          if (op_.flag == 0 && (y.height != all.height || y.width != all.width)) {
            fail("inputs of one height and width", text(x) + " and " + text(y));
          }
        }
        return all;
      }
      case Op::Zero:
        return strided(x);
      case Op::Subsample: {
        const Shape y = strided(x);
        if (op_.offset < 0 || op_.offset >= op_.strideHeight) {
          fail("an offset below the stride " + std::to_string(op_.strideHeight), std::to_string(op_.offset));
        }
        if (x.height <= op_.offset || x.width <= op_.offset) {
          const std::string offset = std::to_string(op_.offset);
          fail("a map of more than " + offset + " × " + offset + " to take pixels of", text(x));
        }
        return y;
      }
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
      case Op::Identity:
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
      const double fanOut = static_cast<double>(op.kernelHeight) * op.kernelWidth * op.out;
      all.push_back({"weight",
                     {op.out, op.in / op.groups, op.kernelHeight, op.kernelWidth},
                     0,
                     std::sqrt(2.0 / fanOut),
                     0});
      if (op.flag) all.push_back({"bias", {op.out}, 2, 0, 0});
      return all;
    }
    case Op::Linear:
      return {{"weight", {op.out, op.in}, 0, 0.01, 0}, {"bias", {op.out}, 2, 0, 0}};
    case Op::Batchnorm:
      if (!op.affine()) return all;
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
    case Op::Avgpool2d:
    case Op::Concat:
    case Op::Identity:
    case Op::Zero:
    case Op::Subsample:
    case Op::Mix:
      return all;
  }
  return all;
}

int64_t Program::mixtureSize() const {
  int64_t size = 0;
  for (const Instruction& op : instructions) {
    if (op.op == Op::Mix) size = std::max(size, int64_t{op.offset} + static_cast<int64_t>(op.inputs.size()));
  }
  return size;
}

Lay lay(int64_t size, int64_t kernel, int64_t stride, int64_t dilation, Padding padding) {
  const int64_t reach = (kernel - 1) * dilation;
  if (padding == Padding::Valid) {
    // Rounded down, as the difference may be below 0.
    return {size > reach ? (size - reach - 1) / stride + 1 : 0, 0, 0};
  }
  const int64_t outputs = (size - 1) / stride + 1;
  if (padding == Padding::Centred) return {outputs, reach / 2, reach / 2};
  const int64_t padded = std::max<int64_t>((outputs - 1) * stride + reach + 1 - size, 0);
  return {outputs, padded / 2, padded - padded / 2};
}

void checkProgram(const Program& whole, const Shape& images, int64_t classes, bool training) {
  const std::vector<Instruction>& program = whole.instructions;
  if (program.empty() || whole.main < 1 || whole.main > program.size()) {
    throw std::invalid_argument("expected a program of at least one instruction, got " + std::to_string(whole.main) +
                                " of " + std::to_string(program.size()));
  }
  const auto logits = [&](size_t last, const Shape& values) {
    if (values.channels == classes && values.height == 1 && values.width == 1) return;
    Layer(program[last]).fail("logits of " + std::to_string(classes) + " × 1 × 1, one for each class", text(values));
  };
  std::vector<Shape> values{images};
  values.reserve(program.size() + 1);
  std::unordered_set<std::string> names;
  double all = elementsOf(images);
  for (size_t i = 0; i < (training ? program.size() : whole.main); ++i) {
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
  logits(whole.main - 1, values[whole.main]);
  logits(values.size() - 2, values.back());
}

int64_t imageChannels(const std::vector<Instruction>& program, int64_t classes) {
  // A value has `images` times the image's channels, and `others` besides.
  struct Channels {
    int64_t images, others;
    int64_t image(int64_t all) const { return std::max<int64_t>(1, (all - others) / images); }
  };
  std::vector<Channels> values{{1, 0}};
  for (const Instruction& op : program) {
    Channels sum{0, 0};
    for (const int32_t value : op.inputs) {
      if (value < 0 || static_cast<size_t>(value) >= values.size()) continue;
      if (op.op != Op::Concat && sum.images + sum.others > 0) break;
      sum = {sum.images + values[value].images, sum.others + values[value].others};
    }
    const bool says = op.op == Op::Conv || op.op == Op::Batchnorm || op.op == Op::Linear;
    if (says && sum.images > 0) return sum.image(op.in);
    values.push_back(op.op == Op::Conv || op.op == Op::Linear ? Channels{0, op.out} : sum);
  }
  return values.back().images > 0 ? values.back().image(classes) : classes;
}

}  // namespace netspace
