#include "app/data/following_data.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "app/data/bounded_file.h"
#include "vedette/analysis/case_keeper.h"
#include "vedette/ports/object_store.h"
#include "vedette/storage/following_db.h"

namespace vedette::app {
namespace {

constexpr std::size_t kLargestPicture_bytes = std::size_t{16} << 20U;

/// Keys of the pictures of a case, each once.
std::set<std::string> pictures_of(const analysis::Case& about) {
    std::set<std::string> keys;
    for (const analysis::CaseSighting& sighting : about.sightings)
        for (const std::string& key : {sighting.subject_snapshot, sighting.vehicle_snapshot})
            if (!key.empty())
                keys.insert(key);
    return keys;
}

Status add_pictures(const DataFolder& folder, std::size_t most_bytes, GatheredPack& pack) {
    std::size_t bytes_in_all = 0;
    for (const std::string& key : pictures_of(pack.contents.about)) {
        const bool is_key = ports::check_key(key).has_value() && analysis::is_pack_picture(key);
        auto bytes = is_key ? read_bounded(folder.snapshots() / key, kLargestPicture_bytes)
                            : Result<std::string>{Error{ErrorCode::invalid_argument, key}};
        if (!bytes) {
            pack.left_out.push_back(key);
            continue;
        }
        bytes_in_all += bytes->size();
        if (bytes_in_all > most_bytes)
            return Error{ErrorCode::resource_exhausted,
                         "the pictures of case " + pack.contents.about.id + " are more than " +
                             std::to_string(most_bytes >> 20U) + " MiB"};
        pack.contents.pictures.push_back({key, *std::move(bytes)});
    }
    return {};
}

} // namespace

Result<std::unique_ptr<ports::FollowingStore>> open_following(const DataFolder& folder) {
    std::error_code ignored; // then it is not there for us
    if (!std::filesystem::exists(folder.following(), ignored))
        return Error{ErrorCode::not_found, "there are no cases of following in " +
                                               folder.root.string() +
                                               ": `vedette following record` makes them of plate "
                                               "reads, or name another folder with "
                                               "--data"};
    VEDETTE_TRY(auto opened, storage::FollowingDb::open(folder.following()));
    return std::unique_ptr<ports::FollowingStore>{std::move(opened)};
}

Result<GatheredPack> gather_pack(const DataFolder& folder, const ports::FollowingStore& store,
                                 const std::string& id, const std::vector<analysis::Place>& places,
                                 std::size_t most_picture_bytes) {
    VEDETTE_TRY(const auto record, store.find(id));
    GatheredPack pack;
    VEDETTE_TRY(pack.contents.about, analysis::case_in(record));
    VEDETTE_TRY(pack.contents.evidence, analysis::evidence_from_json(record.evidence));
    pack.contents.places = analysis::places_of(pack.contents.about, places);
    VEDETTE_CHECK_OK(add_pictures(folder, most_picture_bytes, pack));
    return pack;
}

} // namespace vedette::app
