// See window_kernels.h.
#include "window_kernels.h"

#include <algorithm>
#include <limits>

namespace netspace {
namespace {

// Loops over a run of elements, compiled for each vector width.
VECTORISED void clear(float* to, int64_t n) {
  for (int64_t j = 0; j < n; ++j) to[j] = 0.f;
}
VECTORISED void read(const float* from, float* to, int64_t n) {
  for (int64_t j = 0; j < n; ++j) to[j] = from[j];
}
VECTORISED void read(const Bf16* from, float* to, int64_t n) {
#pragma GCC ivdep
  for (int64_t j = 0; j < n; ++j) to[j] = load(from, j);
}
VECTORISED void write(const float* from, float* to, int64_t n) {
  for (int64_t j = 0; j < n; ++j) to[j] = from[j];
}
VECTORISED void write(const float* from, Bf16* to, int64_t n) {
#pragma GCC ivdep
  for (int64_t j = 0; j < n; ++j) store(to, j, from[j]);
}
VECTORISED void add(const float* from, float* to, int64_t n) {
#pragma GCC ivdep
  for (int64_t j = 0; j < n; ++j) to[j] += from[j];
}
VECTORISED void scale(const float* by, float* to, int64_t n) {
#pragma GCC ivdep
  for (int64_t j = 0; j < n; ++j) to[j] *= by[j];
}
// a += b · c
VECTORISED void multiplyAdd(float* __restrict a, const float* __restrict b, const float* __restrict c, int64_t n) {
  for (int64_t j = 0; j < n; ++j) a[j] += b[j] * c[j];
}
// a += b · c and d += b · e
VECTORISED void multiplyAddTwo(float* __restrict a, const float* __restrict c, float* __restrict d,
                               const float* __restrict e, const float* __restrict b, int64_t n) {
  for (int64_t j = 0; j < n; ++j) {
    a[j] += b[j] * c[j];
    d[j] += b[j] * e[j];
  }
}

// The same where every pixel of `channels` elements is `step` elements from the next in c and d, or in what is added.
VECTORISED void multiplyAddTwoApart(float* __restrict a, const float* __restrict c, float* __restrict d,
                                    const float* __restrict e, const float* __restrict b, int64_t pixels,
                                    int64_t step, int64_t channels) {
  for (int64_t p = 0; p < pixels; ++p, a += channels, b += channels, e += channels, c += step, d += step) {
    for (int64_t j = 0; j < channels; ++j) {
      a[j] += b[j] * c[j];
      d[j] += b[j] * e[j];
    }
  }
}
VECTORISED void addFromApart(const float* __restrict from, float* __restrict to, int64_t pixels, int64_t step,
                             int64_t channels) {
  for (int64_t p = 0; p < pixels; ++p, from += step, to += channels) {
    for (int64_t j = 0; j < channels; ++j) to[j] += from[j];
  }
}
VECTORISED void addToApart(const float* __restrict from, float* __restrict to, int64_t pixels, int64_t step,
                           int64_t channels) {
  for (int64_t p = 0; p < pixels; ++p, from += channels, to += step) {
    for (int64_t j = 0; j < channels; ++j) to[j] += from[j];
  }
}

VECTORISED void readApart(const float* __restrict from, float* __restrict to, int64_t pixels, int64_t step,
                          int64_t channels) {
  for (int64_t p = 0; p < pixels; ++p, from += step, to += channels) {
    for (int64_t j = 0; j < channels; ++j) to[j] = from[j];
  }
}
// Where x is greater than the greatest so far, or no number, it and its tap take the place.
VECTORISED void greater(const float* __restrict x, int32_t tap, float* __restrict greatest, int32_t* __restrict taps,
                        int64_t n) {
  for (int64_t j = 0; j < n; ++j) {
    const bool takes = x[j] > greatest[j] || x[j] != x[j];
    greatest[j] = takes ? x[j] : greatest[j];
    taps[j] = takes ? tap : taps[j];
  }
}
VECTORISED void narrow(const int32_t* __restrict from, uint8_t* __restrict to, int64_t n) {
  for (int64_t j = 0; j < n; ++j) to[j] = static_cast<uint8_t>(from[j]);
}
// Of a row of gradients those of one tap, 0 elsewhere.
VECTORISED void ofTap(const float* __restrict gradient, const uint8_t* __restrict taps, uint8_t tap, float* __restrict to,
                      int64_t n) {
  for (int64_t j = 0; j < n; ++j) to[j] = taps[j] == tap ? gradient[j] : 0.f;
}

VECTORISED void fill(float* to, float value, int64_t n) {
  for (int64_t j = 0; j < n; ++j) to[j] = value;
}

// The image in the middle of zeros, or of another value, as far as the windows reach.
template <typename T>
void pad(const WindowOnImage& w, const T* x, float* padded, float value = 0.f) {
  const int64_t columns = w.paddedWidth();
  fill(padded, value, w.paddedHeight() * columns * w.channels);
  const int64_t across = std::min(w.width, columns - w.before[1]);
  for (int64_t row = 0; row < std::min(w.height, w.paddedHeight() - w.before[0]); ++row) {
    read(x + row * w.width * w.channels, padded + ((row + w.before[0]) * columns + w.before[1]) * w.channels,
         across * w.channels);
  }
}

// The other way: what no window reaches is 0.
template <typename T>
void unpad(const WindowOnImage& w, const float* padded, T* x, const float* zeros) {
  const int64_t columns = w.paddedWidth();
  const int64_t across = std::max<int64_t>(0, std::min(w.width, columns - w.before[1]));
  for (int64_t row = 0; row < w.height; ++row) {
    T* to = x + row * w.width * w.channels;
    const bool reached = row + w.before[0] < w.paddedHeight();
    const int64_t n = reached ? across * w.channels : 0;
    if (n > 0) write(padded + ((row + w.before[0]) * columns + w.before[1]) * w.channels, to, n);
    for (int64_t j = n; j < w.width * w.channels; j += w.channels) write(zeros, to + j, w.channels);
  }
}

// How many of a side's taps lie on the map, for an output.
int64_t inside(int64_t output, int64_t stride, int64_t kernel, int64_t before, int64_t size) {
  const int64_t first = output * stride - before;
  return std::min(first + kernel, size) - std::max<int64_t>(first, 0);
}

// What a row of outputs is divided by, as factors.
void shares(const WindowOnImage& w, int64_t row, bool counted, float* factors) {
  const int64_t rows = inside(row, w.strideHeight, w.kernelHeight, w.before[0], w.height);
  for (int64_t column = 0; column < w.outWidth; ++column) {
    const int64_t pixels =
        counted ? w.taps() : rows * inside(column, w.strideWidth, w.kernelWidth, w.before[1], w.width);
    std::fill_n(factors + column * w.channels, w.channels, 1.f / static_cast<float>(pixels));
  }
}

}  // namespace

int64_t depthwiseScratch(const WindowOnImage& w) {
  const int64_t padded = w.paddedHeight() * w.paddedWidth() * w.channels, row = w.outWidth * w.channels;
  return 2 * padded + row * (1 + 2 * w.taps()) + w.channels;
}

template <typename T>
void depthwiseGradients(const WindowOnImage& w, const T* x, const T* dy, const float* weight, T* dx,
                        float* weightGradient, float* scratch) {
  const int64_t columns = w.paddedWidth(), row = w.outWidth * w.channels, taps = w.taps();
  const int64_t padded = w.paddedHeight() * columns * w.channels;
  float* source = scratch;             // x with its padding
  float* back = source + padded;       // dx with its padding
  float* gradient = back + padded;     // a row of dy
  float* weights = gradient + row;     // of each tap, repeated over a row
  float* sums = weights + taps * row;  // of each tap, a row
  float* zeros = sums + taps * row;
  pad(w, x, source);
  clear(back, padded);
  clear(sums, taps * row);
  clear(zeros, w.channels);
  for (int64_t tap = 0; tap < taps; ++tap) {
    for (int64_t column = 0; column < w.outWidth; ++column) {
      std::copy_n(weight + tap * w.channels, w.channels, weights + tap * row + column * w.channels);
    }
  }
  for (int64_t out = 0; out < w.outHeight; ++out) {
    read(dy + out * row, gradient, row);
    for (int64_t tap = 0; tap < taps; ++tap) {
      const int64_t at = ((out * w.strideHeight + tap / w.kernelWidth * w.dilation) * columns +
                          tap % w.kernelWidth * w.dilation) *
                         w.channels;
      float* sum = sums + tap * row;
      const float* repeated = weights + tap * row;
      if (w.strideWidth == 1) {
        if (dx) multiplyAddTwo(sum, source + at, back + at, repeated, gradient, row);
        else multiplyAdd(sum, gradient, source + at, row);
        continue;
      }
      multiplyAddTwoApart(sum, source + at, back + at, repeated, gradient, w.outWidth, w.strideWidth * w.channels,
                          w.channels);
    }
  }
  for (int64_t tap = 0; tap < taps; ++tap) {
    for (int64_t j = 0; j < row; j += w.channels) {
      add(sums + tap * row + j, weightGradient + tap * w.channels, w.channels);
    }
  }
  if (dx) unpad(w, back, dx, zeros);
}

int64_t averageScratch(const WindowOnImage& w) {
  const int64_t row = w.outWidth * w.channels;
  return w.paddedHeight() * w.paddedWidth() * w.channels + 3 * row + w.channels;
}

template <typename T>
void averages(const WindowOnImage& w, const T* x, T* y, bool counted, float* scratch) {
  const int64_t columns = w.paddedWidth(), row = w.outWidth * w.channels;
  float* source = scratch;
  float* sum = source + w.paddedHeight() * columns * w.channels;
  float* factors = sum + row;
  pad(w, x, source);
  for (int64_t out = 0; out < w.outHeight; ++out) {
    clear(sum, row);
    for (int64_t tap = 0; tap < w.taps(); ++tap) {
      const float* from = source + ((out * w.strideHeight + tap / w.kernelWidth) * columns + tap % w.kernelWidth) * w.channels;
      if (w.strideWidth == 1) add(from, sum, row);
      else addFromApart(from, sum, w.outWidth, w.strideWidth * w.channels, w.channels);
    }
    shares(w, out, counted, factors);
    scale(factors, sum, row);
    write(sum, y + out * row, row);
  }
}

template <typename T>
void averageGradients(const WindowOnImage& w, const T* dy, T* dx, bool counted, float* scratch) {
  const int64_t columns = w.paddedWidth(), row = w.outWidth * w.channels;
  const int64_t padded = w.paddedHeight() * columns * w.channels;
  float* back = scratch;
  float* gradient = back + padded;
  float* factors = gradient + row;
  float* zeros = factors + row;
  clear(back, padded);
  clear(zeros, w.channels);
  for (int64_t out = 0; out < w.outHeight; ++out) {
    read(dy + out * row, gradient, row);
    shares(w, out, counted, factors);
    scale(factors, gradient, row);
    for (int64_t tap = 0; tap < w.taps(); ++tap) {
      float* to = back + ((out * w.strideHeight + tap / w.kernelWidth) * columns + tap % w.kernelWidth) * w.channels;
      if (w.strideWidth == 1) add(gradient, to, row);
      else addToApart(gradient, to, w.outWidth, w.strideWidth * w.channels, w.channels);
    }
  }
  unpad(w, back, dx, zeros);
}

int64_t maximaScratch(const WindowOnImage& w) {
  return w.paddedHeight() * w.paddedWidth() * w.channels + 3 * w.outWidth * w.channels + w.channels;
}

template <typename T>
void maxima(const WindowOnImage& w, const T* x, T* y, uint8_t* tap, float* scratch) {
  const int64_t columns = w.paddedWidth(), row = w.outWidth * w.channels;
  float* source = scratch;
  float* greatest = source + w.paddedHeight() * columns * w.channels;
  float* apart = greatest + row;
  auto* taps = reinterpret_cast<int32_t*>(apart + row);
  constexpr float kLeast = -std::numeric_limits<float>::infinity();
  pad(w, x, source, kLeast);
  for (int64_t out = 0; out < w.outHeight; ++out) {
    // What nothing is greater than, if all are minus infinity: the first tap on the map.
    const int64_t above = std::max<int64_t>(0, w.before[0] - out * w.strideHeight);
    for (int64_t column = 0; column < w.outWidth; ++column) {
      const int64_t left = std::max<int64_t>(0, w.before[1] - column * w.strideWidth);
      std::fill_n(taps + column * w.channels, w.channels, static_cast<int32_t>(above * w.kernelWidth + left));
    }
    fill(greatest, kLeast, row);
    for (int64_t k = 0; k < w.taps(); ++k) {
      const float* from = source + ((out * w.strideHeight + k / w.kernelWidth) * columns + k % w.kernelWidth) * w.channels;
      if (w.strideWidth != 1) {
        readApart(from, apart, w.outWidth, w.strideWidth * w.channels, w.channels);
        from = apart;
      }
      greater(from, static_cast<int32_t>(k), greatest, taps, row);
    }
    write(greatest, y + out * row, row);
    narrow(taps, tap + out * row, row);
  }
}

template <typename T>
void maximaGradients(const WindowOnImage& w, const T* dy, const uint8_t* tap, T* dx, float* scratch) {
  const int64_t columns = w.paddedWidth(), row = w.outWidth * w.channels;
  const int64_t padded = w.paddedHeight() * columns * w.channels;
  float* back = scratch;
  float* gradient = back + padded;
  float* own = gradient + row;
  float* zeros = own + 2 * row;
  clear(back, padded);
  clear(zeros, w.channels);
  for (int64_t out = 0; out < w.outHeight; ++out) {
    read(dy + out * row, gradient, row);
    // From the last tap on, a pixel meets the row's outputs from the left.
    for (int64_t k = w.taps(); k-- > 0;) {
      ofTap(gradient, tap + out * row, static_cast<uint8_t>(k), own, row);
      float* to = back + ((out * w.strideHeight + k / w.kernelWidth) * columns + k % w.kernelWidth) * w.channels;
      if (w.strideWidth == 1) add(own, to, row);
      else addToApart(own, to, w.outWidth, w.strideWidth * w.channels, w.channels);
    }
  }
  unpad(w, back, dx, zeros);
}

#define EXPORT(T)                                                                                                  \
  template void depthwiseGradients<T>(const WindowOnImage&, const T*, const T*, const float*, T*, float*, float*); \
  template void averages<T>(const WindowOnImage&, const T*, T*, bool, float*);                                     \
  template void averageGradients<T>(const WindowOnImage&, const T*, T*, bool, float*);                             \
  template void maxima<T>(const WindowOnImage&, const T*, T*, uint8_t*, float*);                                   \
  template void maximaGradients<T>(const WindowOnImage&, const T*, const uint8_t*, T*, float*);
EXPORT(float)
EXPORT(Bf16)
#undef EXPORT

}  // namespace netspace
