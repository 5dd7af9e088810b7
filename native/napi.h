// The little of Node-API that the addon needs, with errors as C++ exceptions.
//
// Whatever JavaScript passes is taken to be wrong until a conversion here has said otherwise: each names the argument,
// what it must be, and what came.
#pragma once

#include <node_api.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "owner.h"

namespace netspace::napi {

// A JavaScript exception is on its way, of a getter or because the thread is being ended: there is nothing to add.
struct Pending : std::exception {
  const char* what() const noexcept override { return "a JavaScript exception is pending"; }
};

// Throws for all but napi_ok.
void check(napi_env env, napi_status status, const char* what);

// A typed array's memory; valid until JavaScript runs again, be it a getter of the next argument.
template <typename T>
struct Span {
  const T* data;
  size_t size;
};

template <typename T>
constexpr napi_typedarray_type kArrayType = napi_uint8_array;
template <>
inline constexpr napi_typedarray_type kArrayType<int32_t> = napi_int32_array;
template <>
inline constexpr napi_typedarray_type kArrayType<float> = napi_float32_array;
template <>
inline constexpr napi_typedarray_type kArrayType<double> = napi_float64_array;

// What a handle is of, by its type: the tag that marks it, and its name.
struct HandleType {
  napi_type_tag tag;
  const char* name;
};
template <typename T>
extern const HandleType kHandleType;

constexpr int64_t kMostCount = INT32_MAX;
constexpr int64_t kMostInteger = (int64_t{1} << 53) - 1;

// A JavaScript value, called `name` in errors, and the conversions out of it.
struct Value {
  napi_env env;
  napi_value value;
  std::string name;

  // Throws that it must be `expected`, with what it is.
  [[noreturn]] void fail(const std::string& expected) const;

  // A field; throws unless this is an object.
  Value operator[](const char* key) const;
  Value at(uint32_t index) const;
  uint32_t length() const;  // of an array
  bool isUndefined() const { return type() == napi_undefined; }
  napi_valuetype type() const;
  bool boolean() const;
  std::string string() const;
  std::vector<std::string> strings() const;
  // Of an array of positive integers, or an Int32Array.
  std::vector<int64_t> counts() const;
  void requireFunction() const;

  // An integer in a range that JavaScript holds exactly.
  int64_t integer(int64_t least, int64_t most = kMostInteger) const;
  int64_t count(int64_t most = kMostCount) const { return integer(1, most); }
  // A finite number of at least 0.
  double magnitude() const;
  double finite() const;
  // A number in [0, 1), or in [0, 1].
  double fraction() const;
  double share() const;

  template <typename T>
  Span<T> array() const {
    const Span<void> raw = array(kArrayType<T>);
    return {static_cast<const T*>(raw.data), raw.size};
  }
  // Its elements, copied.
  template <typename T>
  std::vector<T> elements() const {
    const Span<T> span = array<T>();
    return {span.data, span.data + span.size};
  }

  // What `handle` holds.
  template <typename T>
  T& handle() const {
    return *static_cast<T*>(unwrap(kHandleType<T>));
  }

 private:
  Span<void> array(napi_typedarray_type type) const;
  void* unwrap(const HandleType& type) const;
};

// A call from JavaScript of the function that users know as `name`.
struct Call {
  static constexpr size_t kArguments = 6;
  napi_env env;
  const char* name;
  std::shared_ptr<Owner> owner;
  napi_value arguments[kArguments];  // undefined where not given

  Value operator()(size_t index, const char* argument) const { return {env, arguments[index], argument}; }
};

napi_value undefined(napi_env env);
napi_value number(napi_env env, double v);
napi_value boolean(napi_env env, bool v);
napi_value string(napi_env env, const std::string& v);

// A typed array of the same elements.
template <typename T>
napi_value array(napi_env env, const T* values, size_t count) {
  napi_value buffer, out;
  void* data;
  check(env, napi_create_arraybuffer(env, count * sizeof(T), &data, &buffer), "array buffer");
  std::copy_n(values, count, static_cast<T*>(data));
  check(env, napi_create_typedarray(env, kArrayType<T>, count, buffer, 0, &out), "typed array");
  return out;
}
using Fields = std::initializer_list<std::pair<const char*, napi_value>>;
napi_value object(napi_env env, Fields fields);

// An object that holds `value`, tagged with its type: nothing else passes for it. Deleted when collected.
napi_value wrap(napi_env env, const HandleType& type, void* value, napi_finalize finalise);
template <typename T>
napi_value handle(napi_env env, T value) {
  auto held = std::make_unique<T>(std::move(value));
  napi_value out = wrap(env, kHandleType<T>, held.get(),
                        [](napi_env, void* data, void*) { delete static_cast<T*>(data); });
  held.release();
  return out;
}

// Throws what is being handled as a JavaScript exception, with the name of the function; for a catch block.
void throwCurrent(napi_env env, const char* name);

// Makes a JavaScript value, on the JavaScript thread.
using Maker = std::function<napi_value(napi_env)>;
// Runs something on the JavaScript thread, from the worker.
using Notify = std::function<void(std::function<void(napi_env)>)>;

// Runs `work` on the worker and returns a promise of what the maker it returns makes. It always settles: what is thrown
// rejects it with an Error whose `code` says whether memory ran out, and so does the end of the thread that called.
// `listener` is let go of then.
napi_value promise(const Call& call, std::function<Maker(const Notify&)> work, napi_ref listener = nullptr);

}  // namespace netspace::napi
