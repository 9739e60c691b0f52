#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "vedette/base/result.h"
#include "vedette/base/unique_fd.h"

namespace vedette::storage {

/// Begins the name of a file that is not finished; no key can.
constexpr char kUnfinished = '+';

enum class Missing { refuse = 1, make };

/// The folder that the last part of `key` lies in, walked part by part so that no link is followed.
/// \return not_found, invalid_argument if a part is a file, permission_denied for a link.
[[nodiscard]] Result<UniqueFd> open_parent(const std::filesystem::path& root, std::string_view key,
                                           Missing missing);

[[nodiscard]] std::string last_part(std::string_view key);

/// One regular file below the root.
struct TreeFile {
    int folder; ///< descriptor that `name` lies in
    const char* name;
    std::string path; ///< from the root, joined by "/"
    const struct stat& info;
};

/// Calls `visit` for every regular file whose path may begin with `prefix`, until it returns false.
/// Links are passed over, and so is what disappears meanwhile.
Status walk_files(const std::filesystem::path& root, std::string_view prefix,
                  const std::function<bool(const TreeFile&)>& visit);

} // namespace vedette::storage
