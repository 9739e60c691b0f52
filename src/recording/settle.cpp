#include "vedette/recording/settle.h"

#include <algorithm>
#include <map>
#include <utility>

#include "file_digest.h"
#include "mp4_scan.h"
#include "segment_name.h"
#include "vedette/media/byte_source.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kMostNamed = 20;
constexpr std::chrono::milliseconds kNoGap{500}; ///< between files of one recording
/// What went on in a file that only its name speaks of is not known: it is kept as if somebody had
/// been seen.
constexpr ports::RecordedActivity kNotKnown{.motion = 1, .object = 1, .alert = 0};

void add_to(std::vector<std::string>& list, const std::string& what) {
    if (list.size() < kMostNamed)
        list.push_back(what);
}

/// Every row of the index, page by page.
template <class Use>
Status for_each_row(const ports::RecordingIndex& index, Use&& use) {
    ports::RecordingQuery query{.limit = kPage};
    for (;;) {
        VEDETTE_TRY(const auto page, index.list(query));
        for (const ports::RecordedSegment& row : page)
            VEDETTE_CHECK_OK(use(row));
        if (page.size() < kPage)
            return {};
        query.after = ports::place_of(page.back());
    }
}

class WholeFile final : public media::ByteInput {
public:
    WholeFile(const RecordingFiles& files, std::string name, std::uint64_t bytes)
        : files_{files}, name_{std::move(name)}, bytes_{bytes} {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_; }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                              std::span<std::byte> into) override {
        return files_.read_at(name_, offset, into);
    }

private:
    const RecordingFiles& files_;
    const std::string name_;
    const std::uint64_t bytes_;
};

class Settler {
public:
    Settler(RecordingFiles& files, ports::RecordingIndex& index,
            const std::function<Result<media::StreamInfo>(const std::string&)>& describe, Log& log,
            bool clean)
        : files_{files}, index_{index}, describe_{describe}, log_{log}, clean_{clean} {}

    Result<Settlement> run() {
        VEDETTE_CHECK_OK(finish_deletions());
        VEDETTE_TRY(const auto entries, files_.list());
        for (const RecordingFiles::Entry& entry : entries)
            without_row_.emplace(entry.name, entry.bytes);
        VEDETTE_CHECK_OK(compare_rows());
        VEDETTE_CHECK_OK(adopt_all());
        return found_;
    }

private:
    Status finish_deletions() {
        for (;;) {
            VEDETTE_TRY(const auto doomed, index_.doomed(kPage));
            found_.deleted += doomed.size();
            if (doomed.empty() || !clean_)
                return {};
            std::vector<std::uint64_t> ids;
            for (const ports::RecordedSegment& row : doomed) {
                VEDETTE_CHECK_OK(files_.remove(row.file));
                ids.push_back(row.id);
            }
            VEDETTE_CHECK_OK(index_.remove(ids));
        }
    }

    Status adopt_all() {
        for (const auto& [file, bytes] : without_row_) {
            VEDETTE_TRY(const bool doomed, index_.has(file)); // only where nothing is changed
            if (doomed)
                continue;
            const auto named = from_file(file);
            if (!named)
                add_to(found_.unknown, file);
            else
                VEDETTE_CHECK_OK(adopt({file, bytes}, *named));
        }
        return {};
    }

    /// A file that cannot be read stays as it is.
    Status adopt(RecordingFiles::Entry entry, const SegmentName& named) {
        const auto readable = files_.readable_bytes(entry.name);
        if (!readable) {
            add_to(found_.damaged, readable.error().message());
            return {};
        }
        entry.bytes = *readable;
        auto row = row_of(entry, named);
        if (!row) {
            add_to(found_.damaged, entry.name + ": " + row.error().message());
            return {};
        }
        if (row->end <= row->start || row->bytes == 0) {
            ++found_.empty;
            return clean_ ? files_.remove(entry.name) : Status{};
        }
        if (const Status sane = ports::check_segment(*row); !sane) {
            add_to(found_.damaged, sane.error().message());
            return {};
        }
        ++found_.adopted;
        const std::uint64_t cut_bytes = entry.bytes - row->bytes;
        found_.cut_bytes += cut_bytes;
        if (!clean_)
            return {};
        if (cut_bytes > 0)
            VEDETTE_CHECK_OK(files_.truncate(entry.name, row->bytes));
        VEDETTE_CHECK_OK(files_.sync_name(entry.name));
        VEDETTE_TRY(row->sha256, digest_of(files_, entry.name));
        VEDETTE_CHECK_OK(set_gap(*row));
        VEDETTE_TRY([[maybe_unused]] const auto id, index_.add(*row));
        log_.info("a recording that was cut off is kept",
                  {{"file", entry.name}, {"lost_bytes", cut_bytes}});
        return {};
    }

