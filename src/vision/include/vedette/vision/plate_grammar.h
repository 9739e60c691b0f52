#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/domain/plate.h"
#include "vedette/domain/plate_text.h"
#include "vedette/vision/sign_confusion.h"

namespace vedette::vision {

/// The plate forms of the world's regions, from data files (src/vision/plate/grammars/*.yaml, built
/// into the binary).
///
/// Immutable after loading; thread-safe.
class PlateGrammars {
public:
    /// The grammars that the binary carries. \return internal if one of them is broken (a test
    /// guards that).
    static Result<PlateGrammars> builtin();
    /// Those of a folder instead. \return invalid_argument with file and line.
    static Result<PlateGrammars> load(const std::filesystem::path& folder);
    struct Source {
        std::string name; ///< of the file, for messages
        std::string yaml;
    };
    /// The same from texts. \return invalid_argument with name and line.
    static Result<PlateGrammars> parse(std::span<const Source> sources);

    /// The same forms for a reader whose confusions were measured; null: those of the shapes.
    [[nodiscard]] PlateGrammars with(std::shared_ptr<const SignConfusion> confusion) const;
    /// What was given so; null where nothing was.
    [[nodiscard]] const SignConfusion* confusion() const noexcept { return confusion_.get(); }

    /// Every region id, alphabetical.
    [[nodiscard]] std::vector<std::string> regions() const;
    /// Every group, alphabetical: "eu" stands for several regions.
    [[nodiscard]] std::vector<std::string> groups() const;
    /// Whether all are known region or group ids. \return invalid_argument naming the first that is
    /// not.
    [[nodiscard]] Status check(std::span<const std::string> regions) const;

    struct Resolution {
        std::string text;     ///< the most likely text under the best fitting form
        float confidence = 0; ///< 0..1, that it is right as a whole
        std::vector<float> character_confidence;
        std::vector<domain::RegionCandidate> regions; ///< best first
    };
    /// The best reading of distributions under the forms of `regions` (region or group ids, tried
    /// together; empty: all; unknown ones stand for nothing).
    ///
    /// Bayes over two hypotheses: the plate follows one of the forms, or none (personal, foreign).
    /// A sign is changed only where its distribution, widened by what readers confuse, allows it
    /// and a form asks for it; places are never invented. Without a fitting form the text stays as
    /// observed and `regions` is empty.
    /// \param looks_like  where the plate is from by its look (PlateRead::looks_like). Half of what
    /// the forms are worth before anything is read goes by it, so that no form becomes less than
    /// half as likely as without, however wrong it is. What it says of regions that are not asked
    /// for doesn't count.
    [[nodiscard]] Resolution
    resolve(std::span<const domain::PlateCharacter> characters,
            std::span<const std::string> regions,
            std::span<const domain::RegionCandidate> looks_like = {}) const;

    /// Region forms that a plain text fits exactly.
    [[nodiscard]] std::vector<domain::RegionCandidate>
    match(std::string_view text, std::span<const std::string> regions) const;

private:
    struct Data;
    explicit PlateGrammars(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
    std::shared_ptr<const SignConfusion> confusion_; ///< null: SignConfusion::builtin()
};

using domain::fold_plate;
using domain::normalize_plate;

} // namespace vedette::vision
