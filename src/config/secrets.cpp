#include "vedette/config/secrets.h"

#include <cstdlib>
#include <fstream>
#include <system_error>

namespace vedette::config {
namespace {

constexpr std::size_t kLargestSecret = std::size_t{64} * 1024;

Result<std::string> read_secret_file(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return Error{ErrorCode::not_found, "the file " + path.string() + " does not exist"};
    if (!std::filesystem::is_regular_file(status))
        return Error{ErrorCode::invalid_argument, path.string() + " is not a regular file"};
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return Error{ErrorCode::permission_denied, "the file " + path.string() + " cannot be read"};
    std::string content(kLargestSecret + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad())
        return Error{ErrorCode::unavailable, "reading the file " + path.string() + " failed"};
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > kLargestSecret)
        return Error{ErrorCode::invalid_argument, "the file " + path.string() + " is over 64 KiB"};
    if (content.ends_with('\n'))
        content.pop_back();
    if (content.ends_with('\r'))
        content.pop_back();
    return content;
}

} // namespace

SecretSource SecretSource::system() {
    return {[](const std::string& name) -> std::optional<std::string> {
                const char* const value = std::getenv(name.c_str());
                if (value == nullptr)
                    return std::nullopt;
                return value;
            },
            read_secret_file};
}

} // namespace vedette::config
