// The little of Node-API that the addon needs, with errors as C++ exceptions.
#pragma once

#include <node_api.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace netspace::napi {

inline void check(napi_env env, napi_status status, const char* what) {
  if (status == napi_ok) return;
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  throw std::invalid_argument(std::string(what) + ": " +
                              (info && info->error_message ? info->error_message : "Node-API call failed"));
}

// A typed array's memory; valid while the array is reachable from JavaScript.
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

// A JavaScript value and the conversions out of it.
struct Value {
  napi_env env;
  napi_value value;

  Value operator[](const char* key) const {
    napi_value out;
    check(env, napi_get_named_property(env, value, key, &out), key);
    return {env, out};
  }
  bool isUndefined() const {
    napi_valuetype type;
    check(env, napi_typeof(env, value, &type), "typeof");
    return type == napi_undefined;
  }
  double number() const {
    double out;
    check(env, napi_get_value_double(env, value, &out), "expected a number");
    return out;
  }
  int64_t integer() const { return static_cast<int64_t>(number()); }
  bool boolean() const {
    bool out;
    check(env, napi_get_value_bool(env, value, &out), "expected a boolean");
    return out;
  }
  std::string string() const {
    size_t length;
    check(env, napi_get_value_string_utf8(env, value, nullptr, 0, &length), "expected a string");
    std::string out(length, '\0');
    check(env, napi_get_value_string_utf8(env, value, out.data(), length + 1, &length), "string");
    return out;
  }
  std::vector<std::string> strings() const {
    uint32_t length;
    check(env, napi_get_array_length(env, value, &length), "expected an array of strings");
    std::vector<std::string> out;
    for (uint32_t i = 0; i < length; ++i) {
      napi_value item;
      check(env, napi_get_element(env, value, i, &item), "array element");
      out.push_back(Value{env, item}.string());
    }
    return out;
  }
  template <typename T>
  Span<T> array() const {
    napi_typedarray_type type;
    size_t length;
    void* data;
    check(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr),
          "expected a typed array");
    if (type != kArrayType<T>) throw std::invalid_argument("a typed array has the wrong element type");
    return {static_cast<const T*>(data), length};
  }
  // What `external` wrapped.
  template <typename T>
  T& handle() const {
    void* out;
    check(env, napi_get_value_external(env, value, &out), "expected a handle of this addon");
    return *static_cast<T*>(out);
  }
};

inline napi_value undefined(napi_env env) {
  napi_value out;
  napi_get_undefined(env, &out);
  return out;
}
inline napi_value number(napi_env env, double v) {
  napi_value out;
  check(env, napi_create_double(env, v, &out), "number");
  return out;
}
inline napi_value boolean(napi_env env, bool v) {
  napi_value out;
  check(env, napi_get_boolean(env, v, &out), "boolean");
  return out;
}
inline napi_value string(napi_env env, const std::string& v) {
  napi_value out;
  check(env, napi_create_string_utf8(env, v.data(), v.size(), &out), "string");
  return out;
}
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
inline napi_value object(napi_env env, Fields fields) {
  napi_value out;
  check(env, napi_create_object(env, &out), "object");
  for (const auto& [key, value] : fields) check(env, napi_set_named_property(env, out, key, value), key);
  return out;
}
// Owned by JavaScript: deleted when collected.
template <typename T>
napi_value external(napi_env env, T value) {
  napi_value out;
  auto held = std::make_unique<T>(std::move(value));
  check(env,
        napi_create_external(
            env, held.get(), [](napi_env, void* data, void*) { delete static_cast<T*>(data); }, nullptr, &out),
        "external");
  held.release();
  return out;
}

// Makes a JavaScript value, on the JavaScript thread.
using Maker = std::function<napi_value(napi_env)>;
// Runs something on the JavaScript thread, from the worker.
using Notify = std::function<void(std::function<void(napi_env)>)>;

// Runs `work` on the worker and returns a promise of what the maker it returns makes. A std::exception rejects the
// promise with an Error whose `code` says whether memory ran out.
napi_value promise(napi_env env, std::function<Maker(const Notify&)> work);

}  // namespace netspace::napi
