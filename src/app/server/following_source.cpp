#include "app/server/following_source.h"

#include <sys/stat.h>

#include "app/data/following_data.h"
#include "app/data/places.h"
#include "vedette/analysis/evidence_pack.h"
#include "vedette/crypto/ed25519.h"

namespace vedette::app {
namespace {

/// Somebody else opens it just now: that is done in a moment or fails.
constexpr std::chrono::milliseconds kOpeningTakes{500};

} // namespace

std::optional<FollowingSource::FileId> FollowingSource::file_there() const {
    struct stat about {};
    if (::stat(folder_.following().c_str(), &about) != 0)
        return std::nullopt;
    return FileId{about.st_dev, about.st_ino};
}

Result<std::shared_ptr<ports::FollowingStore>> FollowingSource::store() {
    const std::unique_lock lock{opening_, kOpeningTakes};
    if (!lock.owns_lock())
        return Error{ErrorCode::unavailable,
                     "the cases of following are being opened: try again in a moment"};
    const auto there = file_there();
    if (!there) {
        opened_.reset();
        return Error{ErrorCode::not_found,
                     "no case of following was made yet: `vedette following record --data " +
                         folder_.root.string() +
                         "` makes them of plate reads; they are here as soon as there are some"};
    }
    if (!opened_ || opened_file_ != *there) {
        opened_.reset();
        VEDETTE_TRY(auto fresh, open_following(folder_));
        opened_ = std::move(fresh);
        opened_file_ = *there;
    }
    return opened_;
}

Result<std::vector<analysis::Place>> FollowingSource::places() const {
    return known_places(folder_);
}

Result<std::string> FollowingSource::evidence(const ports::FollowingStore& store,
                                              const std::string& id) {
    const std::unique_lock lock{packing_, std::try_to_lock};
    if (!lock.owns_lock())
        return Error{ErrorCode::unavailable,
                     "another evidence pack is being made: try again in a moment"};
    VEDETTE_TRY(const auto places, known_places(folder_));
    auto pack = gather_pack(folder_, store, id, places, kMostPictureBytes);
    if (!pack && pack.error().code() == ErrorCode::resource_exhausted)
        return std::move(pack.error())
            .with_context("`vedette following evidence export` makes this pack, the server does "
                          "not");
    if (!pack)
        return pack.error();
    VEDETTE_TRY(const auto key, crypto::Ed25519Key::load_or_make(folder_.evidence_key()));
    return analysis::write_evidence_pack(pack->contents, key);
}

api::FollowingParts FollowingSource::parts() {
    return {.store = [this] { return store(); },
            .places = [this] { return places(); },
            .evidence = [this](const ports::FollowingStore& cases,
                               const std::string& id) { return evidence(cases, id); }};
}

} // namespace vedette::app
