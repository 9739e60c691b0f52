#include "vedette/recording/encrypted_files.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "day_keys.h"
#include "sealed_form.h"
#include "vedette/base/assert.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kMostLayouts = 8;

/// One recording being sealed on its way to the disk.
class SealedFile final : public RecordingFile {
public:
    SealedFile(std::unique_ptr<RecordingFile> below, std::string name, SealedHead head,
               DayKeys::Key key)
        : below_{std::move(below)}, name_{std::move(name)}, head_{head}, key_{std::move(key)} {}

    Status append(std::span<const std::byte> bytes) override {
        while (!bytes.empty()) {
            const auto piece = bytes.first(std::min(bytes.size(), kMostChunkBytes));
            VEDETTE_CHECK_OK(append_chunk(piece));
            bytes = bytes.subspan(piece.size());
        }
        return {};
    }
    Status sync() override { return below_->sync(); }

private:
    Status append_chunk(std::span<const std::byte> piece) {
        stored_.resize(kChunkHeadBytes + piece.size() + crypto::kSealOverheadBytes);
        const auto length = chunk_head(piece.size());
        std::copy(length.begin(), length.end(), stored_.begin());
        key_->seal(piece, about_chunk(name_, head_, next_, piece.size()),
                   std::span{stored_}.subspan(kChunkHeadBytes));
        VEDETTE_CHECK_OK(below_->append(stored_));
        ++next_;
        return {};
    }

    const std::unique_ptr<RecordingFile> below_;
    const std::string name_;
    const SealedHead head_;
    const DayKeys::Key key_;
    std::uint64_t next_ = 0; ///< place of the next chunk
    std::vector<std::byte> stored_;
};

/// What is needed to read one recording.
struct Opened {
    SealedLayout layout;
    DayKeys::Key key;
};

class EncryptedFiles final : public RecordingFiles {
public:
    EncryptedFiles(std::unique_ptr<RecordingFiles> below, std::optional<crypto::AeadKey> master,
                   bool seal)
        : below_{std::move(below)}, seal_{seal}, keys_{*below_, std::move(master)} {}

    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override;
    Status sync_name(const std::string& name) override { return below_->sync_name(name); }
    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override;
    [[nodiscard]] Result<std::uint64_t> readable_bytes(const std::string& name) const override;
    Status truncate(const std::string& name, std::uint64_t bytes) override;
    Status remove(const std::string& name) override;
    [[nodiscard]] Result<std::vector<Entry>> list_below(const std::string& folder) const override;
    [[nodiscard]] Result<Space> space() const override { return below_->space(); }

private:
    /// \return nothing for a file that is not sealed.
    Result<std::shared_ptr<const Opened>> open(const std::string& name) const;
    /// All of a chunk, in `scratch`.
    Status open_chunk(const std::string& name, const Opened& opened, std::size_t place,
                      std::vector<std::byte>& scratch) const;
    void forget(const std::string& name) const {
        const std::scoped_lock lock{mutex_};
        opened_.erase(name);
    }

    const std::unique_ptr<RecordingFiles> below_;
    const bool seal_;
    mutable std::mutex mutex_; ///< guards the two below; a day's keys come and go under it
    mutable DayKeys keys_;
    mutable std::map<std::string, std::shared_ptr<const Opened>>
        opened_; ///< read lately; nullptr: not sealed
};

Result<std::unique_ptr<RecordingFile>> EncryptedFiles::create(const std::string& name) {
    if (!seal_)
        return below_->create(name);
    const std::scoped_lock lock{mutex_};
    opened_.erase(name);
    VEDETTE_TRY(const auto key, keys_.for_writing(DayKeys::folder_of(name)));
    SealedHead head{.key = key.first, .file = {}};
    crypto::fill_randomly(head.file);
    VEDETTE_TRY(auto file, below_->create(name));
    if (Status begun = file->append(to_bytes(head)); !begun) {
        (void)below_->remove(name); // else the next start does
        return std::move(begun).error();
    }
    return std::make_unique<SealedFile>(std::move(file), name, head, key.second);
}

/// The disk is asked without the lock, which the recorder needs for its next file.
Result<std::shared_ptr<const Opened>> EncryptedFiles::open(const std::string& name) const {
    {
        const std::scoped_lock lock{mutex_};
        if (const auto found = opened_.find(name); found != opened_.end())
            return found->second;
    }
    VEDETTE_TRY(auto layout, read_layout(*below_, name));
    const std::scoped_lock lock{mutex_};
    if (opened_.size() >= kMostLayouts)
        opened_.clear();
    if (!layout)
        return opened_[name] = nullptr;
    auto key = keys_.find(DayKeys::folder_of(name), layout->head.key);
    if (!key)
        return std::move(key).error().with_context("read " + name);
    return opened_[name] =
               std::make_shared<const Opened>(Opened{*std::move(layout), *std::move(key)});
}

