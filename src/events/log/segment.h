#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/format.h"
#include "log/log_files.h"
#include "vedette/base/guarded.h"

namespace vedette::events {

/// Where in a segment one record starts.
struct Mark {
    ports::LogPosition position;
    std::uint64_t offset = 0;
};

/// Some of a segment's records, about every 16 KiB, so that a reader finds its place.
class Marks {
public:
    explicit Marks(ports::LogPosition first) : marks_{{first, kSegmentHeaderBytes}} {}
    /// Ignored unless it is far enough behind the last one.
    void note(Mark mark);
    /// The last one that is not behind `wanted`.
    /// \pre wanted >= the segment's first
    [[nodiscard]] Mark floor(ports::LogPosition wanted) const;

private:
    std::vector<Mark> marks_; // ascending; never empty
};

/// Events that cannot be read any more, and where they were.
struct LostRange {
    ports::LogPosition from, to; ///< both included
    std::string path;
    std::uint64_t offset = 0;
};

[[nodiscard]] Error to_error(const LostRange& lost);

/// One file of the log. Where it ends is known to the log alone: the newest one grows.
///
/// Thread-safe.
class Segment {
public:
    Segment(LogFiles& files, SegmentHeader header)
        : files_{files}, header_{header}, warm_{Warm{nullptr, Marks{header.first}}} {}
    /// A segment whose header is damaged: everything in it is lost.
    static std::shared_ptr<Segment> unreadable(LogFiles& files, ports::LogPosition first);

    [[nodiscard]] const SegmentHeader& header() const noexcept { return header_; }
    [[nodiscard]] bool readable() const noexcept { return readable_; }
    [[nodiscard]] std::string name() const { return segment_name(header_.first); }
    [[nodiscard]] std::string path() const { return files_.path_of(name()); }

    /// Opened when it is first wanted.
    [[nodiscard]] Result<std::shared_ptr<LogFile>> file();
    void keep(std::shared_ptr<LogFile> file, Marks marks);
    /// Closes the file and forgets the marks, until somebody reads it again.
    void cool();

    void note(Mark mark);
    [[nodiscard]] Mark floor(ports::LogPosition wanted) const;

private:
    struct Warm {
        std::shared_ptr<LogFile> file;
        Marks marks;
    };
    LogFiles& files_;
    const SegmentHeader header_;
    bool readable_ = true;
    Guarded<Warm> warm_;
};

/// A segment as a reader may see it: up to what is durable.
struct SegmentView {
    std::shared_ptr<Segment> segment;
    ports::LogPosition last;  ///< of the last event in it
    std::uint64_t end = 0;    ///< offset behind it, or further: what is there is of no interest
    std::optional<Mark> tail; ///< of the newest segment: where its last group starts
};

/// What a reader gathers; it is full after so many events or bytes.
class Page {
public:
    explicit Page(std::size_t max_events) : max_events_{max_events} {}
    [[nodiscard]] bool full() const;
    void add(const RecordView& record);
    [[nodiscard]] bool empty() const { return events_.empty(); }
    [[nodiscard]] ports::LogPosition last() const { return events_.back().position; }
    [[nodiscard]] std::vector<ports::LoggedEvent> take() && { return std::move(events_); }

private:
    std::size_t max_events_;
    std::size_t bytes_ = 0;
    std::vector<ports::LoggedEvent> events_;
};

/// Adds the events of this segment from position `wanted` on, until the page is full, the segment
/// ends, or something is damaged.
/// \pre header().first <= wanted <= view.last
/// \return the lost events that stand where reading stopped, if that is why it did; unavailable if
/// the file cannot be read.
[[nodiscard]] Result<std::optional<LostRange>> read_segment(const SegmentView& view,
                                                            ports::LogPosition wanted, Page& page);

} // namespace vedette::events
