#include "files/open_file.h"

#include <fstream>

namespace vedette::analysis {

Result<std::unique_ptr<std::istream>> open_for_reading(const std::filesystem::path& file) {
    std::error_code unknown;
    const auto status = std::filesystem::status(file, unknown);
    if (!std::filesystem::exists(status))
        return Error{ErrorCode::not_found, file.string() + ": there is no such file"};
    if (std::filesystem::is_directory(status))
        return Error{ErrorCode::invalid_argument,
                     file.string() + ": is a folder; name a file in it"};
    auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
    if (!*in)
        return Error{ErrorCode::permission_denied,
                     file.string() + ": can't be opened: check who may read it"};
    return std::unique_ptr<std::istream>{std::move(in)};
}

} // namespace vedette::analysis
