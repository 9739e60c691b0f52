#include "app/server/gps_lines.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <termios.h>
#include <utility>

#include "vedette/analysis/track_source.h"
#include "vedette/base/unique_fd.h"
#include "vedette/net/stream.h"

namespace vedette::app {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestLine = 64UL * 1024;
constexpr std::size_t kChunk = 4'096;
constexpr milliseconds kLookAgain{100};

Error unreadable(const std::string& path, int reason) {
    const std::string what = std::generic_category().message(reason);
    if (reason == EACCES)
        return Error{ErrorCode::permission_denied,
                     path + " can't be read: " + what +
                         "; serial devices are for the group dialout"};
    if (reason == ENOENT)
        return Error{ErrorCode::not_found,
                     path + " is not there: see that the receiver is plugged in"};
    return Error{ErrorCode::unavailable, path + " can't be read: " + what};
}

class GpsdLines final : public GpsLines {
public:
    explicit GpsdLines(std::unique_ptr<net::Stream> stream) : stream_{std::move(stream)} {}

    Result<std::optional<std::string>> next(const net::Patience& patience) override {
        for (;;) {
            if (auto line = cutter_.take())
                return std::optional{*std::move(line)};
            std::array<char, kChunk> bytes{};
            const auto count = stream_->read(bytes, patience);
            if (!count && (count.error().code() == ErrorCode::deadline_exceeded ||
                           count.error().code() == ErrorCode::cancelled))
                return std::optional<std::string>{};
            if (!count)
                return count.error();
            if (*count == 0)
                return Error{ErrorCode::unavailable, "gpsd has closed the connection"};
            cutter_.add({bytes.data(), *count});
        }
    }
    [[nodiscard]] bool never_rests() const noexcept override { return true; }

private:
    std::unique_ptr<net::Stream> stream_;
    LineCutter cutter_;
};

constexpr std::array<std::pair<int, speed_t>, 10> kSpeeds{{{1'200, B1200},
                                                           {2'400, B2400},
                                                           {4'800, B4800},
                                                           {9'600, B9600},
                                                           {19'200, B19200},
                                                           {38'400, B38400},
                                                           {57'600, B57600},
                                                           {115'200, B115200},
                                                           {230'400, B230400},
                                                           {921'600, B921600}}};

/// Bytes as they come, at this speed.
Status make_raw(int device, const MobileNode& node) {
    speed_t speed = B0;
    for (const auto& [baud, value] : kSpeeds)
        if (baud == node.baud)
            speed = value;
    if (speed == B0)
        return Error{ErrorCode::invalid_argument,
                     "no serial device has " + std::to_string(node.baud) +
                         " baud: receivers have 4800, 9600, 38400 or 115200"};
    termios how{};
    if (::tcgetattr(device, &how) != 0)
        return unreadable(node.path, errno);
    ::cfmakeraw(&how);
    how.c_cflag |= CLOCAL | CREAD;
    if (::cfsetispeed(&how, speed) != 0 || ::cfsetospeed(&how, speed) != 0 ||
        ::tcsetattr(device, TCSANOW, &how) != 0)
        return unreadable(node.path, errno);
    return {};
}

class FileLines final : public GpsLines {
public:
    enum class Kind {
        file = 1, ///< at its end more may come
        device,   ///< at its end it was unplugged
        pipe,     ///< at its end another writer may come
    };
    FileLines(UniqueFd file, std::string path, Kind kind)
        : file_{std::move(file)}, path_{std::move(path)}, kind_{kind} {}

    Result<std::optional<std::string>> next(const net::Patience& patience) override {
        for (;;) {
            if (auto line = cutter_.take())
                return std::optional{*std::move(line)};
            std::array<char, kChunk> bytes{};
            const auto count = ::read(file_.get(), bytes.data(), bytes.size());
            if (count > 0) {
                cutter_.add({bytes.data(), static_cast<std::size_t>(count)});
                continue;
            }
            if (count < 0 && errno != EAGAIN && errno != EINTR)
                return unreadable(path_, errno);
            if (count == 0 && kind_ == Kind::device)
                return Error{ErrorCode::unavailable,
                             path_ + " has gone: see that the receiver is plugged in"};
            if (kind_ == Kind::file)
                VEDETTE_CHECK_OK(same_file());
            if (patience.over() || patience.stop_requested())
                return std::optional<std::string>{};
            wait(std::min(kLookAgain, patience.left()));
        }
    }
    [[nodiscard]] bool never_rests() const noexcept override { return kind_ == Kind::device; }

private:
    /// A device says when there is more; at a file nothing does.
    void wait(milliseconds time) const {
        pollfd more{.fd = kind_ == Kind::device ? file_.get() : -1, .events = POLLIN, .revents = 0};
        (void)::poll(&more, 1, static_cast<int>(time.count()));
    }
    /// Whoever writes it may begin a new one.
    [[nodiscard]] Status same_file() const {
        struct stat open {};
        struct stat named {};
        if (::fstat(file_.get(), &open) != 0 || ::stat(path_.c_str(), &named) != 0)
            return unreadable(path_, errno);
        const bool same = open.st_ino == named.st_ino && open.st_dev == named.st_dev &&
                          ::lseek(file_.get(), 0, SEEK_CUR) <= named.st_size;
        return same ? Status{} : Status{Error{ErrorCode::unavailable, path_ + " was begun anew"}};
    }

    UniqueFd file_;
    const std::string path_;
    const Kind kind_;
    LineCutter cutter_;
};

Result<std::unique_ptr<GpsLines>> open_gpsd(const MobileNode& node, const net::Patience& patience) {
    auto stream = net::Stream::connect(node.host, node.port, patience);
    if (!stream)
        return std::move(stream.error())
            .with_context("gpsd at " + node.host + ":" + std::to_string(node.port));
    VEDETTE_CHECK_OK((*stream)->write(analysis::GpsdReader::kWatch, patience));
    return std::unique_ptr<GpsLines>{std::make_unique<GpsdLines>(*std::move(stream))};
}

Result<std::unique_ptr<GpsLines>> open_nmea(const MobileNode& node) {
    UniqueFd file{::open(node.path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    struct stat about {};
    if (!file.is_open() || ::fstat(file.get(), &about) != 0)
        return unreadable(node.path, errno);
    if (S_ISDIR(about.st_mode))
        return Error{ErrorCode::invalid_argument, node.path + " is a folder, not a device or file"};
    using Kind = FileLines::Kind;
    const bool is_device = ::isatty(file.get()) == 1;
    const Kind kind = is_device ? Kind::device : S_ISREG(about.st_mode) ? Kind::file : Kind::pipe;
    if (is_device)
        VEDETTE_CHECK_OK(make_raw(file.get(), node));
    if (kind == Kind::file && ::lseek(file.get(), 0, SEEK_END) < 0)
        return unreadable(node.path, errno);
    return std::unique_ptr<GpsLines>{std::make_unique<FileLines>(std::move(file), node.path, kind)};
}

} // namespace

void LineCutter::add(std::string_view bytes) { bytes_.append(bytes); }

std::optional<std::string> LineCutter::take() {
    auto end = bytes_.find('\n');
    if (end == std::string::npos) {
        if (bytes_.size() <= kLongestLine)
            return std::nullopt;
        end = kLongestLine;
    }
    std::string line = bytes_.substr(0, end);
    bytes_.erase(0, end + 1);
    return line;
}

Result<std::unique_ptr<GpsLines>> open_gps(const MobileNode& node, const net::Patience& patience) {
    return node.source == MobileNode::Source::gpsd ? open_gpsd(node, patience) : open_nmea(node);
}

} // namespace vedette::app
