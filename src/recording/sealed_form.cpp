#include "sealed_form.h"

#include <algorithm>
#include <string_view>

#include "vedette/crypto/aead.h"

namespace vedette::recording {
namespace {

constexpr std::string_view kForm{"VEDREC\x01\n", 8};
constexpr std::size_t kMostChunks = 4'000'000; // more than a day of the finest recording

static_assert(kForm.size() + sizeof(SealedHead::key) + sizeof(SealedHead::file) ==
              kSealedHeadBytes);

template <class Number>
void put(std::string& out, Number number) {
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        out.push_back(static_cast<char>(number >> (8 * i) & 0xFFU));
}

std::uint32_t length_in(std::span<const std::byte, kChunkHeadBytes> bytes) {
    std::uint32_t out = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
        out = out << 8U | std::to_integer<std::uint32_t>(bytes[i - 1]);
    return out;
}

} // namespace

std::array<std::byte, kSealedHeadBytes> to_bytes(const SealedHead& head) {
    std::array<std::byte, kSealedHeadBytes> out{};
    auto at = std::transform(kForm.begin(), kForm.end(), out.begin(),
                             [](char c) { return static_cast<std::byte>(c); });
    at = std::copy(head.key.begin(), head.key.end(), at);
    std::copy(head.file.begin(), head.file.end(), at);
    return out;
}

Result<std::optional<SealedHead>> read_sealed_head(const RecordingFiles& files,
                                                   const std::string& name) {
    std::array<std::byte, kSealedHeadBytes> bytes{};
    VEDETTE_TRY(const std::size_t got, files.read_at(name, 0, bytes));
    const std::string_view form{reinterpret_cast<const char*>(bytes.data()),
                                std::min(got, kForm.size())};
    if (form.empty() || !kForm.starts_with(form))
        return std::optional<SealedHead>{};
    SealedHead head;
    if (got < bytes.size())
        return std::optional{head}; // cut off in its head
    const auto* at = bytes.data() + kForm.size();
    std::copy_n(at, head.key.size(), head.key.begin());
    std::copy_n(at + head.key.size(), head.file.size(), head.file.begin());
    return std::optional{head};
}

std::array<std::byte, kChunkHeadBytes> chunk_head(std::size_t plain_bytes) {
    std::array<std::byte, kChunkHeadBytes> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>(plain_bytes >> (8 * i) & 0xFFU);
    return out;
}

std::size_t SealedChunk::sealed_bytes() const { return plain_bytes + crypto::kSealOverheadBytes; }

std::uint64_t SealedChunk::stored_end() const {
    return stored_at + kChunkHeadBytes + sealed_bytes();
}

std::uint64_t SealedLayout::plain_bytes() const {
    return chunks.empty() ? 0 : chunks.back().plain_at + chunks.back().plain_bytes;
}

Result<std::optional<SealedLayout>> read_layout(const RecordingFiles& files,
                                                const std::string& name) {
    VEDETTE_TRY(const auto head, read_sealed_head(files, name));
    if (!head)
        return std::optional<SealedLayout>{};
    SealedLayout layout{.head = *head, .chunks = {}};
    VEDETTE_TRY(const std::uint64_t stored_bytes, files.readable_bytes(name));
    SealedChunk next{.plain_at = 0, .stored_at = kSealedHeadBytes, .plain_bytes = 0};
    for (;;) {
        std::array<std::byte, kChunkHeadBytes> length{};
        VEDETTE_TRY(const std::size_t got, files.read_at(name, next.stored_at, length));
        next.plain_bytes = length_in(length);
        if (got < length.size() || next.plain_bytes == 0 || next.plain_bytes > kMostChunkBytes ||
            next.stored_end() > stored_bytes)
            return std::optional{std::move(layout)};
        if (layout.chunks.size() == kMostChunks)
            return Error{ErrorCode::data_loss, name + ": it has too many chunks to be a recording"};
        layout.chunks.push_back(next);
        next = {next.plain_at + next.plain_bytes, next.stored_end(), 0};
    }
}

std::string about_chunk(const std::string& name, const SealedHead& head, std::uint64_t place,
                        std::size_t plain_bytes) {
    std::string about = "vedette recording\n" + name + "\n";
    about.append(reinterpret_cast<const char*>(head.file.data()), head.file.size());
    put(about, place);
    put(about, static_cast<std::uint32_t>(plain_bytes));
    return about;
}

} // namespace vedette::recording
