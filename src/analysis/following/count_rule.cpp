#include "vedette/analysis/count_rule.h"

#include <algorithm>
#include <set>

#include "following/state_bytes.h"
#include "ranges.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kMostRecent = 4'096; ///< passes of one camera

std::int64_t micros(std::chrono::microseconds time) { return time.count(); }

} // namespace

Status check(const CountRuleOptions& options) {
    VEDETTE_CHECK_OK(in_range("window_size (seconds)",
                              static_cast<double>(options.window_size.count()), 60, 86'400));
    VEDETTE_CHECK_OK(in_range("min_detections", options.min_detections, 2, 1'000));
    VEDETTE_CHECK_OK(in_range("max_lag (milliseconds)",
                              static_cast<double>(options.max_lag.count()), 1'000, 3'600'000));
    return in_range("max_pairs", static_cast<double>(options.max_pairs), 1, 1e8);
}

void CountRule::remove_subject(std::string_view plate) {
    if (const auto found = subjects_.find(plate); found != subjects_.end())
        subjects_.erase(found);
    std::erase_if(pairs_, [plate](const auto& pair) { return pair.first.first == plate; });
}

void CountRule::forget(std::string_view plate) {
    remove_subject(plate);
    std::erase_if(pairs_, [plate](const auto& pair) { return pair.first.second == plate; });
    for (auto& [camera, recent] : recent_)
        std::erase_if(recent, [plate](const Recent& pass) { return pass.plate == plate; });
}

void CountRule::on_pass(const Pass& pass) {
    if (!options_.enabled || pass.plate.empty())
        return;
    const std::int64_t at = micros(pass.at.time_since_epoch());
    auto& recent = recent_[pass.camera.value()];
    while (!recent.empty() &&
           (recent.front().at < at - micros(options_.max_lag) || recent.size() >= kMostRecent))
        recent.pop_front();
    std::set<std::string> met; // each other vehicle once
    const bool own = is_subject(pass.plate);
    for (const Recent& other : recent) {
        if (other.plate == pass.plate || !(own || is_subject(other.plate)) ||
            !met.insert(other.plate).second)
            continue;
        if (own)
            meet(pass.plate, other.plate, pass);
        if (is_subject(other.plate))
            meet(other.plate, pass.plate, pass);
    }
    recent.push_back({at, pass.plate});
    if (pairs_.size() > options_.max_pairs)
        make_room();
}

void CountRule::meet(const std::string& subject, const std::string& vehicle, const Pass& pass) {
    const std::int64_t at = micros(pass.at.time_since_epoch());
    Pair& pair = pairs_[{subject, vehicle}];
    auto& together = pair.together;
    while (!together.empty() && together.front().at < at - micros(options_.window_size))
        together.pop_front();
    if (!together.empty() && together.back().camera == pass.camera.value() &&
        at - together.back().at <= micros(options_.max_lag)) {
        together.back().at = at; // one queue, or there and back again
        return;
    }
    pair.told = pair.told && together.size() + 1 >= options_.min_detections;
    together.push_back({at, pass.camera.value()});
    if (together.size() > options_.min_detections)
        together.pop_front();
    if (together.size() < options_.min_detections || std::exchange(pair.told, true))
        return;
    std::set<domain::CameraId> cameras;
    for (const Together& one : together)
        cameras.emplace(one.camera);
    const auto time = [](std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; };
    found_.push_back({.subject = subject,
                      .vehicle = vehicle,
                      .detections = static_cast<std::uint32_t>(together.size()),
                      .first = time(together.front().at),
                      .last = time(together.back().at),
                      .cameras = {cameras.begin(), cameras.end()}});
}

/// A tenth of the pairs, those that were together the longest ago.
void CountRule::make_room() {
    std::vector<std::int64_t> last;
    for (const auto& [key, pair] : pairs_)
        last.push_back(pair.together.back().at);
    const auto cut = last.begin() + static_cast<std::ptrdiff_t>(last.size() / 10);
    std::nth_element(last.begin(), cut, last.end());
    std::erase_if(pairs_, [oldest = *cut](const auto& pair) {
        return pair.second.together.back().at <= oldest;
    });
}

std::string CountRule::save() const {
    StateWriter out;
    out.put(static_cast<std::uint64_t>(recent_.size()));
    for (const auto& [camera, recent] : recent_) {
        out.put(std::string_view{camera});
        out.put(static_cast<std::uint64_t>(recent.size()));
        for (const Recent& pass : recent) {
            out.put(pass.at);
            out.put(std::string_view{pass.plate});
        }
    }
    out.put(static_cast<std::uint64_t>(pairs_.size()));
    for (const auto& [key, pair] : pairs_) {
        out.put(std::string_view{key.first});
        out.put(std::string_view{key.second});
        out.put(static_cast<std::uint8_t>(pair.told));
        out.put(static_cast<std::uint64_t>(pair.together.size()));
        for (const Together& one : pair.together) {
            out.put(one.at);
            out.put(std::string_view{one.camera});
        }
    }
    return out.take();
}

Status CountRule::restore(std::string_view state) {
    StateReader in{state};
    CountRule fresh{options_};
    const std::size_t cameras = in.count(12);
    for (std::size_t i = 0; i < cameras && in.ok(); ++i) {
        auto& recent = fresh.recent_[in.text()];
        const std::size_t count = in.count(12);
        for (std::size_t k = 0; k < count && in.ok(); ++k) {
            const auto at = in.get<std::int64_t>();
            recent.push_back({at, in.text()});
        }
    }
    const std::size_t pairs = in.count(17);
    for (std::size_t i = 0; i < pairs && in.ok(); ++i) {
        std::string subject = in.text();
        Pair& pair = fresh.pairs_[{std::move(subject), in.text()}];
        pair.told = in.get<std::uint8_t>() != 0;
        const std::size_t count = in.count(12);
        for (std::size_t k = 0; k < count && in.ok(); ++k) {
            const auto at = in.get<std::int64_t>();
            pair.together.push_back({at, in.text()});
        }
        if (pair.together.empty())
            in.fail();
    }
    if (!in.ok() || !in.at_end())
        return Error{ErrorCode::data_loss, "the saved counts of reads together are damaged"};
    recent_ = std::move(fresh.recent_);
    pairs_ = std::move(fresh.pairs_);
    return {};
}

} // namespace vedette::analysis
