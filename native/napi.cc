// See napi.h.
#include "napi.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <new>

#include "worker.h"

namespace netspace::napi {
namespace {

using Message = std::function<void(napi_env)>;

// Called on the JavaScript thread for each message; `env` is null while the environment is torn down.
void deliver(napi_env env, napi_value, void*, void* data) {
  const std::unique_ptr<Message> message(static_cast<Message*>(data));
  if (!env) return;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  try {
    (*message)(env);
  } catch (...) {
    throwCurrent(env, "netspace");
  }
  napi_close_handle_scope(env, scope);
}

struct Failure {
  std::string message;
  const char* code;
  bool range;  // a RangeError: the caller's mistake
};

// Of the exception being handled.
Failure describe(const char* name) {
  std::string message;
  bool memory = false, range = false;
  try {
    throw;
  } catch (const c10::OutOfMemoryError& error) {
    message = error.what_without_backtrace();
    memory = true;
  } catch (const c10::Error& error) {
    message = error.what_without_backtrace();
  } catch (const std::bad_alloc&) {
    message = "the system has no more";
    memory = true;
  } catch (const std::invalid_argument& error) {
    message = error.what();
    range = true;
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "an unknown exception";
  }
  memory = memory || message.find("out of memory") != std::string::npos ||
           // How cuBLAS and cuDNN say it of their workspaces.
           message.find("STATUS_ALLOC_FAILED") != std::string::npos;
  if (memory) return {"out of memory: " + message, "NETSPACE_OUT_OF_MEMORY", false};
  return {std::string(name) + ": " + message, range ? "NETSPACE_ARGUMENT" : "NETSPACE_TORCH", range};
}

napi_value errorOf(napi_env env, const Failure& failure) {
  napi_value out;
  const auto create = failure.range ? napi_create_range_error : napi_create_error;
  check(env, create(env, string(env, failure.code), string(env, failure.message), &out), "error");
  return out;
}

constexpr const char* kArrayNames[] = {"Int8Array",   "Uint8Array",   "Uint8ClampedArray", "Int16Array",
                                       "Uint16Array", "Int32Array",   "Uint32Array",       "Float32Array",
                                       "Float64Array", "BigInt64Array", "BigUint64Array"};

std::string nameOf(napi_typedarray_type type) {
  const auto i = static_cast<size_t>(type);
  return i < std::size(kArrayNames) ? kArrayNames[i] : "typed array";
}

// What a value is, for an error. Runs nothing of the caller's.
std::string shown(napi_env env, napi_value value) {
  const auto text = [&](napi_value from) {
    char out[48];
    size_t length = 0;
    check(env, napi_get_value_string_utf8(env, from, out, sizeof(out), &length), "string");
    return std::string(out, length);
  };
  napi_valuetype type;
  check(env, napi_typeof(env, value, &type), "typeof");
  switch (type) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
    case napi_number:
    case napi_bigint: {
      napi_value coerced;
      check(env, napi_coerce_to_string(env, value, &coerced), "string");
      return text(coerced) + (type == napi_bigint ? "n" : "");
    }
    case napi_string:
      return "\"" + text(value) + "\"";
    case napi_symbol:
      return "a symbol";
    case napi_function:
      return "a function";
    case napi_external:
      return "a handle of another addon";
    case napi_object:
      break;
  }
  bool is = false;
  napi_typedarray_type array = static_cast<napi_typedarray_type>(-1);
  size_t length = 0;
  if (napi_is_typedarray(env, value, &is) == napi_ok && is &&
      napi_get_typedarray_info(env, value, &array, &length, nullptr, nullptr, nullptr) == napi_ok) {
    return "a " + nameOf(array) + " of " + std::to_string(length);
  }
  uint32_t items;
  if (napi_is_array(env, value, &is) == napi_ok && is && napi_get_array_length(env, value, &items) == napi_ok) {
    return "an array of " + std::to_string(items);
  }
  return "an object";
}

}  // namespace

void check(napi_env env, napi_status status, const char* what) {
  if (status == napi_ok) return;
  if (status == napi_pending_exception || status == napi_cannot_run_js) throw Pending();
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  throw std::runtime_error(std::string(what) + ": " +
                           (info && info->error_message ? info->error_message : "Node-API call failed"));
}

