#include "vedette/ports/testing/memory_object_store.h"

namespace vedette::ports::testing {

Status MemoryObjectStore::put(std::string_view key, std::span<const std::byte> bytes) {
    VEDETTE_CHECK_OK(check_key(key));
    Object object{{bytes.begin(), bytes.end()}, clock_.wall_now()};
    return objects_.with([&](Objects& objects) -> Status {
        for (std::size_t slash = key.find('/'); slash != std::string_view::npos;
             slash = key.find('/', slash + 1))
            if (objects.contains(key.substr(0, slash)))
                return Error{ErrorCode::invalid_argument,
                             "'" + std::string{key} + "' lies below an object"};
        const auto below = objects.lower_bound(std::string{key} + "/");
        if (below != objects.end() && below->first.starts_with(std::string{key} + "/"))
            return Error{ErrorCode::invalid_argument,
                         "there are objects below '" + std::string{key} + "'"};
        objects.insert_or_assign(std::string{key}, std::move(object));
        return {};
    });
}

Result<std::vector<std::byte>> MemoryObjectStore::get(std::string_view key) const {
    VEDETTE_CHECK_OK(check_key(key));
    return objects_.with([&](const Objects& objects) -> Result<std::vector<std::byte>> {
        const auto found = objects.find(key);
        if (found == objects.end())
            return Error{ErrorCode::not_found, "no object '" + std::string{key} + "'"};
        return found->second.bytes;
    });
}

Status MemoryObjectStore::remove(std::string_view key) {
    VEDETTE_CHECK_OK(check_key(key));
    objects_.with([&](Objects& objects) {
        if (const auto found = objects.find(key); found != objects.end())
            objects.erase(found);
    });
    return {};
}

Status MemoryObjectStore::for_each(std::string_view prefix,
                                   const std::function<bool(const ObjectInfo&)>& visit) const {
    const auto infos = objects_.with([&](const Objects& objects) {
        std::vector<ObjectInfo> found;
        for (const auto& [key, object] : objects)
            if (key.starts_with(prefix))
                found.push_back({key, object.bytes.size(), object.modified});
        return found;
    });
    for (const ObjectInfo& info : infos)
        if (!visit(info))
            break;
    return {};
}

} // namespace vedette::ports::testing
