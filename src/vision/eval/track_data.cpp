#include "eval/track_data.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>

#include "eval/number.h"

namespace vedette::vision {
namespace {

namespace fs = std::filesystem;
using NumberRows = std::vector<std::vector<double>>;

constexpr double kMostFrames = 1'000'000; // a frame number beyond is a broken file, not a sequence
constexpr double kMostIds = 1e15;         // whole numbers beyond are not exact in a double
// KITTI's files tell neither: the camera's rate, and the size of nearly all its pictures.
constexpr double kKittiFps = 10;
constexpr double kKittiWidthPx = 1242;
constexpr double kKittiHeightPx = 375;
constexpr double kKittiLeastHeightPx = 25; // KITTI's own limits of what must be found
constexpr double kKittiMostOcclusion = 2;

Result<std::string> read_text(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in.is_open() || in.bad())
        return Error{ErrorCode::not_found, "cannot read " + file.string()};
    return text;
}

Error bad_line(const std::string& file, std::size_t line, const std::string& what) {
    return Error{ErrorCode::invalid_argument, file + ":" + std::to_string(line) + ": " + what};
}

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    constexpr std::string_view kSeparators = ", \t\r";
    for (std::size_t at = line.find_first_not_of(kSeparators); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(kSeparators, at), line.size());
        fields.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(kSeparators, end);
    }
    return fields;
}

/// Calls `use(line number, fields)` for each line that is not empty.
template <class Use>
Status for_each_line(const std::string& text, Use use) {
    std::istringstream lines{text};
    std::string line;
    for (std::size_t count = 1; std::getline(lines, line); ++count) {
        const auto fields = fields_of(line);
        if (!fields.empty())
            VEDETTE_CHECK_OK(use(count, fields));
    }
    return {};
}

Result<std::size_t> frame_index(double frame, double first, const std::string& file,
                                std::size_t line) {
    if (frame < first || frame > kMostFrames)
        return bad_line(file, line, "frame " + std::to_string(frame) + " is out of range");
    return static_cast<std::size_t>(frame - first);
}

Result<std::int64_t> object_id(double id, const std::string& file, std::size_t line) {
    if (!(std::abs(id) <= kMostIds))
        return bad_line(file, line, "the id is out of range");
    return static_cast<std::int64_t>(id);
}

SequenceFrame& frame_at(std::vector<SequenceFrame>& frames, std::size_t index) {
    if (frames.size() <= index)
        frames.resize(index + 1);
    return frames[index];
}

/// The role of one row of a MOTChallenge truth file. 2015: the seventh column says whether to count
/// it. Since 2016 also a class: pedestrians count; who rides, sits still, is an image or a
/// reflection is forgiven.
TruthRole mot_role(const std::vector<double>& row) {
    const bool has_class = row.size() == 9;
    const double object_class = has_class ? row[7] : 1;
    for (const double forgiving : {2, 7, 8, 12})
        if (object_class == forgiving)
            return TruthRole::forgiving;
    return row[6] != 0 && object_class == 1 ? TruthRole::counted : TruthRole::unscored;
}

PixelBox box_of(const std::vector<double>& row) { return {row[2], row[3], row[4], row[5]}; }

