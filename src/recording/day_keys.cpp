#include "day_keys.h"

#include <algorithm>
#include <string_view>

#include "vedette/crypto/sha256.h"

namespace vedette::recording {
namespace {

constexpr std::string_view kForm{"VEDKEY\x01\n", 8};
constexpr std::size_t kFileBytes =
    kForm.size() + crypto::AeadKey::kBytes + crypto::kSealOverheadBytes;
constexpr std::string_view kPrefix = "key-";
constexpr std::size_t kMostKnown = 512;

std::string about(const std::string& file) { return "vedette key\n" + file; }

/// The key's file, as it is sealed by the master key.
std::array<std::byte, kFileBytes> sealed(const crypto::AeadKey& key, const crypto::AeadKey& master,
                                         const std::string& file) {
    std::array<std::byte, kFileBytes> out{};
    std::transform(kForm.begin(), kForm.end(), out.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    master.seal(key.reveal(), about(file), std::span{out}.subspan(kForm.size()));
    return out;
}

} // namespace

std::string DayKeys::folder_of(const std::string& recording) {
    std::string folder = recording;
    for (int level = 0; level < 2; ++level) {
        const auto slash = folder.find_last_of('/');
        folder.resize(slash == std::string::npos ? 0 : slash);
    }
    return folder;
}

std::string DayKeys::file_of(const std::string& folder, const Id& id) {
    return folder + (folder.empty() ? "" : "/") + std::string{kPrefix} + crypto::to_hex(id);
}

bool DayKeys::is_key(const std::string& file) {
    const auto slash = file.find_last_of('/');
    const std::string_view name =
        std::string_view{file}.substr(slash == std::string::npos ? 0 : slash + 1);
    constexpr std::size_t kDigits = 2 * sizeof(Id);
    return name.starts_with(kPrefix) && name.size() == kPrefix.size() + kDigits &&
           name.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

void DayKeys::remember(const std::string& file, Key key) {
    if (known_.size() >= kMostKnown)
        known_.clear();
    known_[file] = std::move(key);
}

Result<std::pair<DayKeys::Id, DayKeys::Key>> DayKeys::for_writing(const std::string& folder) {
    if (const auto found = for_writing_.find(folder); found != for_writing_.end())
        return found->second;
    VEDETTE_TRY(auto drawn, draw(folder));
    if (for_writing_.size() >= kMostKnown)
        for_writing_.clear();
    for_writing_[folder] = drawn;
    return drawn;
}

/// On the disk to stay before anything is sealed with it.
Result<std::pair<DayKeys::Id, DayKeys::Key>> DayKeys::draw(const std::string& folder) {
    VEDETTE_TRY(auto made, crypto::AeadKey::make());
    Id id{};
    crypto::fill_randomly(id);
    const std::string file = file_of(folder, id);
    VEDETTE_TRY(const auto out, files_.create(file));
    VEDETTE_CHECK_OK(out->append(sealed(made, *master_, file)));
    VEDETTE_CHECK_OK(out->sync());
    VEDETTE_CHECK_OK(files_.sync_name(file));
    const auto key = std::make_shared<const crypto::AeadKey>(std::move(made));
    remember(file, key);
    return std::pair{id, key};
}

Result<DayKeys::Key> DayKeys::find(const std::string& folder, const Id& id) {
    if (!master_)
        return Error{ErrorCode::permission_denied,
                     "it is encrypted; storage.encryption.key of the configuration opens it"};
    const std::string file = file_of(folder, id);
    if (const auto found = known_.find(file); found != known_.end())
        return found->second;
    std::array<std::byte, kFileBytes> bytes{};
    const auto got = files_.read_at(file, 0, bytes);
    if (!got && got.error().code() == ErrorCode::not_found)
        return Error{ErrorCode::data_loss, "its key " + file + " is gone"};
    if (!got)
        return got.error();
    const std::string_view form{reinterpret_cast<const char*>(bytes.data()), kForm.size()};
    if (*got < bytes.size() || form != kForm)
        return Error{ErrorCode::data_loss, file + " is not the key that it was"};
    std::array<std::byte, crypto::AeadKey::kBytes> plain{};
    if (!master_->open(std::span{bytes}.subspan(kForm.size()), about(file), plain))
        return Error{ErrorCode::permission_denied,
                     "its key " + file +
                         " was sealed with another storage.encryption.key, or was changed"};
    VEDETTE_TRY(auto key, crypto::AeadKey::from_bytes(plain));
    crypto::wipe(plain);
    const auto shared = std::make_shared<const crypto::AeadKey>(std::move(key));
    remember(file, shared);
    return shared;
}

Status DayKeys::tidy(const std::string& folder) {
    VEDETTE_TRY(const auto left, files_.list_below(folder));
    if (!std::all_of(left.begin(), left.end(),
                     [](const RecordingFiles::Entry& entry) { return is_key(entry.name); }))
        return {};
    for_writing_.erase(folder);
    for (const RecordingFiles::Entry& key : left) {
        known_.erase(key.name);
        VEDETTE_CHECK_OK(files_.remove(key.name));
    }
    return {};
}

} // namespace vedette::recording
