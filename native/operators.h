// Written by scripts/native-operators.mjs from the table in src/networks/operators: change it there.
#pragma once

#include <cstdint>

namespace netspace {

enum class Op : int32_t {
  Conv,
  Batchnorm,
  Relu,
  Silu,
  Sigmoid,
  Maxpool,
  Avgpool,
  Linear,
  Add,
  Multiply,
  Dropout,
  Droppath,
  Avgpool2d,
  Concat,
  Identity,
  Zero,
  Subsample,
  Mix,
};

struct OperatorFacts {
  const char* name;
  int32_t least, most;  // inputs
};

// By an operator's number.
constexpr OperatorFacts kOperators[] = {
    {"conv", 1, 1},
    {"batchnorm", 1, 1},
    {"relu", 1, 1},
    {"silu", 1, 1},
    {"sigmoid", 1, 1},
    {"maxpool", 1, 1},
    {"avgpool", 1, 1},
    {"linear", 1, 1},
    {"add", 2, INT32_MAX},
    {"multiply", 2, 2},
    {"dropout", 1, 1},
    {"droppath", 1, 1},
    {"avgpool2d", 1, 1},
    {"concat", 2, INT32_MAX},
    {"identity", 1, 1},
    {"zero", 1, 1},
    {"subsample", 1, 1},
    {"mix", 1, INT32_MAX},
};

}  // namespace netspace
