#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "testing/scenario.h"
#include "vedette/vision/tracker.h"

// golden/*.scenario: one line per frame, frames without detections included:
//   <seconds>  <label> <score> <left> <top> <width> <height> [| the next detection]
//   <seconds>  -
// After "=>" stands what happened to the tracks. VEDETTE_UPDATE_GOLDEN=1 rewrites that part for
// review.

namespace vedette::vision {
namespace {

namespace fs = std::filesystem;

constexpr float kAspectRatio = 16.0F / 9.0F;

struct Frame {
    std::string time;
    StreamTime at;
    std::vector<domain::Detection> detections;
};

Frame parse_frame(const std::string& line) {
    std::istringstream in{line};
    Frame frame;
    in >> frame.time;
    frame.at = StreamTime{std::chrono::microseconds{std::llround(std::stod(frame.time) * 1e6)}};
    for (std::string word; in >> word;) {
        if (word == "-" || word == "|")
            continue;
        domain::Detection detection;
        detection.label = word;
        in >> detection.score >> detection.box.left >> detection.box.top >> detection.box.width >>
            detection.box.height;
        EXPECT_FALSE(in.fail()) << line;
        frame.detections.push_back(std::move(detection));
    }
    return frame;
}

/// Tells what changed for each track, as lines.
class Narrator {
public:
    void tell(const std::string& time, const domain::TrackChanges& changes) {
        for (const domain::Track& track : changes.updated)
            tell_state(time, track, true);
        for (const domain::Track& track : changes.lost)
            tell_state(time, track, false);
        for (const domain::Track& track : changes.closed) {
            say(time, track,
                "closed as " + track.label + (track.confirmed ? "" : ", never believed") +
                    (track.stationary ? ", parked" : "") + ", " + std::to_string(track.hits) +
                    " detections");
            known_.erase(track.id.value());
        }
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    struct State {
        bool confirmed = false;
        bool stationary = false;
        bool seen = true;
    };

    void tell_state(const std::string& time, const domain::Track& track, bool seen) {
        const auto [entry, fresh] = known_.try_emplace(track.id.value());
        State& state = entry->second;
        if (fresh)
            say(time, track, "starts as " + track.label);
        if (track.confirmed && !state.confirmed)
            say(time, track, "is believed");
        if (seen != state.seen)
            say(time, track, seen ? "is back" : "is out of sight");
        if (track.stationary != state.stationary)
            say(time, track, track.stationary ? "stands still" : "moves off");
        state = {track.confirmed, track.stationary, seen};
    }
    void say(const std::string& time, const domain::Track& track, const std::string& what) {
        text_ += time + "  #" + std::to_string(track.id.value()) + " " + what + "\n";
    }

    std::map<std::int64_t, State> known_;
    std::string text_;
};

std::string play(const std::string& input) {
    const auto tracker = make_byte_tracker({}, kAspectRatio);
    Narrator narrator;
    std::istringstream lines{input};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == '#')
            continue;
        const Frame frame = parse_frame(line);
        narrator.tell(frame.time, tracker->update(frame.at, frame.detections));
    }
    narrator.tell("end", tracker->finish());
    return narrator.text();
}

class TrackScenario : public ::testing::TestWithParam<fs::path> {};

TEST_P(TrackScenario, GoesAsWritten) { expect_scenario(GetParam(), play); }

INSTANTIATE_TEST_SUITE_P(Golden, TrackScenario, ::testing::ValuesIn(scenarios_in("track/golden")),
                         [](const auto& scenario) { return scenario.param.stem().string(); });

} // namespace
} // namespace vedette::vision