void Value::fail(const std::string& expected) const {
  throw std::invalid_argument(name + " must be " + expected + ", got " + shown(env, value));
}

napi_valuetype Value::type() const {
  napi_valuetype out;
  check(env, napi_typeof(env, value, &out), "typeof");
  return out;
}

Value Value::operator[](const char* key) const {
  if (type() != napi_object) fail("an object");
  napi_value out;
  check(env, napi_get_named_property(env, value, key, &out), key);
  return {env, out, key};
}

uint32_t Value::length() const {
  bool is = false;
  check(env, napi_is_array(env, value, &is), "array");
  if (!is) fail("an array");
  uint32_t out;
  check(env, napi_get_array_length(env, value, &out), "array");
  return out;
}

Value Value::at(uint32_t index) const {
  napi_value out;
  check(env, napi_get_element(env, value, index, &out), "array element");
  return {env, out, name + "[" + std::to_string(index) + "]"};
}

bool Value::boolean() const {
  bool out;
  if (type() != napi_boolean) fail("true or false");
  check(env, napi_get_value_bool(env, value, &out), "boolean");
  return out;
}

std::string Value::string() const {
  if (type() != napi_string) fail("a string");
  size_t length;
  check(env, napi_get_value_string_utf8(env, value, nullptr, 0, &length), "string");
  std::string out(length, '\0');
  check(env, napi_get_value_string_utf8(env, value, out.data(), length + 1, &length), "string");
  return out;
}

std::vector<std::string> Value::strings() const {
  std::vector<std::string> out;
  const uint32_t items = length();
  for (uint32_t i = 0; i < items; ++i) out.push_back(at(i).string());
  return out;
}

std::vector<int64_t> Value::counts() const {
  bool typed = false;
  check(env, napi_is_typedarray(env, value, &typed), "typed array");
  const auto items = typed ? static_cast<uint32_t>(array<int32_t>().size) : length();
  std::vector<int64_t> out;
  for (uint32_t i = 0; i < items; ++i) out.push_back(at(i).count());
  return out;
}

void Value::requireFunction() const {
  if (type() != napi_function) fail("a function, or left out");
}

