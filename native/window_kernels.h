// Kernels of small windows over channels-last memory: gradients of depthwise convolutions, and pooling.
//
// oneDNN has no fast gradient of depthwise kernels beyond 3 × 3 (it takes 20 times as long as the forward pass), and
// torch's pooling vectorises over channels alone, of which small networks have few. Here whole rows of pixels are vectors.
// T is float or Bf16.
#pragma once

#include "kernel_types.h"

namespace netspace {

// One image [height, width, channels] and a window on it that gives [outHeight, outWidth, channels].
struct WindowOnImage {
  int64_t channels, height, width, outHeight, outWidth;
  int64_t kernelHeight, kernelWidth, strideHeight, strideWidth, dilation;
  int64_t before[2];  // padding before the first row and column

  int64_t taps() const { return kernelHeight * kernelWidth; }
  // Of the map with its padding, so that no window leaves it.
  int64_t paddedHeight() const { return (outHeight - 1) * strideHeight + (kernelHeight - 1) * dilation + 1; }
  int64_t paddedWidth() const { return (outWidth - 1) * strideWidth + (kernelWidth - 1) * dilation + 1; }
};

// Adds an image's share to the gradient of the weights, `weightGradient` [taps, channels], and writes that of the input to
// dx unless it is null. `weight` is [taps, channels].
template <typename T>
void depthwiseGradients(const WindowOnImage& w, const T* x, const T* dy, const float* weight, T* dx,
                        float* weightGradient, float* scratch);
// Floats that `scratch` must have.
int64_t depthwiseScratch(const WindowOnImage& w);

// Means over the pixels under each window, or over all taps where `counted`; and their gradient.
template <typename T>
void averages(const WindowOnImage& w, const T* x, T* y, bool counted, float* scratch);
template <typename T>
void averageGradients(const WindowOnImage& w, const T* dy, T* dx, bool counted, float* scratch);
int64_t averageScratch(const WindowOnImage& w);

// Maxima, padding never among them, and which tap each is of: the first of equal ones, a NaN before all. The gradient adds to a pixel in the
// order of the outputs.
template <typename T>
void maxima(const WindowOnImage& w, const T* x, T* y, uint8_t* tap, float* scratch);
template <typename T>
void maximaGradients(const WindowOnImage& w, const T* dy, const uint8_t* tap, T* dx, float* scratch);
int64_t maximaScratch(const WindowOnImage& w);

}  // namespace netspace
