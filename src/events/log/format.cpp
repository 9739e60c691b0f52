#include "log/format.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <type_traits>
#include <zlib.h>

namespace vedette::events {
namespace {

using ports::LogPosition;

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

// Where the parts of a segment's header are.
constexpr std::array<char, 8> kMagic{'V', 'D', 'T', 'E', 'V', 'L', 'O', 'G'};
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSaltAt = 12;
constexpr std::size_t kFirstAt = 16;
constexpr std::size_t kCreatedAt = 24;
constexpr std::size_t kHeaderCheckAt = 36; // 4 bytes before it are 0

// Where the parts of a record are.
constexpr std::size_t kBytesAt = 0;
constexpr std::size_t kCheckAt = 4;
constexpr std::size_t kPositionAt = 8;
constexpr std::size_t kTimeAt = 16;
constexpr std::size_t kIndexAt = 24;
constexpr std::size_t kIdBytesAt = 28;
constexpr std::size_t kCameraBytesAt = 30;
constexpr std::size_t kKindBytesAt = 32;
constexpr std::size_t kFlagsAt = 33;
constexpr std::uint8_t kEndsGroup = 1;

constexpr std::size_t kLongestText_bytes = 512;
constexpr std::size_t kLongestKind_bytes = 64;
constexpr std::size_t kLargestPayload_bytes = 1 << 20;
constexpr std::size_t kLargestRecord_bytes =
    kRecordHeaderBytes + 2 * kLongestText_bytes + kLongestKind_bytes + kLargestPayload_bytes;

constexpr std::string_view kSuffix = ".events";
constexpr std::size_t kDigits = 20;

template <class T>
void put(std::byte* at, T value) {
    static_assert(std::is_integral_v<T>);
    std::memcpy(at, &value, sizeof value);
}

template <class T>
T get(const std::byte* at) {
    static_assert(std::is_integral_v<T>);
    T value{};
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint32_t checksum(std::uint32_t start, std::span<const std::byte> bytes) {
    return static_cast<std::uint32_t>(crc32_z(
        start, static_cast<const Bytef*>(static_cast<const void*>(bytes.data())), bytes.size()));
}

/// Over everything but itself.
std::uint32_t record_checksum(std::span<const std::byte> record, std::uint32_t salt) {
    const std::uint32_t length = checksum(salt, record.first(kCheckAt));
    return checksum(length, record.subspan(kPositionAt));
}

std::string_view text(const std::byte* at, std::size_t bytes) {
    return {static_cast<const char*>(static_cast<const void*>(at)), bytes};
}

std::int64_t microseconds(WallTime time) { return time.time_since_epoch().count(); }
WallTime wall_time(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }

} // namespace

std::array<std::byte, kSegmentHeaderBytes> encode_header(const SegmentHeader& header) {
    std::array<std::byte, kSegmentHeaderBytes> bytes{};
    std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
    put(&bytes[kVersionAt], kSegmentVersion);
    put(&bytes[kSaltAt], header.salt);
    put(&bytes[kFirstAt], header.first.value());
    put(&bytes[kCreatedAt], microseconds(header.created));
    put(&bytes[kHeaderCheckAt], checksum(0, std::span{bytes}.first(kHeaderCheckAt)));
    return bytes;
}

Result<SegmentHeader> parse_header(std::span<const std::byte> bytes) {
    if (bytes.size() < kSegmentHeaderBytes)
        return Error{ErrorCode::data_loss, "the header is cut short"};
    if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0 ||
        get<std::uint32_t>(&bytes[kHeaderCheckAt]) != checksum(0, bytes.first(kHeaderCheckAt)))
        return Error{ErrorCode::data_loss, "the header is damaged"};
    // Every version keeps these 40 bytes, so that older programs can tell.
    if (const auto version = get<std::uint32_t>(&bytes[kVersionAt]); version != kSegmentVersion)
        return Error{ErrorCode::invalid_argument,
                     "a newer Vedette wrote this in form " + std::to_string(version) +
                         ", this one reads form " + std::to_string(kSegmentVersion) +
                         ": update Vedette, or name another folder"};
    return SegmentHeader{get<std::uint32_t>(&bytes[kSaltAt]),
                         LogPosition{get<std::uint64_t>(&bytes[kFirstAt])},
                         wall_time(get<std::int64_t>(&bytes[kCreatedAt]))};
}

std::string segment_name(LogPosition first) {
    std::string digits = std::to_string(first.value());
    digits.insert(0, kDigits - digits.size(), '0');
    return digits.append(kSuffix);
}

std::optional<LogPosition> first_of_segment(std::string_view name) {
    if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix))
        return std::nullopt;
    std::uint64_t first = 0;
    const char* end = name.data() + kDigits;
    const auto parsed = std::from_chars(name.data(), end, first);
    if (parsed.ec != std::errc{} || parsed.ptr != end || first == 0)
        return std::nullopt;
    return LogPosition{first};
}

