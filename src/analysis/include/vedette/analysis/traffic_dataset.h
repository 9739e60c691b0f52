#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "vedette/analysis/traffic.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// A folder of simulated reads with what they were of:
///   sightings.jsonl    one read a line, in the order of time: what a reader of plates would give
///   cameras.csv        where the fixed cameras are (place_file.h)
///   truth.json         subjects and their followers, seed and options, counts
///   truth_reads.jsonl  the true plate of every misread: {"id", "plate", "true_plate"}
/// docs/guide/simulate.md describes the members.
///
/// Thread-compatible.
class TrafficDataset final : public ReadSink {
public:
    /// Makes the folder. \return already_exists if it holds such files and `replace` is not set;
    ///   permission_denied or unavailable, with the path.
    static Result<std::unique_ptr<TrafficDataset>> create(const std::filesystem::path& folder,
                                                          bool replace);
    ~TrafficDataset() override;
    /// \return resource_exhausted when the disk is full.
    Status take(const SimulatedRead& read) override;
    /// Writes what is known at the end; truth.json last, so that a folder with it is whole.
    /// `options_json` is an object and goes in as it is.
    Status finish(const TrafficTruth& truth, const std::string& description, std::uint64_t seed,
                  const std::string& options_json);

private:
    class Impl;
    explicit TrafficDataset(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

/// All options of a simulation as a JSON object, for truth.json.
[[nodiscard]] std::string options_to_json(const TrafficOptions& options);
/// The counts of `truth` as a JSON object.
[[nodiscard]] std::string counts_to_json(const TrafficTruth& truth);

} // namespace vedette::analysis
