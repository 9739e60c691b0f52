#include "vedette/observability/make_log.h"

#include <optional>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <string>
#include <utility>

#include "log_format.h"
#include "rate_limiter.h"
#include "vedette/base/guarded.h"

namespace vedette::observability {
namespace {

/// Writes each line at once: what was logged just before a crash is what one wants to read.
class SpdLog final : public Log {
public:
    SpdLog(const LogOptions& options, const Clock& clock, spdlog::sink_ptr sink)
        : options_{options}, clock_{clock}, sink_{std::move(sink)},
          fallback_{std::make_shared<spdlog::sinks::stderr_sink_mt>()} {
        sink_->set_pattern("%v");
        fallback_->set_pattern("%v");
    }
    SpdLog(const SpdLog&) = delete;
    SpdLog& operator=(const SpdLog&) = delete;
    ~SpdLog() override {
        const auto untold =
            limiter_.with([](const RateLimiter& limiter) { return limiter.untold(); });
        for (const RateLimiter::Untold& one : untold) {
            const LogField field{"event", one.key};
            emit({clock_.wall_now(),
                  LogLevel::info,
                  "events were left out",
                  {&field, 1},
                  one.suppressed});
        }
    }

    void write(LogLevel level, std::string_view message,
               std::span<const LogField> fields) override {
        if (level < options_.level)
            return;
        if (const auto suppressed = admit(level, message, fields))
            emit({clock_.wall_now(), level, message, fields, *suppressed});
    }

private:
    /// Who asks for details wants all of them.
    std::optional<std::uint64_t> admit(LogLevel level, std::string_view message,
                                       std::span<const LogField> fields) {
        if (level < LogLevel::info)
            return 0;
        const auto key = key_of(level, message, fields);
        return limiter_.with(
            [&](RateLimiter& limiter) { return limiter.admit(key, clock_.steady_now()); });
    }

    /// One camera's noise does not hide what happens to another.
    static std::string key_of(LogLevel level, std::string_view message,
                              std::span<const LogField> fields) {
        std::string key{to_string(level)};
        key.append(" ").append(message);
        for (const LogField& field : fields)
            if (field.key == "camera")
                if (const auto* camera = std::get_if<std::string_view>(&field.value))
                    key.append(" ").append(*camera);
        return key;
    }

    void emit(const LogEvent& event) noexcept {
        try {
            const std::string line =
                options_.format == LogFormat::json ? to_json_line(event) : to_text_line(event);
            const spdlog::details::log_msg message{"", spdlog::level::info, line};
            if (!try_to_write(*sink_, message))
                try_to_write(*fallback_, message);
        } catch (const std::exception&) { // out of memory: a log is no reason to die
        }
    }

    static bool try_to_write(spdlog::sinks::sink& sink, const spdlog::details::log_msg& message) {
        try {
            sink.log(message);
            sink.flush();
            return true;
        } catch (const spdlog::spdlog_ex&) {
            return false;
        }
    }

    const LogOptions options_;
    const Clock& clock_;
    const spdlog::sink_ptr sink_;
    const spdlog::sink_ptr fallback_;
    Guarded<RateLimiter> limiter_;
};

Result<spdlog::sink_ptr> open_file(const LogFileOptions& file) {
    try {
        return spdlog::sink_ptr{std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            file.path.string(), file.max_size.bytes, static_cast<std::size_t>(file.keep - 1))};
    } catch (const spdlog::spdlog_ex& error) {
        return Error{ErrorCode::unavailable,
                     "cannot write the log file " + file.path.string() + ": " + error.what() +
                         "; choose another logger.file.path or make it writable"};
    }
}

} // namespace

Result<std::unique_ptr<Log>> make_log(const LogOptions& options, const Clock& clock) {
    spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    if (!options.file.path.empty()) {
        VEDETTE_TRY(sink, open_file(options.file));
    }
    return std::make_unique<SpdLog>(options, clock, std::move(sink));
}

} // namespace vedette::observability