ports::Envelope RecordView::envelope() const {
    return {domain::EventId{std::string{id}}, std::string{kind},
            domain::CameraId{std::string{camera}}, at, std::string{payload}};
}

std::optional<std::size_t> claimed_bytes(std::span<const std::byte> start) {
    const std::size_t bytes = get<std::uint32_t>(&start[kBytesAt]);
    if (bytes < kSmallestRecordBytes || bytes > kLargestRecord_bytes)
        return std::nullopt;
    return bytes;
}

LogPosition claimed_position(std::span<const std::byte> start) {
    return LogPosition{get<std::uint64_t>(&start[kPositionAt])};
}

std::optional<RecordView> parse_record(std::span<const std::byte> bytes, std::uint32_t salt) {
    if (bytes.size() < kSmallestRecordBytes)
        return std::nullopt;
    const auto claimed = claimed_bytes(bytes);
    if (!claimed || *claimed > bytes.size())
        return std::nullopt;
    const auto record = bytes.first(*claimed);
    const std::size_t id = get<std::uint16_t>(&record[kIdBytesAt]);
    const std::size_t camera = get<std::uint16_t>(&record[kCameraBytesAt]);
    const std::size_t kind = get<std::uint8_t>(&record[kKindBytesAt]);
    const std::size_t texts = kRecordHeaderBytes + id + camera + kind;
    if (texts > record.size() ||
        get<std::uint32_t>(&record[kCheckAt]) != record_checksum(record, salt))
        return std::nullopt;
    RecordView view;
    view.position = claimed_position(record);
    view.index = get<std::uint32_t>(&record[kIndexAt]);
    view.ends_group = (get<std::uint8_t>(&record[kFlagsAt]) & kEndsGroup) != 0;
    view.bytes = record.size();
    view.at = wall_time(get<std::int64_t>(&record[kTimeAt]));
    const std::byte* at = record.data() + kRecordHeaderBytes;
    view.id = text(at, id);
    view.kind = text(at + id, kind);
    view.camera = text(at + id + kind, camera);
    view.payload = text(at + id + kind + camera, record.size() - texts);
    return view;
}

std::size_t encoded_bytes(const ports::Envelope& event) {
    return kRecordHeaderBytes + event.id.value().size() + event.kind.size() +
           event.camera.value().size() + event.payload.size();
}

void encode_record(const ports::Envelope& event, std::vector<std::byte>& out) {
    const std::size_t start = out.size();
    out.resize(start + encoded_bytes(event));
    std::byte* record = out.data() + start;
    put(record + kBytesAt, static_cast<std::uint32_t>(encoded_bytes(event)));
    put(record + kTimeAt, microseconds(event.at));
    put(record + kIdBytesAt, static_cast<std::uint16_t>(event.id.value().size()));
    put(record + kCameraBytesAt, static_cast<std::uint16_t>(event.camera.value().size()));
    put(record + kKindBytesAt, static_cast<std::uint8_t>(event.kind.size()));
    std::byte* at = record + kRecordHeaderBytes;
    for (const std::string* part :
         {&event.id.value(), &event.kind, &event.camera.value(), &event.payload}) {
        std::memcpy(at, part->data(), part->size());
        at += part->size();
    }
}

void seal_group(std::span<std::byte> records, std::uint32_t salt, LogPosition first) {
    std::uint32_t index = 0;
    while (!records.empty()) {
        const std::size_t bytes = get<std::uint32_t>(&records[kBytesAt]);
        const auto record = records.first(bytes);
        records = records.subspan(bytes);
        put(&record[kPositionAt], first.value() + index);
        put(&record[kIndexAt], index);
        put(&record[kFlagsAt], records.empty() ? kEndsGroup : std::uint8_t{0});
        put(&record[kCheckAt], record_checksum(record, salt));
        ++index;
    }
}

} // namespace vedette::events