Status add_mot_truth(const fs::path& file, std::vector<SequenceFrame>& frames) {
    VEDETTE_TRY(const std::string text, read_text(file));
    VEDETTE_TRY(const NumberRows rows, parse_number_rows(text, 7, file.string()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        VEDETTE_TRY(const std::size_t index, frame_index(rows[i][0], 1, file.string(), i + 1));
        VEDETTE_TRY(const std::int64_t id, object_id(rows[i][1], file.string(), i + 1));
        SequenceFrame& frame = frame_at(frames, index);
        frame.scored.truth.push_back({id, box_of(rows[i]), mot_role(rows[i])});
        frame.visibility.push_back(rows[i].size() == 9 ? std::clamp(rows[i][8], 0.0, 1.0) : 1.0);
    }
    return {};
}

Status add_mot_results(const fs::path& file, std::vector<SequenceFrame>& frames) {
    VEDETTE_TRY(const std::string text, read_text(file));
    VEDETTE_TRY(const NumberRows rows, parse_number_rows(text, 6, file.string()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        VEDETTE_TRY(const std::size_t index, frame_index(rows[i][0], 1, file.string(), i + 1));
        VEDETTE_TRY(const std::int64_t id, object_id(rows[i][1], file.string(), i + 1));
        frame_at(frames, index).scored.results.push_back({id, box_of(rows[i])});
    }
    return {};
}

struct RawDetection {
    std::size_t frame = 0;
    PixelBox box;
    double score = 0;
};

/// Detectors write probabilities or log-odds; one score outside 0..1 shows which.
void map_scores(std::vector<RawDetection>& detections) {
    const bool odds = std::any_of(detections.begin(), detections.end(),
                                  [](const RawDetection& d) { return d.score < 0 || d.score > 1; });
    if (odds)
        for (RawDetection& detection : detections)
            detection.score = 1 / (1 + std::exp(-detection.score));
}

void add_detections(std::vector<RawDetection> detections, const std::string& label,
                    TrackSequence& sequence) {
    map_scores(detections);
    for (const RawDetection& raw : detections) {
        domain::Detection detection;
        detection.box = {static_cast<float>(raw.box.left / sequence.width_px),
                         static_cast<float>(raw.box.top / sequence.height_px),
                         static_cast<float>(raw.box.width / sequence.width_px),
                         static_cast<float>(raw.box.height / sequence.height_px)};
        detection.score = static_cast<float>(raw.score);
        detection.label = label;
        frame_at(sequence.frames, raw.frame).detections.push_back(std::move(detection));
    }
}

Result<std::map<std::string, double>> read_seqinfo(const fs::path& file) {
    VEDETTE_TRY(const std::string text, read_text(file));
    std::map<std::string, double> values;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos)
            continue;
        const auto fields = fields_of(std::string_view{line}.substr(equals + 1));
        if (const auto value = fields.empty() ? std::nullopt : finite_number(fields.front()))
            values[line.substr(0, equals)] = *value;
    }
    for (const char* key : {"frameRate", "seqLength", "imWidth", "imHeight"})
        if (!(values[key] > 0) || values[key] > kMostFrames)
            return Error{ErrorCode::invalid_argument,
                         file.string() + ": " + key + " is missing or not a number above 0"};
    return values;
}

Result<TrackSequence> read_mot(const fs::path& folder) {
    TrackSequence sequence;
    sequence.name = folder.filename().string();
    VEDETTE_TRY(auto info, read_seqinfo(folder / "seqinfo.ini"));
    sequence.fps = info["frameRate"];
    sequence.width_px = info["imWidth"];
    sequence.height_px = info["imHeight"];
    sequence.frames.resize(static_cast<std::size_t>(info["seqLength"]));
    VEDETTE_CHECK_OK(add_mot_truth(folder / "gt/gt.txt", sequence.frames));
    const fs::path file = folder / "det/det.txt";
    if (std::error_code ignored; !fs::exists(file, ignored)) {
        sequence.source = DetectionSource::perturbed;
        return sequence;
    }
    VEDETTE_TRY(const std::string text, read_text(file));
    VEDETTE_TRY(const NumberRows rows, parse_number_rows(text, 7, file.string()));
    std::vector<RawDetection> detections;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        VEDETTE_TRY(const std::size_t index, frame_index(rows[i][0], 1, file.string(), i + 1));
        detections.push_back({index, box_of(rows[i]), rows[i][6]});
    }
    add_detections(std::move(detections), "person", sequence);
    return sequence;
}

Result<TrackSequence> read_results(const fs::path& folder) {
    TrackSequence sequence;
    sequence.name = folder.filename().string();
    sequence.source = DetectionSource::none;
    VEDETTE_CHECK_OK(add_mot_truth(folder / "gt.txt", sequence.frames));
    VEDETTE_CHECK_OK(add_mot_results(folder / "test.txt", sequence.frames));
    return sequence;
}

Result<TrackSequence> read_kitti(const fs::path& truth_file, const fs::path& detection_file) {
    TrackSequence sequence;
    sequence.name = "KITTI-" + truth_file.stem().string();
    sequence.fps = kKittiFps;
    sequence.width_px = kKittiWidthPx;
    sequence.height_px = kKittiHeightPx;
    sequence.scoring.least_height_px = kKittiLeastHeightPx;
    VEDETTE_TRY(const std::string labels, read_text(truth_file));
    VEDETTE_TRY(sequence.frames, parse_kitti_truth(labels, truth_file.string()));
    VEDETTE_TRY(const std::string text, read_text(detection_file));
    VEDETTE_TRY(const NumberRows rows, parse_number_rows(text, 7, detection_file.string()));
    std::vector<RawDetection> detections;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::vector<double>& row = rows[i];
        VEDETTE_TRY(const std::size_t index,
                    frame_index(row[0], 0, detection_file.string(), i + 1));
        detections.push_back({index, {row[2], row[3], row[4] - row[2], row[5] - row[3]}, row[6]});
    }
    add_detections(std::move(detections), "car", sequence);
    return sequence;
}

Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code failed;
    for (fs::directory_iterator entry{folder, failed}, end; !failed && entry != end;
         entry.increment(failed))
        entries.push_back(entry->path());
    if (failed)
        return Error{ErrorCode::not_found,
                     "cannot list " + folder.string() + ": " + failed.message()};
    return entries;
}

