#include <algorithm>
#include <array>
#include <cstdio>

#include "vedette/base/assert.h"
#include "vedette/crypto/sha256.h"
#include "vedette/recording/clip_export.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kBlock_bytes = 512;
constexpr std::uint64_t kLargestOctal = 077777777777; ///< eleven digits
constexpr std::size_t kDigest_digits = 64;
constexpr std::size_t kLongestName = 99;

std::uint64_t padded(std::uint64_t bytes) {
    return (bytes + kBlock_bytes - 1) / kBlock_bytes * kBlock_bytes;
}

void put(std::string& block, std::size_t at, const std::string& text) {
    block.replace(at, text.size(), text);
}

std::string octal(std::uint64_t number, int digits) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%0*llo", digits,
                  static_cast<unsigned long long>(number));
    return out.data();
}

/// What is too large for eleven octal digits is written in binary, as all programs of today read.
std::string size_text(std::uint64_t bytes) {
    if (bytes <= kLargestOctal)
        return octal(bytes, 11);
    std::string out(12, '\0');
    out[0] = static_cast<char>(0x80);
    for (std::size_t i = 0; i < 8; ++i)
        out[11 - i] = static_cast<char>(bytes >> (8 * i) & 0xffU);
    return out;
}

/// Source: POSIX.1-2017, pax, "ustar Interchange Format".
std::string tar_header(const std::string& name, std::uint64_t bytes, WallTime made) {
    std::string block(kBlock_bytes, '\0');
    put(block, 0, name.substr(0, kLongestName));
    put(block, 100, "0000600");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    put(block, 124, size_text(bytes));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(made).time_since_epoch().count();
    put(block, 136, octal(static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0)), 11));
    put(block, 148, std::string(8, ' ')); // the sum is of a header without its sum
    put(block, 156, "0");
    put(block, 257, "ustar");
    put(block, 263, "00");
    unsigned sum = 0;
    for (const char c : block)
        sum += static_cast<unsigned char>(c);
    put(block, 148, octal(sum, 6));
    block[154] = '\0';
    return block;
}

} // namespace

struct ExportArchive::Impl {
    Impl(std::unique_ptr<ClipFile> clip_in, ExportManifest manifest_in)
        : clip{std::move(clip_in)}, manifest{std::move(manifest_in)},
          head{tar_header(manifest.file, clip->size(), manifest.made)} {
        manifest.bytes = clip->size();
        manifest.sha256 = std::string(kDigest_digits, '0');
        clip_end = head.size() + clip->size();
        tail_bytes = tail().size();
    }

    /// All behind the clip.
    [[nodiscard]] std::string tail() const {
        const std::string json = to_json(manifest);
        const std::string name = manifest.file.substr(0, manifest.file.rfind('.')) + ".json";
        std::string out(static_cast<std::size_t>(padded(clip->size()) - clip->size()), '\0');
        out += tar_header(name, json.size(), manifest.made) + json;
        out.append(static_cast<std::size_t>(padded(json.size())) - json.size(), '\0');
        return out.append(2 * kBlock_bytes, '\0'); // the end
    }

    /// The next bytes out of `text`, which begins at `begins`.
    std::size_t copy(const std::string& text, std::uint64_t begins, std::span<std::byte> into) {
        const auto from = static_cast<std::size_t>(at - begins);
        const std::size_t count = std::min(text.size() - from, into.size());
        std::copy_n(std::as_bytes(std::span{text}).begin() + static_cast<std::ptrdiff_t>(from),
                    count, into.begin());
        return count;
    }

    Result<std::size_t> some(std::span<std::byte> into) {
        if (at < head.size())
            return copy(head, 0, into);
        if (at < clip_end) {
            const auto part = into.first(
                static_cast<std::size_t>(std::min<std::uint64_t>(clip_end - at, into.size())));
            VEDETTE_CHECK_OK(clip->read_at(at - head.size(), part));
            digest.add(part);
            return part.size();
        }
        if (end.empty()) {
            manifest.sha256 = std::move(digest).hex();
            end = tail();
            VEDETTE_ASSERT(end.size() == tail_bytes);
        }
        return copy(end, clip_end, into);
    }

    const std::unique_ptr<ClipFile> clip;
    ExportManifest manifest;
    const std::string head;
    std::uint64_t clip_end = 0;
    std::size_t tail_bytes = 0;
    crypto::Sha256 digest;
    std::string end;
    std::uint64_t at = 0;
};

ExportArchive::ExportArchive(std::unique_ptr<ClipFile> clip, ExportManifest manifest)
    : impl_{std::make_unique<Impl>(std::move(clip), std::move(manifest))} {}
ExportArchive::~ExportArchive() = default;

std::uint64_t ExportArchive::size() const { return impl_->clip_end + impl_->tail_bytes; }

Status ExportArchive::read(std::span<std::byte> into) {
    while (!into.empty()) {
        VEDETTE_TRY(const std::size_t got, impl_->some(into));
        VEDETTE_ASSERT(got > 0);
        into = into.subspan(got);
        impl_->at += got;
    }
    return {};
}

} // namespace vedette::recording
