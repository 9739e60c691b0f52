#include "vedette/ports/following_store.h"

namespace vedette::ports {
namespace {

constexpr std::size_t kLongestId_bytes = 64;
constexpr std::size_t kLongestWord_bytes = 32;
constexpr std::size_t kLongestPlate_bytes = 512;
constexpr std::size_t kLargestBody_bytes = std::size_t{16} << 20U;
constexpr std::size_t kLargestEvidence_bytes = std::size_t{64} << 20U;
constexpr std::size_t kLargestPage = 500;

bool has(std::string_view text, std::size_t max_bytes) {
    return !text.empty() && text.size() <= max_bytes;
}

} // namespace

Status check_record(const FollowingRecord& record) {
    if (has(record.id, kLongestId_bytes) && has(record.state, kLongestWord_bytes) &&
        has(record.score, kLongestId_bytes) && has(record.subject, kLongestPlate_bytes) &&
        has(record.vehicle, kLongestPlate_bytes) && has(record.body, kLargestBody_bytes) &&
        record.evidence.size() <= kLargestEvidence_bytes)
        return {};
    return Error{ErrorCode::invalid_argument, "case '" + record.id.substr(0, kLongestId_bytes) +
                                                  "': a text is empty or too long"};
}

Status check_query(const FollowingQuery& query) {
    if (query.limit >= 1 && query.limit <= kLargestPage)
        return {};
    return Error{ErrorCode::invalid_argument,
                 "limit must be 1..500, is " + std::to_string(query.limit)};
}

} // namespace vedette::ports
