#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/ports/object_store.h"

namespace vedette::ports::testing {

/// An ObjectStore that forgets everything with the process. Thread-safe.
class MemoryObjectStore final : public ObjectStore {
public:
    /// \param clock  for ObjectInfo::modified; borrowed
    explicit MemoryObjectStore(const Clock& clock) : clock_{clock} {}
    Status put(std::string_view key, std::span<const std::byte> bytes) override;
    [[nodiscard]] Result<std::vector<std::byte>> get(std::string_view key) const override;
    Status remove(std::string_view key) override;
    [[nodiscard]] Status
    for_each(std::string_view prefix,
             const std::function<bool(const ObjectInfo&)>& visit) const override;

private:
    struct Object {
        std::vector<std::byte> bytes;
        WallTime modified;
    };
    using Objects = std::map<std::string, Object, std::less<>>;
    const Clock& clock_;
    Guarded<Objects> objects_;
};

} // namespace vedette::ports::testing
