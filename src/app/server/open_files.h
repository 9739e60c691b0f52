#pragma once

#include <cstdint>

namespace vedette::app {

/// Raises the limit of this process on open files, which connections, cameras and the store share,
/// as far as the system lets it. \return the limit now.
std::uint64_t allow_most_open_files();

} // namespace vedette::app
