#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "vedette/base/backoff.h"
#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/media/source.h"
#include "vedette/ports/camera_directory.h"

namespace vedette::media {

/// What stands in for an input that keeps failing: `cameras.NAME.inputs[].fallback`.
struct FallbackOptions {
    std::string location;                        ///< with credentials
    int after = 3;                               ///< failures in a row, 1 ..
    std::chrono::milliseconds try_again{60'000}; ///< until the input itself is tried; doubles
    friend bool operator==(const FallbackOptions&, const FallbackOptions&) = default;
};

/// Watches the connection of one input: tells its health, says how long to wait before it is opened
/// again, and which of its two profiles.
///
/// An input fails when it cannot be opened, or breaks off before it was well for
/// Options::settled. After FallbackOptions::after failures in a row its fallback is used. Beside
/// that, on a thread of its own, the input itself is tried, later and later; once it gives pictures
/// for Options::trial, it is gone back to. A fallback that fails, too, takes turns with the input.
///
/// Its reader calls everything but status(), on one thread; status() is thread-safe.
class InputMonitor {
public:
    struct Options {
        std::string camera;
        std::vector<std::string> roles; ///< the first one names it in metrics; not empty
        std::string location;           ///< with credentials; never shown
        BackoffOptions retry{};
        std::optional<FallbackOptions> fallback{};
        std::chrono::milliseconds settled{30'000};
        std::chrono::milliseconds trial{10'000};
    };
    /// Borrowed; must outlive it.
    struct Parts {
        Metrics* metrics = nullptr;
        Log* log = nullptr;
        const Clock* clock = nullptr;
        /// Hears of another state, and of another profile; on the reader's thread; may be empty.
        std::function<void(const ports::InputStatus&)> on_change{};
        /// Opens the input itself for a trial; on a thread of its own, may block until `stop`.
        /// Empty: it is gone back to without one.
        std::function<Result<std::unique_ptr<Source>>(const std::stop_token& stop)>
            open_for_trial{};
    };

    InputMonitor(Options options, Parts parts);
    ~InputMonitor() = default;
    InputMonitor(const InputMonitor&) = delete;
    InputMonitor& operator=(const InputMonitor&) = delete;

    /// Which profile is to be opened now.
    [[nodiscard]] bool on_fallback() const noexcept { return on_fallback_; }
    /// What is to be opened now, with credentials.
    [[nodiscard]] const std::string& location() const;
    /// The same source, just opened, watched. Its read() ends with `unavailable` when the time has
    /// come to go back to the input itself. The monitor must outlive it.
    [[nodiscard]] std::unique_ptr<Source> watch(std::unique_ptr<Source> source);
    /// It could not be opened, or broke off. \param why  for people
    /// \return how long to wait before it is opened again
    [[nodiscard]] std::chrono::milliseconds lost(const std::string& why);
    /// It is opened again now.
    void opens_again();
    /// A recording that was played to its end.
    void ended();
    /// Nobody reads it any more: from now on its meters may be another one's.
    void gone();

    [[nodiscard]] ports::InputStatus status() const;

private:
    class Watched;
    /// A look whether the input itself is well.
    enum class Trial { none = 1, running, well, failed };

    void picture_came();
    [[nodiscard]] bool may_go_back(SteadyTime now);
    void begin_trial();
    [[nodiscard]] Status try_out(const std::stop_token& stop) const;
    void end_trial();
    void change_profile(bool to_fallback, const std::string& why);
    void change(ports::CameraState state, const std::string& problem);

    const Options options_;
    const Parts parts_;
    const std::shared_ptr<Gauge> online_;
    const std::shared_ptr<Gauge> fallback_;
    const std::shared_ptr<Gauge> last_packet_;
    const std::shared_ptr<Counter> reconnects_;
    const std::shared_ptr<Counter> breaks_;
    Backoff backoff_;
    Backoff trials_;
    std::chrono::milliseconds trial_pause_{};
    bool on_fallback_ = false;
    bool told_fallback_ = false;             ///< which profile people heard of
    bool going_back_ = false;                ///< read() ended for that
    int failures_ = 0;                       ///< in a row, of the profile at hand
    std::optional<SteadyTime> online_since_; ///< first picture of what is open
    bool is_settled_ = false;                ///< that was long ago
    SteadyTime try_at_;                      ///< on the fallback: the next trial
    Guarded<ports::InputStatus> status_;
    std::atomic<Trial> trial_{Trial::none};
    std::jthread trial_thread_; // last: ended first
};

} // namespace vedette::media
