#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "traffic/confusion.h"
#include "traffic/random.h"
#include "vedette/analysis/traffic.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// \return invalid_argument naming the option that is out of range.
Status check_reading(const ReadingOptions& options);
/// The table that the options name, or the one that comes with the program.
Result<Confusion> confusion_for(const ReadingOptions& options);

/// What a camera is like, drawn once.
struct CameraNature {
    std::string name;
    double read_rate = 0;                                       ///< by day and dry
    double misread_rate = 0;                                    ///< by day and dry
    std::int64_t offset_us = 0;                                 ///< of its clock at the start
    double drift_ppm = 0;                                       ///< set right every night at three
    std::vector<std::pair<std::int64_t, std::int64_t>> outages; ///< from, to; µs since the start
};

/// A vehicle in front of a camera.
struct TruePass {
    std::int64_t at_us = 0; ///< true time since the start
    std::size_t camera = 0;
    std::size_t vehicle = 0;          ///< index into the plates
    std::optional<GeoPoint> position; ///< of a camera that moves
    double read_factor = 1;           ///< 0..1: how well it stands there
};

/// Makes reads of passes: some are missed, some are wrong, clocks are off; then puts them in the
/// order of the times that the cameras tell and numbers them. Holds only reads that may still be
/// overtaken. Thread-compatible; borrows plates and sink.
class Reading {
public:
    Reading(const ReadingOptions& options, Confusion confusion, WallTime start, int days,
            std::uint64_t seed);
    /// Draws what a new camera is like. \return its index.
    std::size_t add_camera(std::string name);
    /// How far off any clock may be, beside the jitter of a frame.
    [[nodiscard]] std::int64_t largest_clock_error_us() const;

    /// \return whether it became a read, right or wrong.
    bool pass(const TruePass& pass, const std::string& plate);
    /// No pass before `now_us` will come any more: gives what can't be overtaken to the sink.
    Status advance(std::int64_t now_us, ReadSink& sink);
    Status finish(ReadSink& sink);
    /// Adds the counts to `truth`.
    void count_into(TrafficTruth& truth) const;

private:
    struct Held {
        std::int64_t told_us;
        std::uint64_t order;
        std::size_t camera;
        std::string plate;
        std::string true_plate;
        float confidence;
        std::optional<GeoPoint> position;
        friend bool operator>(const Held& a, const Held& b) {
            return a.told_us != b.told_us ? a.told_us > b.told_us : a.order > b.order;
        }
    };
    [[nodiscard]] bool is_away(const CameraNature& camera, std::int64_t at_us) const;
    [[nodiscard]] bool is_night(std::int64_t at_us) const;
    [[nodiscard]] bool rains(std::int64_t at_us) const;
    void read(const TruePass& pass, const CameraNature& camera, const std::string& plate,
              double misread_rate);
    Status give(ReadSink& sink);

    ReadingOptions options_;
    Confusion confusion_;
    WallTime start_;
    std::int64_t end_us_;
    Random random_;
    std::vector<CameraNature> cameras_;
    std::vector<bool> wet_hours_;
    std::priority_queue<Held, std::vector<Held>, std::greater<>> held_;
    std::uint64_t order_ = 0;
    std::uint64_t given_ = 0;
    std::vector<bool> seen_; ///< vehicles with a read
    TrafficTruth counts_;
};

} // namespace vedette::analysis
