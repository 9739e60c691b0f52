#include "vedette/net/http.h"

#include <algorithm>
#include <curl/curl.h>
#include <string_view>

#include "vedette/base/assert.h"
#include "vedette/base/text.h"
#include "vedette/net/url.h"

namespace vedette::net {
namespace {

constexpr std::size_t kMostHeaderBytes = 64'000;

struct FreeCurl {
    void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// One question on its way.
struct Exchange {
    const HttpRequest& request;
    const Patience& patience;
    HttpAnswer answer{};
    std::size_t header_bytes = 0;
    bool too_large = false;
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

void take_header(std::string_view line, HttpAnswer& answer) {
    if (line.starts_with("HTTP/")) { // the first line of one more answer: a 401 came before
        answer = {};
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return;
    const std::string name = lower_ascii(line.substr(0, colon));
    const std::string value{trimmed(line.substr(colon + 1))};
    if (name == "content-type")
        answer.content_type = lower_ascii(trimmed(value.substr(0, value.find(';'))));
    else if (name == "etag")
        answer.entity_tag = value;
    else if (name == "last-modified")
        answer.modified = value;
    else if (name == "server")
        answer.server = value;
    else if (name == "location")
        answer.location = value;
    else if (name == "content-range")
        answer.range = value;
    else if (name == "www-authenticate")
        answer.asks = answer.asks.empty() ? value : answer.asks + ", " + value;
}

extern "C" std::size_t vedette_net_on_header(char* bytes, std::size_t size, std::size_t count,
                                             void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    exchange.header_bytes += size * count;
    if (exchange.header_bytes > kMostHeaderBytes)
        return 0;
    take_header({bytes, size * count}, exchange.answer);
    return size * count;
}

extern "C" std::size_t vedette_net_on_body(char* bytes, std::size_t size, std::size_t count,
                                           void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    if (exchange.answer.body.size() + size * count > exchange.request.max_body) {
        exchange.too_large = true;
        return 0;
    }
    exchange.answer.body.append(bytes, size * count);
    return size * count;
}

extern "C" int vedette_net_on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& exchange = *static_cast<const Exchange*>(user);
    return exchange.patience.stop_requested() || exchange.patience.over() ? 1 : 0;
}

/// libcurl only says that it does not believe a certificate; a second look says why.
Error untrusted(const Url& url, const TlsOptions& tls, const Patience& patience) {
    constexpr std::uint16_t kHttps = 443;
    auto stream = Stream::connect(url.host, url.port != 0 ? url.port : kHttps, patience);
    if (!stream)
        return std::move(stream).error();
    if (auto secured = (*stream)->secure(tls, patience); !secured)
        return std::move(secured).error();
    return {ErrorCode::permission_denied,
            url.authority() + ": its certificate was not trusted; check tls.ca_file"};
}

Error failure(CURLcode code, const char* detail, const Url& url, const Exchange& exchange) {
    const std::string place = url.authority();
    if (exchange.patience.stop_requested())
        return {ErrorCode::cancelled, place + ": stopped"};
    if (exchange.too_large)
        return {ErrorCode::resource_exhausted, place + " answers with more than " +
                                                   std::to_string(exchange.request.max_body) +
                                                   " bytes: that is refused"};
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return {ErrorCode::not_found, "there is no machine called '" + url.host +
                                          "'; check the name, or write its address as numbers"};
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
        return {ErrorCode::deadline_exceeded, place + " did not answer in time"};
    case CURLE_PEER_FAILED_VERIFICATION:
        return untrusted(url, exchange.request.tls, exchange.patience);
    case CURLE_SSL_CACERT_BADFILE:
        return {ErrorCode::invalid_argument,
                "tls.ca_file '" + exchange.request.tls.ca_file.string() +
                    "' can't be read, or holds no certificate in PEM form"};
    default:
        return {ErrorCode::unavailable,
                place + ": " + (*detail != '\0' ? detail : curl_easy_strerror(code))};
    }
}

} // namespace

struct HttpClient::State {
    std::unique_ptr<CURL, FreeCurl> curl{curl_easy_init()};