Status EncryptedFiles::open_chunk(const std::string& name, const Opened& opened, std::size_t place,
                                  std::vector<std::byte>& scratch) const {
    const SealedChunk& chunk = opened.layout.chunks[place];
    std::vector<std::byte> sealed(chunk.sealed_bytes());
    VEDETTE_TRY(const std::size_t got,
                below_->read_at(name, chunk.stored_at + kChunkHeadBytes, sealed));
    scratch.resize(chunk.plain_bytes);
    if (got == sealed.size() &&
        opened.key->open(sealed, about_chunk(name, opened.layout.head, place, chunk.plain_bytes),
                         scratch))
        return {};
    return Error{ErrorCode::data_loss,
                 "read " + name + ": chunk " + std::to_string(place) + " of " +
                     std::to_string(opened.layout.chunks.size()) +
                     " was changed after it was recorded, or is not of this recording"};
}

Result<std::size_t> EncryptedFiles::read_at(const std::string& name, std::uint64_t offset,
                                            std::span<std::byte> into) const {
    VEDETTE_TRY(const auto opened, open(name));
    if (!opened)
        return below_->read_at(name, offset, into);
    const auto& chunks = opened->layout.chunks;
    const auto behind = std::upper_bound(
        chunks.begin(), chunks.end(), offset,
        [](std::uint64_t at, const SealedChunk& chunk) { return at < chunk.plain_at; });
    std::size_t done = 0;
    std::vector<std::byte> plain;
    for (auto at = behind == chunks.begin() ? behind : behind - 1;
         at != chunks.end() && done < into.size(); ++at) {
        const std::uint64_t from = offset + done - at->plain_at;
        if (from >= at->plain_bytes)
            break; // behind the last one
        VEDETTE_CHECK_OK(
            open_chunk(name, *opened, static_cast<std::size_t>(at - chunks.begin()), plain));
        const auto some = std::min<std::uint64_t>(at->plain_bytes - from, into.size() - done);
        std::copy_n(plain.begin() + static_cast<std::ptrdiff_t>(from), some,
                    into.begin() + static_cast<std::ptrdiff_t>(done));
        done += static_cast<std::size_t>(some);
    }
    return done;
}

Result<std::uint64_t> EncryptedFiles::readable_bytes(const std::string& name) const {
    forget(name);
    VEDETTE_TRY(const auto layout, read_layout(*below_, name));
    if (!layout)
        return below_->readable_bytes(name);
    if (layout->chunks.empty())
        return 0U;
    VEDETTE_TRY(const auto opened, open(name));
    std::vector<std::byte> plain;
    const auto& chunks = opened->layout.chunks;
    for (std::size_t place = 0; place < chunks.size(); ++place) {
        const Status whole = open_chunk(name, *opened, place, plain);
        if (!whole && whole.error().code() == ErrorCode::data_loss)
            return chunks[place].plain_at;
        VEDETTE_CHECK_OK(whole);
    }
    return opened->layout.plain_bytes();
}

Status EncryptedFiles::truncate(const std::string& name, std::uint64_t bytes) {
    forget(name);
    VEDETTE_TRY(const auto opened, open(name));
    if (!opened)
        return below_->truncate(name, bytes);
    forget(name);
    if (bytes == 0)
        return below_->truncate(name, kSealedHeadBytes);
    for (const SealedChunk& chunk : opened->layout.chunks)
        if (chunk.plain_at + chunk.plain_bytes == bytes)
            return below_->truncate(name, chunk.stored_end());
    return Error{ErrorCode::invalid_argument, "shorten " + name + " to " + std::to_string(bytes) +
                                                  " bytes: no append ended there"};
}

/// A new file of the day may come in between: it lies there when the keys are tidied.
Status EncryptedFiles::remove(const std::string& name) {
    forget(name);
    VEDETTE_CHECK_OK(below_->remove(name));
    const auto slash = name.find_last_of('/');
    VEDETTE_TRY(const auto beside,
                below_->list_below(name.substr(0, slash == std::string::npos ? 0 : slash)));
    if (!beside.empty())
        return {};
    const std::scoped_lock lock{mutex_};
    return keys_.tidy(DayKeys::folder_of(name));
}

Result<std::vector<RecordingFiles::Entry>>
EncryptedFiles::list_below(const std::string& folder) const {
    VEDETTE_TRY(auto entries, below_->list_below(folder));
    std::erase_if(entries, [](const Entry& entry) { return DayKeys::is_key(entry.name); });
    return entries;
}

} // namespace

std::unique_ptr<RecordingFiles> encrypted(std::unique_ptr<RecordingFiles> below,
                                          std::optional<crypto::AeadKey> master, bool seal) {
    VEDETTE_ASSERT(master || !seal);
    return std::make_unique<EncryptedFiles>(std::move(below), std::move(master), seal);
}

Result<bool> is_encrypted(const RecordingFiles& below, const std::string& name) {
    VEDETTE_TRY(const auto head, read_sealed_head(below, name));
    return head.has_value();
}

} // namespace vedette::recording
