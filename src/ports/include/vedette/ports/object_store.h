#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::ports {

struct ObjectInfo {
    std::string key;
    std::uint64_t bytes = 0;
    WallTime modified;
};

/// Whole files under keys: snapshots, evidence, later recordings.
///
/// A key is a relative path of 1..512 bytes: parts of [A-Za-z0-9._~-]+ joined by "/", none of them
/// "." or "..". Thread-safe. Implementations pass ports/testing/object_store_contract.h.
class ObjectStore {
public:
    virtual ~ObjectStore() = default;

    /// Returns once the bytes will survive a crash. A key that is there is replaced as a whole: a
    /// reader sees the old bytes or the new.
    /// \return invalid_argument for a bad key or one that lies below another object ("a/b" while
    /// there is an "a"), resource_exhausted on a full disk, unavailable.
    virtual Status put(std::string_view key, std::span<const std::byte> bytes) = 0;

    /// \return not_found; invalid_argument for a bad key.
    [[nodiscard]] virtual Result<std::vector<std::byte>> get(std::string_view key) const = 0;

    /// Nothing happens if it is not there.
    virtual Status remove(std::string_view key) = 0;

    /// Calls `visit` for every object whose key starts with `prefix`, in no order, until it returns
    /// false.
    [[nodiscard]] virtual Status
    for_each(std::string_view prefix,
             const std::function<bool(const ObjectInfo&)>& visit) const = 0;
};

/// Whether `key` can be one; what every implementation asks first.
[[nodiscard]] Status check_key(std::string_view key);

} // namespace vedette::ports
