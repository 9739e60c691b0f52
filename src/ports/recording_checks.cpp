#include "vedette/ports/recording_index.h"

#include <tuple>

namespace vedette::ports {
namespace {

constexpr std::size_t kLongestFile_bytes = 512;
constexpr std::size_t kLongestName_bytes = 256;
constexpr std::size_t kLongestCause_bytes = 1024;
constexpr std::size_t kLargestFragments_bytes = std::size_t{1} << 20U;
constexpr std::size_t kSha256_digits = 64;
constexpr std::size_t kLargestPage = 5'000;
constexpr std::size_t kLongestReason_bytes = 500;
constexpr std::size_t kLongestTier_bytes = 64;
constexpr std::size_t kLargestTriggerPage = 1'000;

bool is_score(double value) { return value >= 0 && value <= 1; }

/// A relative path that stays below the folder.
bool is_below(std::string_view file) {
    if (file.empty() || file.size() > kLongestFile_bytes || file.front() == '/' ||
        file.find('\0') != std::string_view::npos)
        return false;
    const std::string between = "/" + std::string{file} + "/";
    return between.find("/../") == std::string::npos && between.find("//") == std::string::npos;
}

Error refused(const RecordedSegment& segment, const char* why) {
    return {ErrorCode::invalid_argument,
            "segment '" + segment.file.substr(0, kLongestFile_bytes) + "': " + why};
}

} // namespace

RecordingPlace place_of(const RecordedSegment& segment) {
    return {segment.camera, segment.start, segment.id};
}

bool is_listed_before(const RecordingPlace& a, const RecordingPlace& b) {
    return std::tie(a.camera.value(), a.start, a.id) < std::tie(b.camera.value(), b.start, b.id);
}

Status check_segment(const RecordedSegment& segment) {
    if (segment.camera.value().empty() || segment.camera.value().size() > kLongestName_bytes)
        return refused(segment, "the camera's name is empty or too long");
    if (!is_below(segment.file))
        return refused(segment, "its file is no path below the recordings' folder");
    if (segment.end <= segment.start)
        return refused(segment, "it ends before it begins");
    if (segment.end - segment.start > kLongestSegment)
        return refused(segment, "it is longer than an hour");
    if (segment.bytes == 0 || segment.sha256.size() != kSha256_digits)
        return refused(segment, "its file is empty or has no digest");
    if (segment.codec.size() > kLongestName_bytes ||
        segment.audio_codec.size() > kLongestName_bytes ||
        segment.gap_cause.size() > kLongestCause_bytes ||
        segment.tier.size() > kLongestTier_bytes ||
        segment.fragments.size() > kLargestFragments_bytes)
        return refused(segment, "a text is too long");
    if (segment.gap.count() < 0 || !is_score(segment.activity.motion) ||
        !is_score(segment.activity.object) || !is_score(segment.activity.alert) ||
        !is_score(segment.activity.seen))
        return refused(segment, "a number is out of range");
    return {};
}

Status check_recording_query(const RecordingQuery& query) {
    if (query.limit >= 1 && query.limit <= kLargestPage)
        return {};
    return Error{ErrorCode::invalid_argument,
                 "limit must be 1..5000, is " + std::to_string(query.limit)};
}

Status check_trigger(const RecordingTrigger& trigger) {
    if (trigger.camera.value().empty() || trigger.camera.value().size() > kLongestName_bytes)
        return Error{ErrorCode::invalid_argument, "the camera's name is empty or too long"};
    if (trigger.to <= trigger.from)
        return Error{ErrorCode::invalid_argument, "a trigger's time must not be empty"};
    if (trigger.reason.size() > kLongestReason_bytes)
        return Error{ErrorCode::invalid_argument, "reason must have at most 500 bytes"};
    return {};
}

Status check_trigger_query(const TriggerQuery& query) {
    if (query.limit >= 1 && query.limit <= kLargestTriggerPage)
        return {};
    return Error{ErrorCode::invalid_argument,
                 "limit must be 1..1000, is " + std::to_string(query.limit)};
}

} // namespace vedette::ports