    /// All but digest and gap. Bytes is where the file is to end.
    Result<ports::RecordedSegment> row_of(const RecordingFiles::Entry& entry,
                                          const SegmentName& named) {
        ports::RecordedSegment row;
        row.camera = named.camera;
        row.file = entry.name;
        row.start = row.end = named.start;
        row.sha256 = std::string(64, '0'); // until the file is as it stays
        row.activity = kNotKnown;
        if (named.extension != "mp4")
            return Error{ErrorCode::data_loss,
                         "it was cut off; play it to see what it holds, or delete it"};
        VEDETTE_TRY(const FragmentTable table,
                    scan_mp4(
                        [&](std::uint64_t offset, std::span<std::byte> into) {
                            return files_.read_at(entry.name, offset, into);
                        },
                        entry.bytes));
        if (table.fragments.empty())
            return row;
        // Where not even that can be told its fragments are still worth keeping.
        const media::StreamInfo info = describe_(entry.name).value_or(media::StreamInfo{});
        const media::SegmentFragment& last = table.fragments.back();
        row.end = named.start + (last.from + last.length);
        row.bytes = last.offset + last.bytes;
        row.codec = info.codec;
        row.audio_codec = info.audio_codec;
        row.width_px = info.width_px;
        row.height_px = info.height_px;
        row.fragments = to_bytes(table);
        return row;
    }

    Status set_gap(ports::RecordedSegment& row) {
        VEDETTE_TRY(const auto before, index_.list({.camera = row.camera,
                                                    .from = row.start - ports::kLongestSegment,
                                                    .to = row.start,
                                                    .limit = kPage}));
        if (before.empty())
            return {};
        const auto gap = row.start - before.back().end;
        if (gap > kNoGap) {
            row.gap = gap;
            row.gap_cause = "nothing was recorded";
        }
        return {};
    }

    /// Leaves in without_row_ what no row speaks of.
    Status compare_rows() {
        std::vector<std::uint64_t> gone;
        VEDETTE_CHECK_OK(for_each_row(index_, [&](const ports::RecordedSegment& row) -> Status {
            const auto file = without_row_.extract(row.file);
            if (file.empty()) {
                ++found_.without_file;
                gone.push_back(row.id);
                log_.warn("a recording is gone from the disk", {{"file", row.file}});
            } else if (file.mapped() < row.bytes) {
                add_to(found_.damaged, row.file + ": it is shorter than it was");
            }
            return {};
        }));
        return clean_ && !gone.empty() ? index_.remove(gone) : Status{};
    }

    RecordingFiles& files_;
    ports::RecordingIndex& index_;
    const std::function<Result<media::StreamInfo>(const std::string&)>& describe_;
    Log& log_;
    const bool clean_;
    std::map<std::string, std::uint64_t> without_row_; ///< files and their sizes
    Settlement found_;
};

} // namespace

Result<Settlement>
settle(RecordingFiles& files, ports::RecordingIndex& index,
       const std::function<Result<media::StreamInfo>(const std::string& file)>& describe, Log& log,
       bool clean) {
    return Settler{files, index, describe, log, clean}.run();
}

Result<media::StreamInfo> describe_recording(const RecordingFiles& files, const std::string& file,
                                             const Clock& clock) {
    VEDETTE_TRY(const std::uint64_t bytes, files.readable_bytes(file));
    VEDETTE_TRY(const auto source,
                media::open_bytes(std::make_unique<WholeFile>(files, file, bytes), file,
                                  {.audio = true}, clock));
    return source->info();
}

Result<std::uint64_t>
verify_recordings(const RecordingFiles& files, const ports::RecordingIndex& index,
                  const std::function<void(const std::string&, const std::string&)>& report) {
    std::uint64_t read = 0;
    VEDETTE_CHECK_OK(for_each_row(index, [&](const ports::RecordedSegment& row) -> Status {
        ++read;
        const auto digest = digest_of(files, row.file);
        if (!digest)
            report(row.file, digest.error().message());
        else if (*digest != row.sha256)
            report(row.file, "its bytes are not those that were recorded");
        return {};
    }));
    return read;
}

} // namespace vedette::recording
