#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/eval_plates/report.h"
#include "vedette/domain/plate.h"

namespace vedette::app {

/// What went wrong with one plate, with its picture.
struct PlateFailure {
    enum class Kind {
        misread = 1, ///< a label with reads, none of which says what it says
        not_found,   ///< a label without a read
        false_read,  ///< a confident read where no label is
    };
    static constexpr std::array kKinds{Kind::misread, Kind::not_found, Kind::false_read};

    Kind kind = Kind::misread;
    std::string picture;  ///< name of its file
    std::string truth;    ///< as labelled; empty: nothing is, or its place alone
    std::string observed; ///< empty: nothing was read
    std::string resolved;
    double confidence = 0;                   ///< 0..1, of `observed`
    double resolved_confidence = 0;          ///< 0..1
    std::vector<float> sign_confidence = {}; ///< 0..1, of each sign of `observed`, or empty
    std::vector<domain::RegionCandidate> regions = {}; ///< best first
    std::string note = {};                             ///< a few words, or empty
    double badness = 0;                                ///< larger is worse, within its kind
    std::vector<std::uint8_t> jpeg = {};
    int width_px = 0;
    int height_px = 0;
};

/// The worst failures of an evaluation as one page.
///
/// Thread-compatible. Holds at most so many failures of each kind; how many more there were is
/// counted and said on the page.
class FailureGallery {
public:
    explicit FailureGallery(std::size_t most_of_a_kind) : most_{most_of_a_kind} {}

    /// Whether add() would keep such a one, so that pictures are made for those alone. Counts it.
    [[nodiscard]] bool wants(PlateFailure::Kind kind, double badness);
    /// Keeps it if it is among the worst of its kind. \pre wants() said yes
    void add(PlateFailure failure);

    /// HTML that needs nothing else: pictures in it, no script; for a screen of any width, light or
    /// dark, and for paper.
    [[nodiscard]] std::string page(const EvaluationReport& report) const;

private:
    struct Shelf {
        std::vector<PlateFailure> worst; ///< worst first
        std::size_t seen = 0;
    };
    [[nodiscard]] Shelf& shelf(PlateFailure::Kind kind) {
        return shelves_.at(static_cast<std::size_t>(kind) - 1);
    }
    [[nodiscard]] const Shelf& shelf(PlateFailure::Kind kind) const {
        return shelves_.at(static_cast<std::size_t>(kind) - 1);
    }

    std::size_t most_;
    std::array<Shelf, PlateFailure::kKinds.size()> shelves_;
};

} // namespace vedette::app
