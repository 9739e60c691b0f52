#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "vedette/analysis/convoy.h"

namespace vedette::analysis::convoy {

/// One vehicle near the subject at one of its passes: the read nearest in time.
struct Neighbour {
    int vehicle = 0; ///< Journey::plates
    std::int64_t lag_us = 0;
    float confidence = 0;
    domain::EventId event;
};

/// A pass of the subject and who was around it.
struct Stop {
    ports::PassRow pass;
    int session = 0;
    int place = 0;
    std::size_t camera = 0;        ///< Journey::cameras
    std::vector<Neighbour> around; ///< by vehicle, each once, without the subject
    [[nodiscard]] const Neighbour* find(int vehicle) const;
};

/// The subject's way through the window of a search, with everything that was near it.
struct Journey {
    std::vector<Stop> stops; ///< in order of time
    int sessions = 0;
    std::vector<std::string> plates; ///< vehicle number -> plate, in the order first met
    std::map<domain::CameraId, std::size_t> cameras; ///< its cameras -> their numbers
    std::vector<std::uint64_t> flow; ///< of each of them, passes in the whole window
    std::vector<std::string> limits;
};

/// Reads it from the index: one question for the subject, one for each stop, one for each camera.
[[nodiscard]] Result<Journey> read_journey(const ports::PassIndex& index, std::string_view plate,
                                           const ports::TimeSpan& span,
                                           const ConvoyOptions& options,
                                           const std::vector<Place>& places);

/// What share of the vehicles around the subject at one stop was around it at another one, too.
///
/// Thread-compatible.
class TurnShares {
public:
    explicit TurnShares(const Journey& journey);

    /// Of all vehicles but this one; 0 < share < 1. Few vehicles say little, so the share is drawn
    /// to that of all of the subject's passages between the same two cameras, and that to a half.
    /// \pre from < to, both stops of one session
    [[nodiscard]] double share(std::size_t from, std::size_t to, int vehicle);

private:
    struct Counts {
        double were = 0;
        double went_on = 0;
    };
    using Cameras = std::pair<std::size_t, std::size_t>;
    [[nodiscard]] Counts between(std::size_t from, std::size_t to);
    [[nodiscard]] Counts own(const Cameras& cameras, int vehicle) const;

    const Journey& journey_;
    std::map<Cameras, Counts> pooled_;                          ///< of stops that follow each other
    std::map<Cameras, std::vector<std::size_t>> stops_between_; ///< their first ones
    std::map<std::pair<std::size_t, std::size_t>, Counts> known_;
};

} // namespace vedette::analysis::convoy