    template <class T>
    void set(CURLoption option, T value) const {
        curl_easy_setopt(curl.get(), option, value);
    }
    void set_tls(const TlsOptions& tls, Url& url, std::vector<std::string>& headers,
                 HeaderList& routes) const;
    void set_user(const HttpRequest& request, const Url& url) const;
    void set_limits(Exchange& exchange) const;
};

/// A name other than the host's is asked for by connecting to the host under that name.
void HttpClient::State::set_tls(const TlsOptions& tls, Url& url, std::vector<std::string>& headers,
                                HeaderList& routes) const {
    set(CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    if (!tls.ca_file.empty())
        set(CURLOPT_CAINFO, tls.ca_file.c_str());
    if (!tls.verify || tls.server_name.empty() || url.scheme != "https")
        return;
    headers.push_back("Host: " + url.authority());
    const std::string host =
        url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    routes.reset(curl_slist_append(nullptr, ("::" + host + ":").c_str()));
    set(CURLOPT_CONNECT_TO, routes.get());
    url.host = tls.server_name;
}

void HttpClient::State::set_user(const HttpRequest& request, const Url& url) const {
    const bool own = !request.user.empty();
    if (!own && !url.user)
        return;
    set(CURLOPT_HTTPAUTH, request.login == HttpRequest::Login::digest
                              ? CURLAUTH_DIGEST
                              : CURLAUTH_BASIC | CURLAUTH_DIGEST);
    set(CURLOPT_USERNAME, own ? request.user.c_str() : url.user->c_str());
    set(CURLOPT_PASSWORD, own ? request.password.reveal().c_str() : url.password.reveal().c_str());
}

void HttpClient::State::set_limits(Exchange& exchange) const {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    if (!exchange.request.through_proxy)
        set(CURLOPT_PROXY, "");
    set(CURLOPT_TIMEOUT_MS,
        static_cast<long>(std::max<std::int64_t>(1, exchange.patience.left().count())));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, vedette_net_on_progress);
    set(CURLOPT_XFERINFODATA, &exchange);
    set(CURLOPT_HEADERFUNCTION, vedette_net_on_header);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_WRITEFUNCTION, vedette_net_on_body);
    set(CURLOPT_WRITEDATA, &exchange);
}

HttpClient::HttpClient() : state_{std::make_unique<State>()} { VEDETTE_ASSERT(state_->curl); }
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpAnswer> HttpClient::ask(const HttpRequest& request, const Patience& patience) {
    VEDETTE_TRY(Url url, parse_url(request.url));
    if (url.scheme != "http" && url.scheme != "https")
        return Error{ErrorCode::invalid_argument, "not an address of HTTP: " + url.without_user()};
    const Url asked = url;
    const State& state = *state_;
    curl_easy_reset(state.curl.get()); // keeps the connection
    Exchange exchange{.request = request, .patience = patience};
    std::string detail(CURL_ERROR_SIZE, '\0');
    std::vector<std::string> headers = request.headers;
    HeaderList routes;
    state.set_limits(exchange);
    state.set_tls(request.tls, url, headers, routes);
    state.set_user(request, url);
    state.set(CURLOPT_ERRORBUFFER, detail.data());
    state.set(CURLOPT_USERAGENT, "Vedette");
    state.set(CURLOPT_URL, url.without_user().c_str());
    HeaderList lines;
    for (const std::string& header : headers)
        lines.reset(curl_slist_append(lines.release(), header.c_str()));
    state.set(CURLOPT_HTTPHEADER, lines.get());
    if (request.post) {
        state.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.post->size()));
        state.set(CURLOPT_POSTFIELDS, request.post->c_str());
        if (!request.method.empty())
            state.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    const CURLcode done = curl_easy_perform(state.curl.get());
    if (done != CURLE_OK)
        return failure(done, detail.c_str(), asked, exchange);
    curl_easy_getinfo(state.curl.get(), CURLINFO_RESPONSE_CODE, &exchange.answer.status);
    return std::move(exchange.answer);
}

} // namespace vedette::net
