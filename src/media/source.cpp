#include "vedette/media/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "vedette/base/text.h"
#include "vedette/net/url.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSchemeEnd = "://";
constexpr std::string_view kHidden = "***";
constexpr std::array<std::string_view, 13> kSecretKeys{
    "password", "passwd", "pass",         "pwd",     "token",     "secret",    "auth",
    "key",      "apikey", "access_token", "api_key", "signature", "passphrase"};

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Where user and password end in what follows "://", or npos. A password with an unescaped '/'
/// makes the address ambiguous; then more is hidden rather than less.
std::size_t end_of_user(std::string_view rest) {
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos)
        return at;
    const auto colon = authority.rfind(':');
    const bool odd_port = colon != std::string_view::npos && authority.back() != ']' &&
                          !is_port(authority.substr(colon + 1));
    return odd_port ? rest.rfind('@') : std::string_view::npos;
}

/// `user=a&password=b` -> `user=a&password=***`, wherever a camera maker puts it.
void hide_values(std::string& url) {
    const std::string names = lower_ascii(url);
    std::string out;
    std::size_t done = 0;
    for (std::size_t equals = names.find('='); equals != std::string::npos;
         equals = names.find('=', equals + 1)) {
        const std::size_t start = names.find_last_of("/?&;#", equals);
        const std::string_view key =
            std::string_view{names}.substr(start == std::string::npos ? 0 : start + 1,
                                           equals - (start == std::string::npos ? 0 : start + 1));
        if (equals < done ||
            std::find(kSecretKeys.begin(), kSecretKeys.end(), key) == kSecretKeys.end())
            continue;
        const std::size_t end = std::min(names.find_first_of("&;#", equals), names.size());
        out.append(url, done, equals + 1 - done).append(kHidden);
        done = end;
    }
    url = out.append(url, done);
}

Result<std::unique_ptr<Source>> open_path(const SourceRegistry& registry, const std::string& path,
                                          const SourceOptions& options, const Clock& clock,
                                          Log& log) {
    std::error_code ignored;
    const char* kind = fs::is_directory(path, ignored)        ? "folder"
                       : fs::is_character_file(path, ignored) ? "v4l2"
                                                              : "file";
    return registry.create(kind, path, options, clock, log);
}

} // namespace

Result<std::unique_ptr<Source>> open_source(const SourceRegistry& registry,
                                            const std::string& location,
                                            const SourceOptions& options, const Clock& clock,
                                            Log& log) {
    const std::string scheme = net::scheme_of(location);
    if (scheme.empty())
        return open_path(registry, location, options, clock, log);
    if (scheme == "file" || scheme == "folder" || scheme == "v4l2")
        return open_path(registry, location.substr(scheme.size() + kSchemeEnd.size()), options,
                         clock, log);
    if (auto known = check_location(registry, location); !known)
        return std::move(known).error().with_context("open '" + without_credentials(location) +
                                                     "'");
    return registry.create(scheme, location, options, clock, log);
}

Status check_location(const SourceRegistry& registry, const std::string& location) {
    const std::string scheme = net::scheme_of(location);
    if (scheme.empty() || registry.contains(scheme))
        return {};
    std::string known;
    for (const auto& name : registry.names())
        if (name != "v4l2") // /dev/video0
            known += " " + name + "://";
    return Error{ErrorCode::invalid_argument, "there is no kind of input '" + scheme +
                                                  "://'; known are paths, devices and" + known};
}

std::string without_credentials(std::string_view location) {
    if (net::scheme_of(location).empty())
        return std::string{location};
    const auto rest_at = location.find(kSchemeEnd) + kSchemeEnd.size();
    const auto rest = location.substr(rest_at);
    const auto user_end = end_of_user(rest);
    std::string out{location.substr(0, rest_at)};
    out += user_end == std::string_view::npos
               ? std::string{rest}
               : std::string{kHidden} + std::string{rest.substr(user_end)};
    hide_values(out);
    return out;
}

} // namespace vedette::media
