#include "vedette/recording/settle.h"

#include <algorithm>
#include <map>
#include <utility>

#include "file_digest.h"
#include "mp4_scan.h"
#include "segment_name.h"
#include "vedette/media/byte_source.h"
#include "vedette/recording/fragment_table.h"
#include "vedette/recording/previews.h"
#include "vedette/recording/recorder.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kMostNamed = 20;
constexpr std::chrono::milliseconds kNoGap{500}; ///< between files of one recording

void add_to(std::vector<std::string>& list, const std::string& what) {
    if (list.size() < kMostNamed)
        list.push_back(what);
}

/// Every row of a tier, page by page.
template <class Use>
Status for_each_row(const ports::RecordingIndex& index, const std::string& tier, Use&& use) {
    ports::RecordingQuery query{.limit = kPage, .tier = tier};
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
    struct Place {
        std::string tier;
        RecordingFiles& files;
        std::span<const TierFiles> others; ///< of which can be told what is there
    };
    Settler(const Place& place, ports::RecordingIndex& index,
            const std::function<Result<media::StreamInfo>(const std::string&)>& describe, Log& log,
            bool clean)
        : tier_{place.tier}, files_{place.files}, others_{place.others}, index_{index},
          describe_{describe}, log_{log}, clean_{clean} {}

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
            VEDETTE_TRY(const auto doomed, index_.doomed(tier_, kPage));
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
            VEDETTE_TRY(const auto row, index_.find_file(file));
            if (row) {
                VEDETTE_CHECK_OK(settle_second(*row));
                continue;
            }
            const auto named = from_file(file);
            if (!named && strip_of_file(file))
                continue;
            if (!named)
                add_to(found_.unknown, file);
            else
                VEDETTE_CHECK_OK(adopt({file, bytes}, *named));
        }
        return {};
    }

    /// A file here whose row names another tier, or is doomed, which is where nothing is changed.
    /// It is what a move left that did not come to its end, unless it is the only one.
    Status settle_second(const ports::RecordedSegment& row) {
        if (row.tier == tier_)
            return {};
        const TierFiles* const other = other_of(row.tier);
        if (other == nullptr)
            return {}; // nobody can tell: it stays
        if (row.doomed || has_all(*other->files, row)) {
            ++found_.left_over;
            return clean_ ? files_.remove(row.file) : Status{};
        }
        const auto digest = digest_of(files_, row.file);
        if (!digest || *digest != row.sha256) {
            add_to(found_.damaged, row.file + ": it is not whole, and the only one");
            return {};
        }
        ++found_.relocated;
        return clean_ ? index_.move(row.id, tier_) : Status{};
    }

    [[nodiscard]] const TierFiles* other_of(const std::string& tier) const {
        const auto found = std::find_if(others_.begin(), others_.end(),
                                        [&](const TierFiles& one) { return one.id == tier; });
        return found == others_.end() ? nullptr : &*found;
    }

    static bool has_all(const RecordingFiles& files, const ports::RecordedSegment& row) {
        const auto bytes = files.readable_bytes(row.file);
        return bytes && *bytes >= row.bytes;
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
        VEDETTE_CHECK_OK(remember_triggers(*row));
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
        row.tier = tier_;
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

    /// What somebody said of that time still counts.
    Status remember_triggers(ports::RecordedSegment& row) {
        VEDETTE_TRY(const auto said,
                    index_.triggers(
                        {.camera = row.camera, .from = row.start, .to = row.end, .limit = kPage}));
        for (const ports::RecordingTrigger& one : said) {
            row.activity.alert = 1;
            row.kept = row.kept || one.keep;
        }
        return {};
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
        VEDETTE_CHECK_OK(
            for_each_row(index_, tier_, [&](const ports::RecordedSegment& row) -> Status {
                const auto file = without_row_.extract(row.file);
                VEDETTE_TRY(const bool elsewhere, settle_others(row, !file.empty()));
                if (file.empty() && !elsewhere) {
                    ++found_.without_file;
                    gone.push_back(row.id);
                    log_.warn("a recording is gone from the disk", {{"file", row.file}});
                } else if (!file.empty() && !elsewhere && file.mapped() < row.bytes) {
                    add_to(found_.damaged, row.file + ": it is shorter than it was");
                }
                return {};
            }));
        return clean_ && !gone.empty() ? index_.remove(gone) : Status{};
    }

    /// What lies on another tier of a row of this one: left over if it is whole here, too, else the
    /// only one. \return whether the row names another tier now
    Result<bool> settle_others(const ports::RecordedSegment& row, bool is_here) {
        for (const TierFiles& other : others_) {
            if (!has_all(*other.files, row))
                continue;
            const bool is_left_over = is_here && has_all(files_, row);
            ++(is_left_over ? found_.left_over : found_.relocated);
            if (!clean_)
                return !is_left_over;
            if (is_left_over) {
                VEDETTE_CHECK_OK(other.files->remove(row.file));
                continue;
            }
            VEDETTE_CHECK_OK(index_.move(row.id, other.id));
            return true;
        }
        return false;
    }

    const std::string tier_;
    RecordingFiles& files_;
    const std::span<const TierFiles> others_;
    ports::RecordingIndex& index_;
    const std::function<Result<media::StreamInfo>(const std::string&)>& describe_;
    Log& log_;
    const bool clean_;
    std::map<std::string, std::uint64_t> without_row_; ///< files and their sizes
    Settlement found_;
};

} // namespace

void tell(const Settlement& found, std::string_view where, Log& log) {
    if (found.adopted + found.empty + found.deleted + found.without_file + found.left_over +
            found.relocated >
        0)
        log.info("recordings were settled", {{"folder", where},
                                             {"kept", found.adopted},
                                             {"cut_bytes", found.cut_bytes},
                                             {"empty", found.empty},
                                             {"deleted", found.deleted},
                                             {"without_file", found.without_file},
                                             {"left_over", found.left_over},
                                             {"relocated", found.relocated}});
    for (const std::string& file : found.damaged)
        log.warn("a recording is damaged", {{"folder", where}, {"file", file}});
    for (const std::string& file : found.unknown)
        log.warn("this is no recording of ours, and stays", {{"folder", where}, {"file", file}});
}

Result<Settlement>
settle(RecordingFiles& files, ports::RecordingIndex& index,
       const std::function<Result<media::StreamInfo>(const std::string& file)>& describe, Log& log,
       bool clean) {
    return Settler{{"", files, {}}, index, describe, log, clean}.run();
}

Result<Settlement>
settle_tier(const TierFiles& tier, std::span<const TierFiles> others, ports::RecordingIndex& index,
            const std::function<Result<media::StreamInfo>(const std::string& file)>& describe,
            Log& log, bool clean) {
    return Settler{{tier.id, *tier.files, others}, index, describe, log, clean}.run();
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
                  const std::function<void(const std::string&, const std::string&)>& report,
                  const std::string& tier) {
    std::uint64_t read = 0;
    VEDETTE_CHECK_OK(for_each_row(index, tier, [&](const ports::RecordedSegment& row) -> Status {
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
