// See norm_kernels.h and kernel_types.h.
#include "norm_kernels.h"

#include <vector>

namespace netspace {
namespace {

// Rows summed in float32 before they are added to the double totals.
constexpr int64_t kBlock = 256;

// A NaN must survive a ReLU in both directions, hence these comparisons rather than their mirror images.
[[gnu::always_inline]] inline float forwardRelu(float v) { return v < 0.f ? 0.f : v; }
[[gnu::always_inline]] inline float backwardRelu(float v, float g) { return v <= 0.f ? 0.f : g; }

template <typename T>
[[gnu::always_inline]] inline void sumsBody(const T* x, int64_t rows, int64_t width, const float* pivot,
                                            float* s, float* q) {
  for (int64_t r = 0; r < rows; ++r, x += width) {
#pragma GCC ivdep
    for (int64_t j = 0; j < width; ++j) {
      const float d = load(x, j) - pivot[j];
      s[j] += d;
      q[j] += d * d;
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void applyBody(const T* x, const T* residual, T* y, int64_t rows, int64_t width,
                                             const float* scale, const float* shift, bool relu) {
  for (int64_t r = 0; r < rows; ++r, x += width, y += width) {
    if (residual) {
      if (relu) {
#pragma GCC ivdep
        for (int64_t j = 0; j < width; ++j)
          store(y, j, forwardRelu(load(x, j) * scale[j] + shift[j] + load(residual, j)));
      } else {
#pragma GCC ivdep
        for (int64_t j = 0; j < width; ++j) store(y, j, load(x, j) * scale[j] + shift[j] + load(residual, j));
      }
      residual += width;
    } else if (relu) {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) store(y, j, forwardRelu(load(x, j) * scale[j] + shift[j]));
    } else {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) store(y, j, load(x, j) * scale[j] + shift[j]);
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void gradientSumsBody(const T* x, const T* y, const T* dy, T* masked, int64_t rows,
                                                    int64_t width, const float* scale, const float* shift,
                                                    const float* mean, bool relu, float* s, float* p) {
  for (int64_t r = 0; r < rows; ++r, x += width, dy += width) {
    if (y) {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) {
        const float g = backwardRelu(load(y, j), load(dy, j));
        store(masked, j, g);
        s[j] += g;
        p[j] += g * (load(x, j) - mean[j]);
      }
      y += width;
      masked += width;
    } else if (relu) {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) {
        const float v = load(x, j);
        const float g = backwardRelu(v * scale[j] + shift[j], load(dy, j));
        s[j] += g;
        p[j] += g * (v - mean[j]);
      }
    } else {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) {
        const float g = load(dy, j);
        s[j] += g;
        p[j] += g * (load(x, j) - mean[j]);
      }
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void gradientApplyBody(const T* x, const T* dy, T* dx, int64_t rows, int64_t width,
                                                     const float* scale, const float* shift, const float* a,
                                                     const float* b, const float* c, bool relu) {
  for (int64_t r = 0; r < rows; ++r, x += width, dy += width, dx += width) {
    if (relu) {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) {
        const float v = load(x, j);
        store(dx, j, backwardRelu(v * scale[j] + shift[j], load(dy, j)) * a[j] + (v * b[j] + c[j]));
      }
    } else {
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) store(dx, j, load(dy, j) * a[j] + (load(x, j) * b[j] + c[j]));
    }
  }
}

// target_clones does not apply to templates, so each storage type has its own clones.
#define INSTANTIATE(T)                                                                                           \
  VECTORISED void sums(const T* x, int64_t rows, int64_t width, const float* pivot, float* s, float* q) {        \
    sumsBody(x, rows, width, pivot, s, q);                                                                       \
  }                                                                                                              \
  VECTORISED void apply(const T* x, const T* residual, T* y, int64_t rows, int64_t width, const float* scale,    \
                        const float* shift, bool relu) {                                                         \
    applyBody(x, residual, y, rows, width, scale, shift, relu);                                                  \
  }                                                                                                              \
  VECTORISED void gradientSums(const T* x, const T* y, const T* dy, T* masked, int64_t rows, int64_t width,      \
                               const float* scale, const float* shift, const float* mean, bool relu, float* s,   \
                               float* p) {                                                                       \
    gradientSumsBody(x, y, dy, masked, rows, width, scale, shift, mean, relu, s, p);                             \
  }                                                                                                              \
  VECTORISED void gradientApply(const T* x, const T* dy, T* dx, int64_t rows, int64_t width, const float* scale, \
                                const float* shift, const float* a, const float* b, const float* c, bool relu) { \
    gradientApplyBody(x, dy, dx, rows, width, scale, shift, a, b, c, relu);                                      \
  }
INSTANTIATE(float)
INSTANTIATE(Bf16)
#undef INSTANTIATE

// Runs `block(firstRow, rows, s, q)` over blocks of rows and adds each block's float32 sums to the totals.
template <typename Block>
void inBlocks(int64_t rows, int64_t width, double* sum, double* other, Block block) {
  std::vector<float> s(width), q(width);
  for (int64_t r = 0; r < rows; r += kBlock) {
    const int64_t n = rows - r < kBlock ? rows - r : kBlock;
    s.assign(width, 0.f);
    q.assign(width, 0.f);
    block(r, n, s.data(), q.data());
    for (int64_t j = 0; j < width; ++j) {
      sum[j] += s[j];
      other[j] += q[j];
    }
  }
}

}  // namespace

template <typename T>
void rowSums(const T* x, int64_t rows, int64_t width, const float* pivot, double* sum, double* squares) {
  inBlocks(rows, width, sum, squares, [&](int64_t r, int64_t n, float* s, float* q) {
    sums(x + r * width, n, width, pivot, s, q);
  });
}

template <typename T>
void rowApply(const T* x, const T* residual, T* y, int64_t rows, int64_t width, const float* scale,
              const float* shift, bool relu) {
  apply(x, residual, y, rows, width, scale, shift, relu);
}

template <typename T>
void rowGradientSums(const T* x, const T* y, const T* dy, T* masked, int64_t rows, int64_t width,
                     const float* scale, const float* shift, const float* mean, bool relu, double* sum,
                     double* product) {
  inBlocks(rows, width, sum, product, [&](int64_t r, int64_t n, float* s, float* p) {
    const int64_t at = r * width;
    gradientSums(x + at, y ? y + at : nullptr, dy + at, y ? masked + at : nullptr, n, width, scale, shift, mean,
                 relu, s, p);
  });
}

template <typename T>
void rowGradientApply(const T* x, const T* dy, T* dx, int64_t rows, int64_t width, const float* scale,
                      const float* shift, const float* a, const float* b, const float* c, bool relu) {
  gradientApply(x, dy, dx, rows, width, scale, shift, a, b, c, relu);
}

#define EXPORT(T)                                                                                              \
  template void rowSums<T>(const T*, int64_t, int64_t, const float*, double*, double*);                        \
  template void rowApply<T>(const T*, const T*, T*, int64_t, int64_t, const float*, const float*, bool);       \
  template void rowGradientSums<T>(const T*, const T*, const T*, T*, int64_t, int64_t, const float*,           \
                                   const float*, const float*, bool, double*, double*);                        \
  template void rowGradientApply<T>(const T*, const T*, T*, int64_t, int64_t, const float*, const float*,      \
                                    const float*, const float*, const float*, bool);
EXPORT(float)
EXPORT(Bf16)
#undef EXPORT

}  // namespace netspace
