#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "vedette/analysis/following.h"
#include "vedette/analysis/track_file.h"
#include "vedette/base/result.h"

namespace CLI {
class App;
}

namespace vedette::app {

/// Who may be followed, as `following analyse` is told: plates, persons with several, and cars that
/// carry cameras, with where those were.
class AnalysedSubjects {
public:
    void declare(CLI::App& options);
    /// Reads the tracks. \return invalid_argument naming the option; errors of the files.
    [[nodiscard]] Status read();
    /// \return errors of add_subject() and the like
    [[nodiscard]] Status add_to(analysis::FollowingAnalysis& following) const;
    /// Gives a pass of a camera that a car carries its place, unless it has one.
    /// \return false if nobody said where it was: then the pass says nothing, and is counted
    [[nodiscard]] bool place(analysis::Pass& pass);
    /// All passes come once more.
    void begin_again() noexcept { placeless_ = 0; }
    /// Whether nobody but cars with cameras may be followed.
    [[nodiscard]] bool are_mobile() const noexcept { return plates_.empty() && persons_.empty(); }
    /// \return what this subject's plates may be: itself, if it is no person
    [[nodiscard]] std::vector<std::string> plates_of(const std::string& subject) const;
    /// Else it is the name of a person or of a car.
    [[nodiscard]] bool is_plate(const std::string& subject) const;
    [[nodiscard]] std::uint64_t placeless() const noexcept { return placeless_; }
    /// Lines of tracks that could not be understood.
    [[nodiscard]] std::uint64_t bad_lines() const noexcept { return bad_lines_; }
    /// Entries of tracks where the receiver knew no position, or no time.
    [[nodiscard]] std::uint64_t without_position() const noexcept { return without_; }

private:
    Status read_tracks();

    struct Mobile {
        std::vector<domain::CameraId> cameras;
        analysis::TrackLog track{analysis::kMaxTrackFixes};
    };
    std::vector<std::string> plates_;
    std::vector<std::string> person_texts_;
    std::vector<std::string> mobile_texts_;
    std::vector<std::string> track_texts_;
    double clock_ahead_s_ = 0;
    std::map<std::string, std::vector<std::string>> persons_;
    std::map<std::string, Mobile> mobiles_;
    std::map<std::string, std::string> carrier_of_; ///< by camera
    std::uint64_t placeless_ = 0;
    std::uint64_t bad_lines_ = 0;
    std::uint64_t without_ = 0;
};

} // namespace vedette::app
