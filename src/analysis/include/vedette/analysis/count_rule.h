#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

struct CountRuleOptions {
    bool enabled = false;
    std::chrono::seconds window_size{30 * 60}; ///< 1 min..24 h
    std::uint32_t min_detections = 5;          ///< 2..1000
    /// 1 s..1 h: reads at one camera further apart are not together.
    std::chrono::milliseconds max_lag{120'000};
    std::size_t max_pairs = 100'000; ///< 1 or more; beyond it the longest unseen are dropped
};

/// \return invalid_argument, naming the number, its value and the allowed range.
[[nodiscard]] Status check(const CountRuleOptions& options);

/// A vehicle was read together with a subject so often within the window.
struct CountedTogether {
    std::string subject;
    std::string vehicle;
    std::uint32_t detections = 0; ///< within the window, up to the last
    WallTime first;               ///< of them, by the later read of the two
    WallTime last;
    std::vector<domain::CameraId> cameras; ///< by name, each once
    friend bool operator==(const CountedTogether&, const CountedTogether&) = default;
};

/// The simple rule: counts how often a vehicle is read near a subject at one camera within a window
/// of time, and asks for no reason. A queue at one camera counts once. It tells of a pair when the
/// count is reached, and again when it was below in between.
///
/// For comparison and for short trips: a car on the same road reaches any count. A pure fold over
/// passes in the order of comes_before(). Thread-compatible.
class CountRule {
public:
    /// \pre check(options)
    explicit CountRule(const CountRuleOptions& options) : options_{options} {}

    void add_subject(std::string_view plate) { subjects_.emplace(plate); }
    void remove_subject(std::string_view plate);
    /// As if it had never been read.
    void forget(std::string_view plate);

    void on_pass(const Pass& pass);
    /// What was found since the last call, in order.
    [[nodiscard]] std::vector<CountedTogether> take() { return std::exchange(found_, {}); }
    [[nodiscard]] std::size_t pairs() const noexcept { return pairs_.size(); }

    /// All but subjects and options, for restore(). Holds plates. \pre take() was called
    [[nodiscard]] std::string save() const;
    /// \return data_loss; then nothing was changed
    Status restore(std::string_view state);

private:
    struct Recent {
        std::int64_t at = 0; ///< microseconds
        std::string plate;
    };
    struct Together {
        std::int64_t at = 0;
        std::string camera;
    };
    struct Pair {
        std::deque<Together> together; ///< min_detections at most
        bool told = false;
    };
    using Key = std::pair<std::string, std::string>; ///< subject, vehicle

    void meet(const std::string& subject, const std::string& vehicle, const Pass& pass);
    void make_room();
    [[nodiscard]] bool is_subject(const std::string& plate) const {
        return subjects_.find(plate) != subjects_.end();
    }

    CountRuleOptions options_;
    std::set<std::string, std::less<>> subjects_;
    std::map<std::string, std::deque<Recent>> recent_; ///< by camera
    std::map<Key, Pair> pairs_;
    std::vector<CountedTogether> found_;
};

} // namespace vedette::analysis
