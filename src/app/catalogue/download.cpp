#include "app/catalogue/download.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "app/output/line_file.h"
#include "vedette/crypto/sha256.h"
#include "vedette/media/source.h"
#include "vedette/net/http.h"
#include "vedette/net/url.h"

namespace vedette::app {
namespace {

constexpr std::uint64_t kPieceBytes = 1U << 20U;
constexpr std::chrono::seconds kPieceTime{60}; ///< 17 kB a second are enough
constexpr int kMostRedirects = 5;

bool is_redirect(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_this_machine(const std::string& host) {
    return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

/// \return where it leads, as a whole address
Result<std::string> followed(const std::string& from, const std::string& location) {
    if (!location.starts_with('/') || location.starts_with("//"))
        return location.starts_with("//") ? net::scheme_of(from) + ":" + location : location;
    VEDETTE_TRY(const auto url, net::parse_url(from));
    return url.scheme + "://" + url.authority() + location;
}

Status may_be_asked(const std::string& address) {
    const auto url = net::parse_url(address);
    if (url && (url->scheme == "https" || (url->scheme == "http" && is_this_machine(url->host))))
        return {};
    return Error{ErrorCode::invalid_argument,
                 "'" + (url ? url->without_user() : std::string{"?"}) +
                     "' is no address that may be fetched from: it must begin with https://"};
}

/// One file on its way.
class Fetch {
public:
    Fetch(const Download& wish, const Clock& clock, const std::stop_token& stop)
        : wish_{wish}, clock_{clock}, stop_{stop}, part_{wish.file.string() + ".part"},
          name_{media::without_credentials(wish.url)}, where_{wish.url} {}

    Status run(const std::function<void(std::uint64_t)>& progress) {
        std::error_code ignored; // then there is none
        const auto there = std::filesystem::file_size(part_, ignored);
        done_ = ignored || there > wish_.bytes ? 0 : there;
        while (done_ < wish_.bytes) {
            VEDETTE_TRY(const std::string piece, next_piece());
            VEDETTE_CHECK_OK(append(piece));
            if (progress)
                progress(done_);
        }
        return finish();
    }

private:
    [[nodiscard]] Error error(ErrorCode code, const std::string& what) const {
        return {code, "fetch " + name_ + ": " + what};
    }

    /// What stands at done_, following where the server leads.
    Result<std::string> next_piece() {
        for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
            VEDETTE_CHECK_OK(may_be_asked(where_));
            auto answer = ask();
            if (!answer)
                return std::move(answer).error().with_context("fetch " + name_);
            if (is_redirect(answer->status)) {
                VEDETTE_TRY(where_, followed(where_, answer->location));
                continue;
            }
            // What a redirect leads to is often signed for some minutes.
            if (answer->status >= 400 && where_ != wish_.url && !std::exchange(again_, true)) {
                where_ = wish_.url;
                continue;
            }
            return body_of(*std::move(answer));
        }
        return error(ErrorCode::unavailable, "it is redirected again and again");
    }

    Result<net::HttpAnswer> ask() {
        const std::uint64_t last = std::min(done_ + kPieceBytes, wish_.bytes) - 1;
        net::HttpRequest request{.url = where_};
        request.headers = {"Range: bytes=" + std::to_string(done_) + "-" + std::to_string(last)};
        request.max_body = wish_.bytes;
        request.through_proxy = true;
        return client_.ask(request, net::Patience{clock_, kPieceTime, stop_});
    }

    Result<std::string> body_of(net::HttpAnswer answer) {
        if (answer.status == 200) { // it knows no pieces: all of it comes at once
            done_ = 0;
            if (answer.body.size() != wish_.bytes)
                return error(ErrorCode::data_loss, "the file there is smaller than is expected");
        } else if (answer.status == 206) {
            again_ = false;
            const std::string wanted = "bytes " + std::to_string(done_) + "-";
            const std::string all = "/" + std::to_string(wish_.bytes);
            if (!answer.range.starts_with(wanted) || !answer.range.ends_with(all))
                return error(ErrorCode::data_loss,
                             "the file there is another one than is expected (" + answer.range +
                                 " of " + std::to_string(wish_.bytes) + " bytes)");
        } else {
            return refusal(answer.status);
        }
        if (answer.body.empty() || answer.body.size() > wish_.bytes - done_)
            return error(ErrorCode::data_loss, "the server sends more or less than was asked for");
        return std::move(answer.body);
    }

    [[nodiscard]] Error refusal(long status) const {
        const std::string said = " (HTTP " + std::to_string(status) + ")";
        if (status == 404 || status == 410)
            return error(ErrorCode::not_found, "there is nothing at this address any more" + said);
        if (status == 401 || status == 403)
            return error(ErrorCode::permission_denied, "the server gives it to nobody" + said);
        if (status == 416)
            return error(ErrorCode::data_loss, "the file there is smaller than is expected" + said);
        return error(ErrorCode::unavailable, "the server can't answer now" + said);
    }

    Status append(const std::string& piece) {
        errno = 0;
        std::ofstream out{part_, done_ == 0 ? std::ios::binary | std::ios::trunc
                                            : std::ios::binary | std::ios::app};
        out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
        out.close();
        if (!out)
            return file_error(errno, "can't write", part_);
        done_ += piece.size();
        return {};
    }

    Status finish() {
        VEDETTE_TRY(const std::string sha256, crypto::sha256_file(part_));
        std::error_code failed;
        if (sha256 != wish_.sha256) {
            std::filesystem::remove(part_, failed);
            return error(ErrorCode::data_loss, "what came is another file: its SHA-256 is " +
                                                   sha256 + " and not " + wish_.sha256 +
                                                   "; it was removed");
        }
        std::filesystem::rename(part_, wish_.file, failed);
        return failed ? Status{file_error(failed.value(), "can't write", wish_.file)} : Status{};
    }

    const Download& wish_;
    const Clock& clock_;
    const std::stop_token& stop_;
    const std::filesystem::path part_;
    const std::string name_; ///< of the address, for people
    net::HttpClient client_;
    std::string where_;      ///< the address, once all redirects were followed
    bool again_ = false;     ///< began at the first address once more, and nothing came since
    std::uint64_t done_ = 0; ///< bytes of the part
};

} // namespace

Status download(const Download& wish, const Clock& clock, const std::stop_token& stop,
                const std::function<void(std::uint64_t)>& progress) {
    return Fetch{wish, clock, stop}.run(progress);
}

} // namespace vedette::app
