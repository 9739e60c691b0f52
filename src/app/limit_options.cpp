#include "app/limit_options.h"

#include <fstream>
#include <string>
#include <unistd.h>

namespace vedette::app {

config::OptionSet<LimitOptions> limit_option_set() {
    using config::Schema;
    return config::OptionSet<LimitOptions>{"What the program may use of the machine."}
        .field("worker_threads", &LimitOptions::worker_threads,
               "Most threads that a model computes on, side by side or together",
               {.min = 1, .max = 1024})
        .field("memory", &LimitOptions::memory,
               "Most memory; where more is needed the analysis ends with an error and keeps what "
               "it has",
               {.min = 64e6})
        .later({.key = "max_cameras",
                .schema = {.kind = Schema::Kind::integer, .min = 1, .max = 10'000},
                .help = "Cameras that may run at once",
                .default_text = "20"})
        .later({.key = "cpu",
                .schema = {.kind = Schema::Kind::share},
                .help = "Beyond this cameras are looked at less often",
                .default_text = "80%"})
        .later({.key = "decode_sessions",
                .schema = {.kind = Schema::Kind::integer, .min = 1, .max = 1024, .automatic = true},
                .help = "Of a hardware decoder",
                .default_text = "auto"});
}

std::uint64_t resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t all_pages = 0;
    std::uint64_t resident_pages = 0;
    if (!(statm >> all_pages >> resident_pages))
        return 0;
    return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
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
