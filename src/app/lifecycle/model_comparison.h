#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/vision/eval/mcnemar.h"

namespace vedette::app {

/// One file of weights under its name.
struct ModelIdentity {
    std::string task;               ///< object, plate, ocr, …
    std::string id;                 ///< with version: "yolox-nano@1"
    std::string sha256;             ///< 64 hexadecimal digits; empty for detectors without weights
    std::filesystem::path manifest; ///< absolute
};

/// Two models for one task, on the same labelled pictures.
struct ModelComparison {
    WallTime at;
    std::string task;
    std::string first, first_sha256; ///< ids with versions; the one that is used
    std::string second, second_sha256;
    std::string folder;          ///< absolute
    vision::PairedCounts labels; ///< of the labels: found, or read letter by letter
    vision::PairedCounts
        nothing_else; ///< of the pictures: nothing was found or read beside the labels
};

/// So many labels at least are evidence: with few, hardly any difference is larger than chance.
inline constexpr long kLeastLabels = 30;

/// Whether it speaks against the second: significantly fewer labels right
/// (vision::is_second_worse), or significantly more pictures with something that isn't there.
[[nodiscard]] bool speaks_against_second(const ModelComparison& comparison) noexcept;

/// In one line, for people.
[[nodiscard]] std::string describe(const ModelComparison& comparison);

[[nodiscard]] nlohmann::ordered_json to_json(const ModelComparison& comparison);
/// Throws the library's exceptions where a member is missing or of another type.
/// \return nothing for what to_json() never gives
[[nodiscard]] std::optional<ModelComparison> comparison_in(const nlohmann::ordered_json& json);

} // namespace vedette::app
