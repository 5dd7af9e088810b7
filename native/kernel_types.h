// What the loops over feature maps share: the types of their elements, and compilation for several vector widths.
//
// No header of torch is included by them: plain loops, compiled once for each vector width and chosen when the library
// loads, so that one build runs on every node of a cluster. All arithmetic is float32.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VECTORISED
#endif

namespace netspace {

// The upper half of a float32, rounded to nearest even; layout-compatible with c10::BFloat16.
struct Bf16 {
  uint16_t bits;
};

[[gnu::always_inline]] inline float load(const float* p, int64_t i) { return p[i]; }
[[gnu::always_inline]] inline float load(const Bf16* p, int64_t i) {
  return std::bit_cast<float>(static_cast<uint32_t>(p[i].bits) << 16);
}
[[gnu::always_inline]] inline void store(float* p, int64_t i, float v) { p[i] = v; }
[[gnu::always_inline]] inline void store(Bf16* p, int64_t i, float v) {
  const uint32_t u = std::bit_cast<uint32_t>(v);
  const uint32_t rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
  // Rounding could carry a NaN's payload into infinity or zero, and hide a divergence.
  p[i].bits = static_cast<uint16_t>((u & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded);
}

}  // namespace netspace
