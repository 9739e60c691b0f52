#include <algorithm>
#include <string_view>

#include "vedette/base/assert.h"
#include "vedette/base/ustar.h"
#include "vedette/crypto/sha256.h"
#include "vedette/recording/clip_export.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kDigest_digits = 64;

std::string tar_header(const std::string& name, std::uint64_t bytes, WallTime made) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(made).time_since_epoch();
    return ustar_header(std::string_view{name}.substr(0, kUstarName_bytes), bytes,
                        std::max(seconds, std::chrono::seconds{0}));
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
        std::string out(static_cast<std::size_t>(ustar_padded(clip->size()) - clip->size()), '\0');
        out += tar_header(name, json.size(), manifest.made) + json;
        out.append(static_cast<std::size_t>(ustar_padded(json.size())) - json.size(), '\0');
        return out.append(2 * kUstarBlock_bytes, '\0'); // the end
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
