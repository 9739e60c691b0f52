#include "app/limit_options.h"

#include <string>

namespace vedette::app {

config::OptionSet<LimitOptions> limit_option_set() {
    using config::Schema;
    return config::OptionSet<LimitOptions>{"What the program may use of the machine."}
        .field("worker_threads", &LimitOptions::worker_threads,
               "Most threads that a model computes on, side by side or together",
               {.min = 1, .max = 1024})
        .field("memory", &LimitOptions::memory,
               "Most memory; where more is needed `vedette process` ends with an error and keeps "
               "what it has, and `vedette run` gives up its caches, keeps no pictures while that "
               "lasts, and says so",
               {.min = 64e6})
        .field("max_cameras", &LimitOptions::max_cameras,
               "Cameras that `vedette run` watches at once; a configuration with more is refused",
               {.min = 1, .max = 10'000})
        .later({.key = "cpu",
                .schema = {.kind = Schema::Kind::share},
                .help = "Beyond this cameras are looked at less often",
                .default_text = "80%"})
        .later({.key = "decode_sessions",
                .schema = {.kind = Schema::Kind::integer, .min = 1, .max = 1024, .automatic = true},
                .help = "Of a hardware decoder",
                .default_text = "auto"});
}

Status check_camera_count(std::size_t cameras, int most) {
    if (cameras <= static_cast<std::size_t>(most))
        return {};
    return Error{ErrorCode::invalid_argument,
                 "allows " + std::to_string(most) + " cameras, and " + std::to_string(cameras) +
                     " are enabled; allow more, or disable some (enabled: false)"};
}

Status MemoryGuard::check() const {
    const config::ByteSize used{in_use_() / 1'000'000 * 1'000'000};
    if (used <= limit_)
        return {};
    return Error{ErrorCode::resource_exhausted,
                 config::to_text(used) + " of memory are in use, limits.memory allows " +
                     config::to_text(limit_) + "; allow more, or give a smaller picture"};
}

} // namespace vedette::app
