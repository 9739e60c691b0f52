#include "vedette/recording/fragment_table.h"

#include <optional>

namespace vedette::recording {
namespace {

constexpr char kVersion = 2;
constexpr char kWithoutSetUp = 1; // a version that is still read
constexpr std::size_t kMostFragments = 100'000;
constexpr std::uint64_t kLargest = std::uint64_t{1} << 53U;

void put(std::string& out, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7U)
        out += static_cast<char>(0x80U | (number & 0x7fU));
    out += static_cast<char>(number);
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : left_{bytes} {}

    std::optional<std::uint64_t> number() {
        std::uint64_t out = 0;
        for (unsigned shift = 0; shift < 56 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            out |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80)
                return out <= kLargest ? std::optional{out} : std::nullopt;
        }
        return std::nullopt;
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    std::string_view left_;
};

Error damaged() { return {ErrorCode::data_loss, "a segment's table of fragments is damaged"}; }

/// One fragment behind `table`'s last. \return nothing if it is damaged
std::optional<media::SegmentFragment> next(Reader& reader, const FragmentTable& table) {
    const auto bytes = reader.number();
    const auto length_and_key = reader.number();
    if (!bytes || !length_and_key)
        return std::nullopt;
    media::SegmentFragment one;
    if (table.fragments.empty()) {
        one.offset = table.head_bytes;
    } else {
        const media::SegmentFragment& before = table.fragments.back();
        one.offset = before.offset + before.bytes;
        one.from = before.from + before.length;
    }
    one.bytes = *bytes;
    one.length = StreamClock::duration{static_cast<std::int64_t>(*length_and_key >> 1U)};
    one.key_frame = (*length_and_key & 1U) != 0;
    const bool sane = one.offset + one.bytes <= kLargest &&
                      one.from.count() <= static_cast<std::int64_t>(kLargest);
    return sane ? std::optional{one} : std::nullopt;
}

} // namespace

std::string to_bytes(const FragmentTable& table) {
    std::string out{kVersion};
    put(out, table.head_bytes);
    put(out, table.set_up);
    for (const media::SegmentFragment& one : table.fragments) {
        put(out, one.bytes);
        put(out, static_cast<std::uint64_t>(one.length.count()) << 1U | (one.key_frame ? 1U : 0U));
    }
    return out;
}

Result<FragmentTable> fragments_from(std::string_view bytes) {
    if (bytes.empty() || (bytes.front() != kVersion && bytes.front() != kWithoutSetUp))
        return damaged();
    Reader reader{bytes.substr(1)};
    FragmentTable table;
    const auto head = reader.number();
    const auto set_up =
        bytes.front() == kWithoutSetUp ? std::optional{std::uint64_t{0}} : reader.number();
    if (!head || !set_up)
        return damaged();
    table.head_bytes = *head;
    table.set_up = *set_up;
    while (!reader.at_end()) {
        const auto one = next(reader, table);
        if (!one || table.fragments.size() == kMostFragments)
            return damaged();
        table.fragments.push_back(*one);
    }
    return table;
}

} // namespace vedette::recording
