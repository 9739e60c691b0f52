#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/time_zone.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"
#include "vedette/domain/plate.h"

namespace vedette::analysis {

/// What it means to be on a list.
enum class WatchKind {
    known = 1, ///< one of ours: its sightings are marked
    watch,     ///< somebody wants to know
    ignore,    ///< nobody wants to know: its matches are suppressed
};

/// How near a read must be to a plate of a list.
enum class WatchRule {
    exact = 1, ///< the same signs; the only rule that may drive what acts on the world
    strict,    ///< look-alikes (0 and O, …), where the read is sure of itself: kStrictConfidence
    balanced,  ///< look-alikes, and one sign more, less or other
    broad,     ///< look-alikes, and two
};

/// A read that is less sure than this matches a strict list only with the very signs.
inline constexpr float kStrictConfidence = 0.9F;

/// Hours of a week, on the clocks of some place.
struct WatchHours {
    std::vector<std::chrono::weekday> days; ///< on which they begin; empty: all
    std::chrono::minutes from{0};           ///< of the day
    std::chrono::minutes to{24 * 60};       ///< not after `from`: of the next day
    TimeZone zone;
    [[nodiscard]] bool contains(WallTime time) const;
};

/// A list of plates, as somebody wrote it.
struct WatchList {
    std::string name;
    WatchKind kind = WatchKind::watch;
    WatchRule rule = WatchRule::exact;
    /// `?` is any one sign, `*` any number; a plate with them is compared as it stands, under any
    /// rule. Separators and case do not matter.
    std::vector<std::string> plates;
    std::vector<domain::CameraId> cameras; ///< empty: all
    std::vector<WatchHours> schedule;      ///< in any of them; empty: always
    std::string note;                      ///< for people
};

/// From the nearest to the farthest.
enum class WatchNearness { exact = 1, wildcard, look_alike, one_edit, two_edits };

struct WatchMatch {
    std::string list;
    WatchKind kind = WatchKind::watch;
    WatchRule rule = WatchRule::exact; ///< of the list
    WatchNearness nearness = WatchNearness::exact;
    std::string plate; ///< as it stands in the list
    std::string why;   ///< for people: "exactly", "fits AB12?DE", "0 read as O"
    std::string note;
    /// Whether a gate may open for it: an exact rule, and exactly this text or its wildcards.
    bool may_act = false;
};

/// What all lists together say of one sighting.
struct WatchVerdict {
    std::vector<WatchMatch> matches; ///< that count, of known and watch lists
    /// Why others do not: the nearest match of an ignore list. It suppresses what is not nearer
    /// than itself, so a broad list of neighbours hides no plate that is watched exactly.
    std::optional<WatchMatch> ignored_by;
    std::size_t suppressed = 0;
};

/// Thousands of plates, compared with each sighting in microseconds: exact ones are looked up;
/// near ones by what is left when signs are taken away (the deletion neighbourhood: T. Bocek,
/// E. Hunt, B. Stiller, "Fast similarity search in large dictionaries", 2007; W. Garbe, SymSpell,
/// 2012), and then compared by ports::PlateMatcher, which is the definition; wildcards by how they
/// begin.
///
/// Thread-safe: nothing changes once made.
class WatchIndex {
public:
    static constexpr std::size_t kMostPlates = 100'000;  ///< of all lists together
    static constexpr std::size_t kMostWildcards = 2'000; ///< plates with wildcards of all lists
    static constexpr std::size_t kLongestNear = 32;      ///< signs, where edits are allowed

    /// No lists.
    WatchIndex();
    /// \return invalid_argument naming list and plate: see check_plate(); too many of them.
    static Result<WatchIndex> make(std::vector<WatchList> lists);
    WatchIndex(WatchIndex&&) noexcept;
    WatchIndex& operator=(WatchIndex&&) noexcept;
    ~WatchIndex();

    /// Whether it may stand in a list with this rule. \return invalid_argument saying why not: no
    /// letter or digit, too long, more than eight wildcards.
    [[nodiscard]] static Status check_plate(std::string_view plate, WatchRule rule);

    /// Of each list the nearest plate, in the order of the lists.
    /// \param camera, at  nothing: as if it were within the list's cameras and hours
    [[nodiscard]] std::vector<WatchMatch> match(const domain::PlateText& plate,
                                                const std::optional<domain::CameraId>& camera,
                                                const std::optional<WallTime>& at) const;
    [[nodiscard]] const std::vector<WatchList>& lists() const noexcept;
    [[nodiscard]] std::size_t plates() const noexcept;

private:
    struct Parts;
    explicit WatchIndex(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

[[nodiscard]] WatchVerdict judge(std::vector<WatchMatch> matches);

[[nodiscard]] std::string_view to_string(WatchKind kind) noexcept;
[[nodiscard]] std::string_view to_string(WatchRule rule) noexcept;
[[nodiscard]] std::string_view to_string(WatchNearness nearness) noexcept;

} // namespace vedette::analysis
