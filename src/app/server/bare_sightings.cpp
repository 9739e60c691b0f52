#include "app/server/bare_sightings.h"

#include <string>
#include <utility>

namespace vedette::app {
namespace {

/// Has no place in the log.
constexpr const char* kPictureKeeper = "retention";

} // namespace

Result<std::size_t> remove_pictures_of(std::vector<domain::Event> sightings,
                                       ports::EventStore& store, ports::ObjectStore& pictures) {
    std::vector<std::string> keys;
    std::vector<domain::Event> bare;
    for (domain::Event& event : sightings) {
        const std::size_t before = keys.size();
        for (std::string* const key : {&event.snapshot, &event.plate_snapshot})
            if (!key->empty())
                keys.push_back(std::exchange(*key, {}));
        if (keys.size() > before)
            bare.push_back(std::move(event));
    }
    if (bare.empty())
        return std::size_t{0};
    VEDETTE_CHECK_OK(store.apply(kPictureKeeper, ports::LogPosition{0}, bare));
    for (const std::string& key : keys)
        VEDETTE_CHECK_OK(pictures.remove(key));
    return keys.size();
}

} // namespace vedette::app