Status add_kitti_folder(const fs::path& folder, std::vector<TrackSequence>& sequences) {
    VEDETTE_TRY(const auto entries, entries_of(folder / "gt"));
    for (const fs::path& truth : entries) {
        const fs::path detections = folder / "det_Car" / truth.filename();
        std::error_code ignored;
        if (truth.extension() != ".txt" || !fs::exists(detections, ignored))
            continue;
        VEDETTE_TRY(TrackSequence sequence, read_kitti(truth, detections));
        sequences.push_back(std::move(sequence));
    }
    return {};
}

/// Adds what the folder itself is, if it is any of the known forms.
Status add_folder(const fs::path& folder, std::vector<TrackSequence>& sequences) {
    std::error_code ignored; // what cannot be looked at is not there
    if (fs::is_directory(folder / "det_Car", ignored) && fs::is_directory(folder / "gt", ignored))
        return add_kitti_folder(folder, sequences);
    const bool results =
        fs::exists(folder / "gt.txt", ignored) && fs::exists(folder / "test.txt", ignored);
    if (!results && !fs::exists(folder / "gt/gt.txt", ignored))
        return {};
    VEDETTE_TRY(TrackSequence sequence, results ? read_results(folder) : read_mot(folder));
    sequences.push_back(std::move(sequence));
    return {};
}

} // namespace

Result<NumberRows> parse_number_rows(const std::string& text, std::size_t least_columns,
                                     const std::string& file_name) {
    NumberRows rows;
    VEDETTE_CHECK_OK(for_each_line(text, [&](std::size_t line, const auto& fields) -> Status {
        if (fields.size() < least_columns)
            return bad_line(file_name, line,
                            "has " + std::to_string(fields.size()) + " columns, needs " +
                                std::to_string(least_columns));
        std::vector<double>& row = rows.emplace_back();
        for (const std::string_view field : fields) {
            const auto value = finite_number(field);
            if (!value)
                return bad_line(file_name, line, "'" + std::string{field} + "' is not a number");
            row.push_back(*value);
        }
        return {};
    }));
    return rows;
}

Result<std::vector<SequenceFrame>> parse_kitti_truth(const std::string& text,
                                                     const std::string& file_name) {
    std::vector<SequenceFrame> frames;
    VEDETTE_CHECK_OK(for_each_line(text, [&](std::size_t line, const auto& fields) -> Status {
        std::vector<double> values;
        if (fields.size() >= 10)
            for (const std::size_t column : {0U, 1U, 3U, 4U, 6U, 7U, 8U, 9U})
                if (const auto value = finite_number(fields[column]))
                    values.push_back(*value);
        if (values.size() != 8)
            return bad_line(file_name, line, "is not a KITTI tracking label");
        VEDETTE_TRY(const std::size_t index, frame_index(values[0], 0, file_name, line));
        VEDETTE_TRY(const std::int64_t id, object_id(values[1], file_name, line));
        SequenceFrame& frame = frame_at(frames, index);
        const std::string_view type = fields[2];
        const bool clear = values[2] <= 0 && values[3] <= kKittiMostOcclusion;
        if (type != "Car" && type != "Van" && type != "DontCare")
            return {};
        const TruthRole role = type == "DontCare"       ? TruthRole::region
                               : type == "Car" && clear ? TruthRole::counted
                                                        : TruthRole::forgiving;
        frame.scored.truth.push_back(
            {id, {values[4], values[5], values[6] - values[4], values[7] - values[5]}, role});
        frame.visibility.push_back(1);
        return {};
    }));
    return frames;
}

Result<std::vector<TrackSequence>> read_track_sequences(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return Error{ErrorCode::not_found, folder.string() + " is not a folder"};
    std::vector<TrackSequence> sequences;
    const fs::path whole = fs::canonical(folder, error); // "." and a trailing slash have no name
    if (error)
        return Error{ErrorCode::not_found,
                     "cannot look into " + folder.string() + ": " + error.message()};
    VEDETTE_CHECK_OK(add_folder(whole, sequences));
    if (sequences.empty()) {
        VEDETTE_TRY(const auto entries, entries_of(whole));
        for (const fs::path& entry : entries)
            if (fs::is_directory(entry, error))
                VEDETTE_CHECK_OK(add_folder(entry, sequences));
    }
    if (sequences.empty())
        return Error{ErrorCode::not_found,
                     folder.string() +
                         " holds no sequence: expected gt/gt.txt with seqinfo.ini, gt/*.txt with "
                         "det_Car/*.txt, or gt.txt with test.txt, there or one folder below"};
    std::sort(sequences.begin(), sequences.end(),
              [](const TrackSequence& a, const TrackSequence& b) { return a.name < b.name; });
    return sequences;
}

} // namespace vedette::vision
