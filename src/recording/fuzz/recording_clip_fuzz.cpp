// Whatever lies in a recorded file is refused, or gives a clip whose pieces are those of the whole,
// whose head can be read again, and in which nothing is written beyond a fragment's own tables.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "mp4_head.h"
#include "mp4_scan.h"
#include "mp4_times.h"
#include "vedette/recording/clip_file.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

void must(bool holds) {
    if (!holds)
        std::abort();
}

class OneFile final : public recording::RecordingFiles {
public:
    explicit OneFile(std::span<const std::byte> bytes) : bytes_{bytes} {}
    Result<std::size_t> read_at(const std::string&, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        const std::size_t from = std::min<std::size_t>(offset, bytes_.size());
        const std::size_t count = std::min(into.size(), bytes_.size() - from);
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(from), count, into.begin());
        return count;
    }
    Result<std::unique_ptr<recording::RecordingFile>> create(const std::string&) override {
        return no();
    }
    Status sync_name(const std::string&) override { return no(); }
    Status truncate(const std::string&, std::uint64_t) override { return no(); }
    Status remove(const std::string&) override { return no(); }
    Result<std::uint64_t> readable_bytes(const std::string&) const override { return no(); }
    Result<std::vector<Entry>> list_below(const std::string&) const override { return no(); }
    Result<Space> space() const override { return no(); }

private:
    static Error no() { return {ErrorCode::internal, "nobody asks for this"}; }
    std::span<const std::byte> bytes_;
};

void check_head(std::span<const std::byte> bytes) {
    const auto head = recording::read_mp4_head(bytes);
    must(!head || head->set_up == recording::set_up_of(bytes));
    if (!head)
        return;
    const std::vector<recording::Mp4IndexEntry> entries{{1'000, 90'000}, {2'000, 180'000}};
    const std::string longer = recording::with_index(bytes, *head, entries);
    const auto again = recording::read_mp4_head(std::as_bytes(std::span{longer}));
    must(again && again->codecs() == head->codecs() && again->set_up == head->set_up);
}

void check_times(std::span<const std::byte> bytes) {
    const auto times = recording::times_in(bytes);
    if (!times)
        return;
    must(times->sequence_at + 4 <= bytes.size());
    for (const auto& track : times->tracks)
        must((track.bytes == 4 || track.bytes == 8) && track.at + track.bytes <= bytes.size());
}

void check_clip(std::span<const std::byte> bytes) {
    const OneFile files{bytes};
    const auto table = recording::scan_mp4(
        [&files](std::uint64_t offset, std::span<std::byte> into) {
            return files.read_at("", offset, into);
        },
        bytes.size());
    if (!table || table->fragments.empty() || table->fragments.size() > 50)
        return;
    ports::RecordedSegment row;
    row.file = "gate/x.mp4";
    row.fragments = recording::to_bytes(*table);
    auto clip = recording::clip_of(row, 0, table->fragments.size(), StreamClock::duration{1'234});
    if (!clip)
        return;
    const auto file = recording::ClipFile::open(files, *std::move(clip));
    if (!file || (*file)->size() > (std::uint64_t{1} << 20U))
        return;
    std::vector<std::byte> whole((*file)->size());
    if (!(*file)->read_at(0, whole))
        return;
    std::vector<std::byte> piece(37);
    for (std::size_t at = 0; at + piece.size() <= whole.size(); at += 101) {
        must((*file)->read_at(at, piece).has_value());
        must(std::equal(piece.begin(), piece.end(),
                        whole.begin() + static_cast<std::ptrdiff_t>(at)));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span{data, size});
    check_head(bytes);
    check_times(bytes);
    check_clip(bytes);
    return 0;
}
