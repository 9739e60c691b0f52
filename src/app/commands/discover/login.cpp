#include "app/commands/discover/login.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <termios.h>
#include <unistd.h>

#include "vedette/base/unique_fd.h"
#include "vedette/net/url.h"

namespace vedette::app {
namespace {

constexpr const char* kVariable = "VEDETTE_CAMERA_PASSWORD";
constexpr std::size_t kLongestPassword = 1024;

/// Keeps a terminal from showing what is typed.
class NoEcho {
public:
    explicit NoEcho(int terminal) : terminal_{terminal} {
        if (::tcgetattr(terminal_, &before_) != 0)
            return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
    }
    ~NoEcho() {
        if (changed_)
            ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;
    [[nodiscard]] bool works() const noexcept { return changed_; }

private:
    int terminal_;
    termios before_{};
    bool changed_ = false;
};

Result<std::string> from_file(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::string line;
    if (!file || !std::getline(file, line))
        return Error{errno == EACCES ? ErrorCode::permission_denied : ErrorCode::not_found,
                     "--password-file: '" + path.string() + "' can't be read, or is empty"};
    if (line.ends_with('\r'))
        line.pop_back();
    return line;
}

Result<std::string> from_terminal(const std::string& user) {
    const Error none{ErrorCode::invalid_argument,
                     "--user: there is no password: put it into the variable " +
                         std::string{kVariable} + " or into a file (--password-file FILE)"};
    const UniqueFd terminal{::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (!terminal.is_open())
        return none;
    const NoEcho quiet{terminal.get()};
    if (!quiet.works())
        return none;
    const std::string question = "Password of " + user + " (it is not shown): ";
    [[maybe_unused]] auto written = ::write(terminal.get(), question.data(), question.size());
    std::string password;
    char c = 0;
    while (password.size() < kLongestPassword && ::read(terminal.get(), &c, 1) == 1 && c != '\n')
        password += c;
    written = ::write(terminal.get(), "\n", 1);
    return password;
}

} // namespace

Result<Login> ask_login(const std::string& user, const std::filesystem::path& password_file) {
    if (user.empty() && !password_file.empty())
        return Error{ErrorCode::invalid_argument,
                     "--password-file: whose password is it? Add --user"};
    if (user.empty())
        return Login{};
    const char* variable = std::getenv(kVariable);
    if (password_file.empty() && variable != nullptr)
        return Login{user, Secret<std::string>{variable}};
    VEDETTE_TRY(auto password,
                password_file.empty() ? from_terminal(user) : from_file(password_file));
    return Login{user, Secret{std::move(password)}};
}

std::string with_login(const std::string& location, const Login& login) {
    constexpr std::string_view kSchemeEnd = "://";
    constexpr std::array<std::string_view, 6> kAsked{"rtsp",  "rtsps", "http",
                                                     "https", "rtmp",  "rtmps"};
    const auto url = net::parse_url(location);
    if (login.user.empty() || !url || url->user ||
        std::find(kAsked.begin(), kAsked.end(), url->scheme) == kAsked.end())
        return location;
    const auto at = location.find(kSchemeEnd) + kSchemeEnd.size();
    return location.substr(0, at) + net::percent_encoded(login.user) + ":" +
           net::percent_encoded(login.password.reveal()) + "@" + location.substr(at);
}

} // namespace vedette::app
