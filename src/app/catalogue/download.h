#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// A file of an HTTP server that is known before it is there.
struct Download {
    std::string url;            ///< https, or http on this machine; so is all that it redirects to
    std::filesystem::path file; ///< where it goes; FILE.part beside it until it is whole
    std::uint64_t bytes = 0;    ///< exactly
    std::string sha256;         ///< 64 lower-case hexadecimal digits
};

/// Fetches it, a piece at a time, and goes on where an earlier call ended. The file is there once
/// it is whole and the right one, and not before; a FILE.part that is not is removed.
///
/// \param progress  told of the bytes that are there, after each piece; may be empty
///
/// \return invalid_argument for an address that may not be used; not_found, permission_denied,
///   unavailable, deadline_exceeded of the server; data_loss if it is another file;
///   resource_exhausted, permission_denied of the disk; cancelled: call again to go on
Status download(const Download& wish, const Clock& clock, const std::stop_token& stop,
                const std::function<void(std::uint64_t)>& progress);

} // namespace vedette::app
