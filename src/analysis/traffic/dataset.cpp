#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/place_file.h"
#include "vedette/analysis/traffic_dataset.h"

namespace vedette::analysis {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kFiles{"sightings.jsonl", "cameras.csv", "truth.json", "truth_reads.jsonl"};
constexpr std::size_t kBufferBytes = 1UL << 20U;

Error full(const std::filesystem::path& file) {
    return Error{ErrorCode::resource_exhausted,
                 file.string() + ": can't be written: make room on the disk, or name another "
                                 "folder by --out"};
}

/// Text that is collected and written in large pieces.
class TextFile {
public:
    static Result<TextFile> create(const std::filesystem::path& path) {
        TextFile file{path};
        if (!file.out_)
            return Error{ErrorCode::permission_denied,
                         path.string() + ": can't be made: check who may write the folder"};
        return file;
    }
    Status line(std::string_view text) {
        ((buffer_ += text) += '\n');
        return buffer_.size() < kBufferBytes ? Status{} : flush();
    }
    Status flush() {
        out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        out_.flush();
        buffer_.clear();
        if (!out_)
            return full(path_);
        return {};
    }

private:
    explicit TextFile(const std::filesystem::path& path)
        : path_{path}, out_{path, std::ios::binary | std::ios::trunc} {}

    std::filesystem::path path_;
    std::ofstream out_;
    std::string buffer_;
};

Status write_all(const std::filesystem::path& path, std::string_view text) {
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out)
        return full(path);
    return {};
}

Json follower_json(const PlantedFollower& follower) {
    Json out{{"plate", follower.plate},
             {"trips", follower.trips},
             {"wanted_trips", follower.wanted_trips},
             {"tactic", follower.tactic},
             {"shared_passes", follower.shared_passes},
             {"shared_reads", follower.shared_reads}};
    if (follower.trips > 0) {
        out["first"] = format_pass_time(follower.first);
        out["last"] = format_pass_time(follower.last);
    }
    return out;
}

Json subject_json(const PlantedSubject& subject) {
    Json followers = Json::array();
    for (const PlantedFollower& follower : subject.followers)
        followers.push_back(follower_json(follower));
    Json out{{"plate", subject.plate}, {"trips", subject.trips}};
    if (!subject.cameras.empty())
        out["cameras"] = subject.cameras;
    out["followers"] = std::move(followers);
    return out;
}

Json counts_json(const TrafficTruth& truth) {
    return {{"trips", truth.trips},
            {"passes", truth.passes},
            {"reads", truth.reads},
            {"misreads", truth.misreads},
            {"duplicates", truth.duplicates},
            {"outage_passes", truth.outage_passes},
            {"vehicles_read", truth.vehicles_read}};
}

} // namespace

class TrafficDataset::Impl {
public:
    Impl(std::filesystem::path folder, TextFile sightings, TextFile misreads)
        : folder_{std::move(folder)}, sightings_{std::move(sightings)}, misreads_{
                                                                            std::move(misreads)} {}

    Status take(const SimulatedRead& read) {
        VEDETTE_CHECK_OK(sightings_.line(pass_to_json(read.pass)));
        if (read.pass.plate == read.true_plate)
            return {};
        return misreads_.line(Json{
            {"id", read.pass.id.value()},
            {"plate", read.pass.plate},
            {"true_plate",
             read.true_plate}}.dump());
    }
    Status finish(const TrafficTruth& truth, const std::string& description, std::uint64_t seed,
                  const std::string& options_json) {
        VEDETTE_CHECK_OK(sightings_.flush());
        VEDETTE_CHECK_OK(misreads_.flush());
        VEDETTE_CHECK_OK(write_all(folder_ / "cameras.csv", places_to_csv(truth.places)));
        Json subjects = Json::array();
        for (const PlantedSubject& subject : truth.subjects)
            subjects.push_back(subject_json(subject));
        const Json out{{"description", description},
                       {"seed", seed},
                       {"options", Json::parse(options_json, nullptr, false)},
                       {"counts", counts_json(truth)},
                       {"subjects", std::move(subjects)}};
        return write_all(folder_ / "truth.json", out.dump(2) + '\n');
    }

private:
    std::filesystem::path folder_;
    TextFile sightings_;
    TextFile misreads_;
};

TrafficDataset::TrafficDataset(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
TrafficDataset::~TrafficDataset() = default;

Result<std::unique_ptr<TrafficDataset>> TrafficDataset::create(const std::filesystem::path& folder,
                                                               bool replace) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{ErrorCode::permission_denied,
                     folder.string() + ": can't be made: " + failed.message()};
    for (const char* name : kFiles) {
        if (!std::filesystem::exists(folder / name, failed))
            continue;
        if (!replace)
            return Error{ErrorCode::already_exists,
                         (folder / name).string() +
                             ": is there already: name another folder, or give --replace"};
        std::filesystem::remove(folder / name, failed);
    }
    VEDETTE_TRY(auto sightings, TextFile::create(folder / kFiles[0]));
    VEDETTE_TRY(auto misreads, TextFile::create(folder / kFiles[3]));
    return std::unique_ptr<TrafficDataset>{new TrafficDataset{
        std::make_unique<Impl>(folder, std::move(sightings), std::move(misreads))}};
}

Status TrafficDataset::take(const SimulatedRead& read) { return impl_->take(read); }

Status TrafficDataset::finish(const TrafficTruth& truth, const std::string& description,
                              std::uint64_t seed, const std::string& options_json) {
    return impl_->finish(truth, description, seed, options_json);
}

std::string options_to_json(const TrafficOptions& options) {
    const ReadingOptions& reading = options.reading;
    return Json{{"days", options.days},
                {"vehicles", options.vehicles},
                {"cameras", options.cameras},
                {"subjects", options.subjects},
                {"followers", options.followers},
                {"trips", options.trips},
                {"start", format_pass_time(options.start)},
                {"mobile", options.mobile},
                {"read_rate", reading.read_rate},
                {"misread_rate", reading.misread_rate},
                {"night_factor", reading.night_factor},
                {"rain_factor", reading.rain_factor},
                {"duplicate_rate", reading.duplicate_rate},
                {"clock_error_ms", reading.clock_error.count()},
                {"outage_share", reading.outage_share},
                {"confusion", reading.confusion_csv.empty() ? "builtin" : "given"}}
        .dump();
}

std::string counts_to_json(const TrafficTruth& truth) { return counts_json(truth).dump(); }

} // namespace vedette::analysis
