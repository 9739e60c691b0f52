#include "camera_recording.h"

#include <algorithm>
#include <utility>

namespace vedette::recording {
namespace {

using std::chrono::microseconds;

constexpr std::chrono::seconds kRetry{2};    ///< while the disk refuses
constexpr std::chrono::minutes kLongest{10}; ///< without a key frame
constexpr std::size_t kRemembered = 16;      ///< finished segments

WallTime::duration since_epoch(StreamTime at) {
    return std::chrono::duration_cast<WallTime::duration>(at.time_since_epoch());
}

WallTime next_turn(WallTime from, std::chrono::seconds length) {
    const auto whole = from.time_since_epoch() / length;
    return WallTime{length * (whole + 1)};
}

constexpr ports::RecordedActivity kTriggered{.motion = 0, .object = 0, .alert = 1, .seen = 1};

/// \return whether that changed anything.
bool raise(ports::RecordedActivity& what, const ports::RecordedActivity& by) {
    const ports::RecordedActivity raised{
        std::max(what.motion, by.motion), std::max(what.object, by.object),
        std::max(what.alert, by.alert), std::max(what.seen, by.seen)};
    return !(std::exchange(what, raised) == raised);
}

} // namespace

/// Packets come late, never early: the least delayed one tells when stream time 0 was.
void CameraRecording::date(const media::Packet& packet, WallTime came) {
    const WallTime::duration zero = came.time_since_epoch() - since_epoch(packet.decoding_at());
    if (!least_ || zero < *least_)
        least_ = zero;
}

void CameraRecording::take(const media::Packet& packet, const media::StreamInfo& streams,
                           WallTime came) {
    const bool picture = packet.kind() == media::PacketKind::video;
    if (picture) {
        date(packet, came);
        newest_ = packet.decoding_at();
    }
    if (open_ && (!open_->takes(packet) || is_over(packet)))
        finish();
    if (!open_ && picture && packet.key_frame() &&
        (!retry_at_ || packet.decoding_at() >= *retry_at_))
        begin(packet, streams);
    if (!open_) {
        broken_ = broken_ || picture;
        totals_.lost_packets += picture ? 1 : 0;
        return;
    }
    if (const Status written = open_->write(packet); !written)
        refused(written.error());
}

bool CameraRecording::is_over(const media::Packet& packet) const {
    const StreamClock::duration length = packet.decoding_at() - open_from_;
    if (length >= kLongest)
        return true;
    return packet.key_frame() && open_->start() + length >= turn_;
}

void CameraRecording::begin(const media::Packet& packet, const media::StreamInfo& streams) {
    zero_ = least_;
    least_.reset();
    const WallTime start = WallTime{*zero_ + since_epoch(packet.decoding_at())};
    auto writer = SegmentWriter::open(*parts_.files, streams, options_.camera, start);
    if (!writer) {
        refused(writer.error());
        return;
    }
    open_ = *std::move(writer);
    open_from_ = packet.decoding_at();
    turn_ = next_turn(start, options_.segment);
    activity_ =
        ongoing_ && start < ongoing_->until ? ongoing_->activity : ports::RecordedActivity{};
    if (start < triggered_until_)
        raise(activity_, kTriggered);
    open_is_kept_ = start < kept_until_;
}

void CameraRecording::finish() {
    if (!open_)
        return;
    const auto writer = std::move(open_);
    auto row = writer->finish();
    if (!row) {
        refused(row.error());
        return;
    }
    set_gap(*row);
    row->activity = activity_;
    row->kept = open_is_kept_;
    if (const auto added = parts_.index->add(*row); !added) {
        refused(added.error()); // the file stays, and is found at the next start
        return;
    }
    if (!problem_.empty())
        parts_.log->info("recording again", {{"camera", options_.camera.value()}});
    problem_.clear();
    remember(*row);
    end_ = row->end;
    broken_ = false;
    cause_.clear();
    ++totals_.segments;
    totals_.bytes += row->bytes;
}

/// Pictures that follow each other leave none, whatever the clock did in between.
void CameraRecording::set_gap(ports::RecordedSegment& row) {
    if (!broken_)
        return;
    if (const auto before = last_known()) {
        row.gap = std::max(microseconds{0},
                           std::chrono::duration_cast<microseconds>(row.start - *before));
        row.gap_cause = cause_.empty() ? "nothing was recorded" : cause_;
    }
}

/// \return when the segment before ended, also if another process recorded it.
std::optional<WallTime> CameraRecording::last_known() {
    if (end_)
        return end_;
    const auto last = parts_.index->last(options_.camera);
    if (!last || !*last)
        return std::nullopt;
    if (cause_.empty())
        cause_ = "the server was not running";
    return (*last)->end;
}

void CameraRecording::miss(const std::string& why) {
    finish();
    broken_ = true;
    cause_ = why;
}

void CameraRecording::end(const std::string& why) {
    finish();
    broken_ = true;
    cause_ = why.empty() ? "the input ended" : why;
    least_.reset();
    retry_at_.reset();
}

void CameraRecording::refused(const Error& error) {
    const auto given_up = std::move(open_);
    if (given_up && !given_up->has_fragments())
        (void)parts_.files->remove(given_up->file()); // else the next start does
    broken_ = true;
    cause_ = error.message();
    if (problem_.empty())
        parts_.log->error("nothing is recorded",
                          {{"camera", options_.camera.value()}, {"reason", error.message()}});
    problem_ = error.message();
    retry_at_ = newest_ + kRetry;
}

void CameraRecording::note(WallTime from, WallTime to, const ports::RecordedActivity& activity) {
    ports::RecordedActivity lasting = activity;
    lasting.seen = 0;
    if (!(lasting == ports::RecordedActivity{})) {
        if (!ongoing_ || from > ongoing_->until)
            ongoing_ = Ongoing{to, lasting};
        ongoing_->until = std::max(ongoing_->until, to);
        raise(ongoing_->activity, lasting);
    }
    raise_open(from, to, activity);
}

void CameraRecording::raise_open(WallTime from, WallTime to,
                                 const ports::RecordedActivity& activity) {
    if (open_ && to > open_->start())
        raise(activity_, activity);
    if (!open_ || from < open_->start())
        raise_finished(from, to, activity);
}

void CameraRecording::trigger(WallTime from, WallTime to, bool keep) {
    triggered_until_ = std::max(triggered_until_, to);
    raise_open(from, to, kTriggered);
    if (!keep)
        return;
    kept_until_ = std::max(kept_until_, to);
    open_is_kept_ = open_is_kept_ || (open_ && to > open_->start());
    if (const auto kept = parts_.index->keep_all(options_.camera, from, to, true); !kept)
        parts_.log->error(
            "what somebody wanted kept may be deleted when its time has come",
            {{"camera", options_.camera.value()}, {"reason", kept.error().message()}});
}

/// The index is told only what it does not know: this is asked several times a second.
void CameraRecording::raise_finished(WallTime from, WallTime to,
                                     const ports::RecordedActivity& activity) {
    bool news = recent_.empty() || from < recent_.front().start;
    for (ports::RecordedSegment& row : recent_)
        if (row.start < to && row.end > from)
            news = raise(row.activity, activity) || news;
    if (!news)
        return;
    if (const Status marked = parts_.index->mark(options_.camera, from, to, activity); !marked)
        parts_.log->warn(
            "what was going on is not with its recording",
            {{"camera", options_.camera.value()}, {"reason", marked.error().message()}});
}

void CameraRecording::remember(const ports::RecordedSegment& row) {
    recent_.push_back(row);
    if (recent_.size() > kRemembered)
        recent_.pop_front();
}

} // namespace vedette::recording