int64_t Value::integer(int64_t least, int64_t most) const {
  double out = 0;
  const bool number = type() == napi_number && napi_get_value_double(env, value, &out) == napi_ok;
  // A NaN is equal to nothing.
  const bool whole = number && std::trunc(out) == out;
  if (!whole || out < static_cast<double>(least) || out > static_cast<double>(most)) {
    fail("an integer from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<int64_t>(out);
}

double Value::magnitude() const {
  double out = 0;
  const bool number = type() == napi_number && napi_get_value_double(env, value, &out) == napi_ok;
  if (!number || !std::isfinite(out) || out < 0) fail("a finite number of at least 0");
  return out;
}

double Value::finite() const {
  double out = 0;
  const bool number = type() == napi_number && napi_get_value_double(env, value, &out) == napi_ok;
  if (!number || !std::isfinite(out)) fail("a finite number");
  return out;
}

double Value::fraction() const {
  double out = 0;
  const bool number = type() == napi_number && napi_get_value_double(env, value, &out) == napi_ok;
  if (!number || !(out >= 0 && out < 1)) fail("a number in [0, 1)");
  return out;
}

double Value::share() const {
  double out = 0;
  const bool number = type() == napi_number && napi_get_value_double(env, value, &out) == napi_ok;
  if (!number || !(out >= 0 && out <= 1)) fail("a number in [0, 1]");
  return out;
}

Span<void> Value::array(napi_typedarray_type wanted) const {
  bool is = false;
  check(env, napi_is_typedarray(env, value, &is), "typed array");
  // A type that Node-API does not know of is left as it was.
  auto type = static_cast<napi_typedarray_type>(-1);
  size_t length = 0;
  void* data = nullptr;
  if (is) {
    check(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr), "typed array");
  }
  if (!is || type != wanted) {
    fail((nameOf(wanted)[0] == 'I' ? "an " : "a ") + nameOf(wanted));
  }
  return {data, length};
}

void* Value::unwrap(const HandleType& wanted) const {
  bool tagged = false;
  void* out = nullptr;
  if (type() != napi_object || napi_check_object_type_tag(env, value, &wanted.tag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(env, value, &out) != napi_ok || !out) {
    fail(std::string("a handle of a ") + wanted.name);
  }
  return out;
}

napi_value undefined(napi_env env) {
  napi_value out;
  check(env, napi_get_undefined(env, &out), "undefined");
  return out;
}
napi_value number(napi_env env, double v) {
  napi_value out;
  check(env, napi_create_double(env, v, &out), "number");
  return out;
}
napi_value boolean(napi_env env, bool v) {
  napi_value out;
  check(env, napi_get_boolean(env, v, &out), "boolean");
  return out;
}
napi_value string(napi_env env, const std::string& v) {
  napi_value out;
  check(env, napi_create_string_utf8(env, v.data(), v.size(), &out), "string");
  return out;
}
napi_value object(napi_env env, Fields fields) {
  napi_value out;
  check(env, napi_create_object(env, &out), "object");
  for (const auto& [key, value] : fields) check(env, napi_set_named_property(env, out, key, value), key);
  return out;
}

napi_value wrap(napi_env env, const HandleType& type, void* value, napi_finalize finalise) {
  napi_value out;
  check(env, napi_create_object(env, &out), "handle");
  check(env, napi_type_tag_object(env, out, &type.tag), "handle");
  check(env, napi_wrap(env, out, value, finalise, nullptr, nullptr), "handle");
  return out;
}

void throwCurrent(napi_env env, const char* name) {
  try {
    throw;
  } catch (const Pending&) {
    return;
  } catch (...) {
    const Failure failure = describe(name);
    // Refused while another exception is pending, which then is the one to tell.
    (failure.range ? napi_throw_range_error : napi_throw_error)(env, failure.code, failure.message.c_str());
  }
}

napi_value promise(const Call& call, std::function<Maker(const Notify&)> work, napi_ref listener) {
  napi_env env = call.env;
  napi_deferred deferred;
  napi_value out;
  check(env, napi_create_promise(env, &deferred, &out), "promise");
  napi_threadsafe_function channel;
  check(env,
        napi_create_threadsafe_function(env, nullptr, nullptr, string(env, "netspace"), 0, 1, nullptr, nullptr,
                                        nullptr, deliver, &channel),
        "thread-safe function");
  const auto send = [channel](Message message) {
    auto* held = new Message(std::move(message));
    if (napi_call_threadsafe_function(channel, held, napi_tsfn_blocking) != napi_ok) delete held;
  };
  const auto reject = [send, deferred, listener](Failure failure) {
    send([deferred, listener, failure = std::move(failure)](napi_env env) {
      if (listener) napi_delete_reference(env, listener);
      napi_reject_deferred(env, deferred, errorOf(env, failure));
    });
  };
  const auto resolve = [send, deferred, listener, name = call.name](Maker maker) {
    send([deferred, listener, name, maker = std::move(maker)](napi_env env) {
      if (listener) napi_delete_reference(env, listener);
      napi_value value = nullptr;
      try {
        value = maker ? maker(env) : undefined(env);
      } catch (const Pending&) {
        // Such as a result that is larger than an array may be.
        napi_value error;
        check(env, napi_get_and_clear_last_exception(env, &error), "exception");
        napi_reject_deferred(env, deferred, error);
        return;
      } catch (...) {
        napi_reject_deferred(env, deferred, errorOf(env, describe(name)));
        return;
      }
      napi_resolve_deferred(env, deferred, value);
    });
  };
  Worker::instance().post(
      call.owner, {[work = std::move(work), send, resolve, reject, channel, name = call.name] {
                     try {
                       resolve(work(send));
                     } catch (...) {
                       reject(describe(name));
                     }
                     napi_release_threadsafe_function(channel, napi_tsfn_release);
                   },
                   [reject, channel, name = call.name] {
                     reject({std::string(name) + ": the binding was stopped, as the thread that uses it ends",
                             "NETSPACE_STOPPED", false});
                     napi_release_threadsafe_function(channel, napi_tsfn_release);
                   }});
  return out;
}

}  // namespace netspace::napi
