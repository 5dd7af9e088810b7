// See napi.h.
#include "napi.h"

#include <c10/util/Exception.h>

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
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  napi_close_handle_scope(env, scope);
}

struct Failure {
  std::string message;
  const char* code;
};

Failure describe(const std::exception& error) {
  const auto* c10Error = dynamic_cast<const c10::Error*>(&error);
  std::string message = c10Error ? c10Error->what_without_backtrace() : error.what();
  const bool memory = dynamic_cast<const std::bad_alloc*>(&error) ||
                      dynamic_cast<const c10::OutOfMemoryError*>(&error) ||
                      message.find("out of memory") != std::string::npos ||
                      // How cuBLAS and cuDNN say it of their workspaces.
                      message.find("STATUS_ALLOC_FAILED") != std::string::npos;
  return {memory ? "out of memory: " + message : message,
          memory ? "NETSPACE_OUT_OF_MEMORY" : "NETSPACE_TORCH"};
}

}  // namespace

napi_value promise(napi_env env, std::function<Maker(const Notify&)> work) {
  napi_deferred deferred;
  napi_value out, name;
  check(env, napi_create_promise(env, &deferred, &out), "promise");
  name = string(env, "netspace");
  napi_threadsafe_function channel;
  check(env,
        napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, deliver,
                                        &channel),
        "thread-safe function");
  Worker::instance().post([work = std::move(work), deferred, channel] {
    const auto send = [channel](Message message) {
      auto* held = new Message(std::move(message));
      if (napi_call_threadsafe_function(channel, held, napi_tsfn_blocking) != napi_ok) delete held;
    };
    try {
      Maker maker = work(send);
      send([deferred, maker = std::move(maker)](napi_env env) {
        napi_resolve_deferred(env, deferred, maker ? maker(env) : undefined(env));
      });
    } catch (const std::exception& error) {
      send([deferred, failure = describe(error)](napi_env env) {
        napi_value reason;
        napi_create_error(env, string(env, failure.code), string(env, failure.message), &reason);
        napi_reject_deferred(env, deferred, reason);
      });
    }
    napi_release_threadsafe_function(channel, napi_tsfn_release);
  });
  return out;
}

}  // namespace netspace::napi
