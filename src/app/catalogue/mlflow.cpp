#include "app/catalogue/mlflow.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "vedette/base/text.h"
#include "vedette/net/url.h"

namespace vedette::app {
namespace {

using Json = nlohmann::json;

constexpr const char* kApi = "/api/2.0/mlflow/";
constexpr const char* kFiles = "/api/2.0/mlflow-artifacts/artifacts";
constexpr std::size_t kLargestAnswer = std::size_t{4} << 20U;
constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30U;
constexpr std::size_t kMostFiles = 100;
constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kSlowest_bytes = 17'000; ///< a second, on top of kPatience
constexpr std::array kStages{"None", "Staging", "Production", "Archived"};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool is_this_machine(const std::string& host) {
    return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

/// What may be a name of a registered model here: it stands in a filter's quotes.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 256 &&
           text.find_first_of("'\"`/:@\\\n\r\t") == std::string_view::npos;
}

/// A file's name that leads nowhere else.
bool is_plain(const std::string& name) {
    return !name.empty() && name.size() <= 200 && name.front() != '.' &&
           name.find_first_of(std::string_view{"/\\\0\n", 4}) == std::string::npos;
}

std::string text_in(const Json& json, const char* key) {
    const auto found = json.find(key); // end() for what is no object
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// \return null where it is none
Json child(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() ? *found : Json{};
}

/// \return null for what is no list or has nothing
Json first_of(const Json& list) { return list.is_array() && !list.empty() ? list.front() : Json{}; }

MlflowVersion version_in(const Json& json) {
    MlflowVersion version{
        text_in(json, "name"), text_in(json, "version"), text_in(json, "run_id"), {}};
    if (const Json tags = child(json, "tags"); tags.is_array())
        for (const Json& tag : tags)
            version.tags[text_in(tag, "key")] = text_in(tag, "value");
    return version;
}

Json tags_json(const MlflowClient::Tags& tags) {
    Json out = Json::array();
    for (const auto& [key, value] : tags)
        out.push_back({{"key", key}, {"value", value}});
    return out;
}

/// What its codes and HTTP's mean, in ours.
ErrorCode code_of(long status, const std::string& said) {
    if (said == "RESOURCE_DOES_NOT_EXIST" || status == 404)
        return ErrorCode::not_found;
    if (said == "RESOURCE_ALREADY_EXISTS")
        return ErrorCode::already_exists;
    if (status == 401 || status == 403)
        return ErrorCode::permission_denied;
    return status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid_argument;
}

/// "mlflow-artifacts:/1/…" and "mlflow-artifacts://host:port/1/…" -> "1/…". Nothing for others.
std::optional<std::string> passed_on(std::string uri) {
    constexpr std::string_view kScheme = "mlflow-artifacts:";
    if (!uri.starts_with(kScheme))
        return std::nullopt;
    uri.erase(0, kScheme.size());
    if (uri.starts_with("//"))
        uri.erase(0, std::min(uri.find('/', 2), uri.size()));
    while (uri.starts_with('/'))
        uri.erase(0, 1);
    return uri;
}

/// Each part of a path on its own.
std::string encoded_path(const std::string& path) {
    std::string out;
    std::size_t from = 0;
    for (std::size_t to = 0; to != std::string::npos; from = to + 1) {
        to = path.find('/', from);
        out += net::percent_encoded(
            std::string_view{path}.substr(from, to == std::string::npos ? to : to - from));
        out += to == std::string::npos ? "" : "/";
    }
    return out;
}

} // namespace

// ---- who is asked, and for what ----

Result<MlflowServer> MlflowServer::named(const std::string& given, bool plain_http) {
    MlflowServer server;
    server.url = given.empty() ? variable("MLFLOW_TRACKING_URI") : given;
    while (server.url.ends_with('/'))
        server.url.pop_back();
    if (server.url.empty())
        return Error{ErrorCode::invalid_argument,
                     "which MLflow server? Name it with --mlflow https://… or in "
                     "MLFLOW_TRACKING_URI"};
    const std::string scheme = net::scheme_of(server.url);
    if (scheme != "https" && scheme != "http")
        return Error{ErrorCode::invalid_argument,
                     "that is no address of an MLflow server: it begins with https:// or http://"};
    VEDETTE_TRY(const net::Url url, net::parse_url(server.url));
    if (url.scheme == "http" && !is_this_machine(url.host) && !plain_http)
        return Error{ErrorCode::invalid_argument,
                     url.without_user() +
                         ": who is on the way could read passwords and exchange models. Use "
                         "https://, or say --plain-http if only you are there"};
    server.user = variable("MLFLOW_TRACKING_USERNAME");
    server.password = Secret<std::string>{variable("MLFLOW_TRACKING_PASSWORD")};
    server.token = Secret<std::string>{variable("MLFLOW_TRACKING_TOKEN")};
    return server;
}

Result<MlflowWish> MlflowWish::parse(std::string_view text) {
    constexpr std::string_view kScheme = "mlflow:";
    MlflowWish wish;
    bool is_one = text.starts_with(kScheme);
    text.remove_prefix(is_one ? kScheme.size() : 0);
    const auto mark = text.find_first_of("@/");
    wish.name = text.substr(0, mark);
    if (mark != std::string_view::npos) {
        const std::string rest{text.substr(mark + 1)};
        (text[mark] == '/' ? wish.version : wish.at) = rest;
        const bool digits = rest.find_first_not_of("0123456789") == std::string::npos;
        is_one = is_one && !rest.empty() && rest.size() <= 512 &&
                 (text[mark] == '@' || (digits && rest.size() <= 9)) &&
                 rest.find_first_of("'\"`\\\n\r\t") == std::string::npos;
    }
    if (!is_one || !is_name(wish.name))
        return Error{ErrorCode::invalid_argument,
                     "a model of MLflow is named mlflow:NAME, mlflow:NAME/3, mlflow:NAME@ALIAS, "
                     "mlflow:NAME@STAGE or mlflow:NAME@TAG=VALUE"};
    return wish;
}

// ---- asking ----

Result<net::HttpAnswer> MlflowClient::ask(const std::string& path, std::optional<std::string> body,
                                          const std::string& method, std::size_t max_bytes) {
    net::HttpRequest request{.url = server_.url + path, .post = std::move(body), .method = method};
    VEDETTE_TRY(const net::Url url, net::parse_url(request.url));
    request.user = server_.user;
    request.password = server_.password;
    request.max_body = max_bytes;
    request.through_proxy = !is_this_machine(url.host);
    if (!server_.token.reveal().empty()) {
        request.user.clear();
        request.headers.push_back("Authorization: Bearer " + server_.token.reveal());
    }
    if (request.post)
        request.headers.emplace_back(method == "PUT" ? "Content-Type: application/octet-stream"
                                                     : "Content-Type: application/json");
    const std::size_t bytes = max_bytes + (request.post ? request.post->size() : 0);
    const auto patience = kPatience + std::chrono::seconds{bytes / kSlowest_bytes};
    const std::string name = "MLflow at " + url.scheme + "://" + url.authority();
    auto answer = client_.ask(request, net::Patience{clock_, patience, stop_});
    if (!answer)
        return std::move(answer).error().with_context(name);
    if (answer->status == 200 || answer->status == 201)
        return answer;
    const Json json = Json::parse(answer->body, nullptr, false);
    std::string said = text_in(json, "message");
    if (said.empty())
        said = "it answers with HTTP " + std::to_string(answer->status);
    return Error{code_of(answer->status, text_in(json, "error_code")), name + ": " + said};
}

Result<Json> MlflowClient::get(const std::string& path) {
    VEDETTE_TRY(const auto answer, ask(path, std::nullopt, "", kLargestAnswer));
    Json json = Json::parse(answer.body, nullptr, false);
    if (!json.is_object())
        return Error{ErrorCode::data_loss, "MLflow: what it answers to " + path + " is no JSON"};
    return json;
}

Result<Json> MlflowClient::post(const std::string& path, const Json& body) {
    VEDETTE_TRY(const auto answer,
                ask(kApi + path, body.dump(-1, ' ', false, Json::error_handler_t::replace), "",
                    kLargestAnswer));
    Json json = Json::parse(answer.body, nullptr, false);
    if (!json.is_object())
        return Error{ErrorCode::data_loss, "MLflow: what it answers to " + path + " is no JSON"};
    return json;
}

// ---- reading ----

Result<MlflowVersion> MlflowClient::newest(const std::string& name, const std::string& filter,
                                           const std::string& what) {
    VEDETTE_TRY(const Json json, get(kApi + ("model-versions/search?max_results=1&order_by=" +
                                             net::percent_encoded("version_number DESC") +
                                             "&filter=" + net::percent_encoded(filter))));
    const Json first = first_of(child(json, "model_versions"));
    if (first.is_null())
        return Error{ErrorCode::not_found, "MLflow has no version of " + name + what};
    return version_in(first);
}

Result<MlflowVersion> MlflowClient::find(const MlflowWish& wish) {
    const std::string name = net::percent_encoded(wish.name);
    if (!wish.version.empty()) {
        VEDETTE_TRY(const Json json,
                    get(kApi + ("model-versions/get?name=" + name + "&version=" + wish.version)));
        return version_in(child(json, "model_version"));
    }
    if (wish.at.empty())
        return newest(wish.name, "name='" + wish.name + "'", "");
    if (const auto equals = wish.at.find('='); equals != std::string::npos)
        return newest(wish.name,
                      "name='" + wish.name + "' and tags.`" + wish.at.substr(0, equals) + "`='" +
                          wish.at.substr(equals + 1) + "'",
                      " with the tag " + wish.at);
    const auto aliased = get(kApi + ("registered-models/alias?name=" + name +
                                     "&alias=" + net::percent_encoded(wish.at)));
    if (aliased)
        return version_in(child(*aliased, "model_version"));
    if (aliased.error().code() != ErrorCode::invalid_argument &&
        aliased.error().code() != ErrorCode::not_found)
        return aliased.error();
    const auto* const stage = std::find_if(kStages.begin(), kStages.end(), [&](const char* one) {
        return same_ignoring_case(one, wish.at);
    });
    if (stage == kStages.end())
        return Error{ErrorCode::not_found,
                     "MLflow has no version of " + wish.name + " at the alias " + wish.at + " (" +
                         aliased.error().message() + "), and that is no stage"};
    VEDETTE_TRY(const Json json, post("registered-models/get-latest-versions",
                                      {{"name", wish.name}, {"stages", Json::array({*stage})}}));
    const Json first = first_of(child(json, "model_versions"));
    if (first.is_null())
        return Error{ErrorCode::not_found,
                     "MLflow has no version of " + wish.name + " in the stage " + *stage};
    return version_in(first);
}

Result<std::optional<MlflowVersion>> MlflowClient::tagged(const std::string& tag,
                                                          const std::string& value) {
    auto found = newest("any model", "tags.`" + tag + "`='" + value + "'", "");
    if (found)
        return std::optional{*std::move(found)};
    if (found.error().code() == ErrorCode::not_found)
        return std::optional<MlflowVersion>{};
    return std::move(found).error();
}

Result<std::string> MlflowClient::folder_of(const MlflowVersion& version) {
    VEDETTE_TRY(const Json json,
                get(kApi + ("model-versions/get-download-uri?name=" +
                            net::percent_encoded(version.name) + "&version=" + version.version)));
    const std::string uri = text_in(json, "artifact_uri");
    if (auto folder = passed_on(uri))
        return *std::move(folder);
    return Error{ErrorCode::invalid_argument,
                 version.title() + ": its files are at " + uri.substr(0, uri.find(':')) +
                     ":…, and only what the MLflow server itself passes on can be had (mlflow "
                     "server --artifacts-destination …)"};
}

Result<std::vector<MlflowFile>> MlflowClient::files(const std::string& folder) {
    VEDETTE_TRY(const Json json, get(kFiles + ("?path=" + net::percent_encoded(folder))));
    std::vector<MlflowFile> out;
    const Json listed = child(json, "files");
    if (!listed.is_array())
        return out;
    for (const Json& one : listed) {
        if (child(one, "is_dir") == Json(true))
            continue;
        const std::string path = text_in(one, "path");
        const Json bytes = child(one, "file_size");
        MlflowFile file{path.substr(path.rfind('/') + 1), 0};
        if (!is_plain(file.name) || !bytes.is_number_unsigned() || out.size() == kMostFiles)
            return Error{ErrorCode::data_loss,
                         "MLflow lists files in " + folder + " that can't be those of a model"};
        file.bytes = bytes.get<std::uint64_t>();
        out.push_back(std::move(file));
    }
    return out;
}

Result<std::string> MlflowClient::file(const std::string& folder, const MlflowFile& file) {
    if (file.bytes > kLargestFile)
        return Error{ErrorCode::resource_exhausted,
                     file.name + " has " + std::to_string(file.bytes) + " bytes: at most " +
                         std::to_string(kLargestFile) + " are fetched"};
    VEDETTE_TRY(auto answer, ask(kFiles + ("/" + encoded_path(folder + "/" + file.name)),
                                 std::nullopt, "", static_cast<std::size_t>(file.bytes)));
    if (answer.body.size() != file.bytes)
        return Error{ErrorCode::data_loss, file.name + " came with " +
                                               std::to_string(answer.body.size()) + " of " +
                                               std::to_string(file.bytes) + " bytes"};
    return std::move(answer.body);
}

// ---- writing ----

Result<std::string> MlflowClient::experiment(const std::string& name) {
    auto made = post("experiments/create", {{"name", name}});
    if (made)
        return text_in(*made, "experiment_id");
    if (made.error().code() != ErrorCode::already_exists)
        return std::move(made).error();
    VEDETTE_TRY(const Json json, get(kApi + ("experiments/get-by-name?experiment_name=" +
                                             net::percent_encoded(name))));
    return text_in(child(json, "experiment"), "experiment_id");
}

Result<MlflowClient::Run> MlflowClient::begin_run(const std::string& in, const std::string& name,
                                                  const Tags& tags) {
    VEDETTE_TRY(const std::string id, experiment(in));
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall_now().time_since_epoch());
    VEDETTE_TRY(const Json json, post("runs/create", {{"experiment_id", id},
                                                      {"run_name", name},
                                                      {"start_time", now.count()},
                                                      {"tags", tags_json(tags)}}));
    const Json info = child(child(json, "run"), "info");
    Run run{text_in(info, "run_id"), "", text_in(info, "artifact_uri")};
    auto folder = passed_on(run.uri);
    if (run.id.empty() || !folder)
        return Error{ErrorCode::invalid_argument,
                     "MLflow keeps the files of its runs elsewhere (" +
                         run.uri.substr(0, run.uri.find(':')) +
                         ":…), and only what it takes itself can be given to it (mlflow server "
                         "--artifacts-destination …)"};
    run.folder = *std::move(folder);
    return run;
}

Status MlflowClient::end_run(const Run& run) {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall_now().time_since_epoch());
    VEDETTE_TRY([[maybe_unused]] const Json json,
                post("runs/update",
                     {{"run_id", run.id}, {"status", "FINISHED"}, {"end_time", now.count()}}));
    return {};
}

Status MlflowClient::put(const std::string& folder, const std::string& name, std::string bytes) {
    VEDETTE_TRY([[maybe_unused]] const auto answer,
                ask(kFiles + ("/" + encoded_path(folder + "/" + name)), std::move(bytes), "PUT",
                    kLargestAnswer));
    return {};
}

Result<MlflowVersion> MlflowClient::add_version(const std::string& name, const Run& run,
                                                const std::string& uri, const Tags& tags) {
    if (!is_name(name))
        return Error{ErrorCode::invalid_argument, "'" + name + "' can't be a name in MLflow"};
    if (auto made = post("registered-models/create", {{"name", name}});
        !made && made.error().code() != ErrorCode::already_exists)
        return std::move(made).error();
    VEDETTE_TRY(
        const Json json,
        post("model-versions/create",
             {{"name", name}, {"source", uri}, {"run_id", run.id}, {"tags", tags_json(tags)}}));
    return version_in(child(json, "model_version"));
}

Status MlflowClient::log(const std::string& run, const std::map<std::string, double>& metrics,
                         const Tags& tags) {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall_now().time_since_epoch());
    Json values = Json::array();
    for (const auto& [key, value] : metrics)
        values.push_back({{"key", key}, {"value", value}, {"timestamp", now.count()}, {"step", 0}});
    VEDETTE_TRY([[maybe_unused]] const Json json,
                post("runs/log-batch",
                     {{"run_id", run}, {"metrics", std::move(values)}, {"tags", tags_json(tags)}}));
    return {};
}

Status MlflowClient::tag(const MlflowVersion& version, const std::string& key,
                         const std::string& value) {
    VEDETTE_TRY([[maybe_unused]] const Json json,
                post("model-versions/set-tag", {{"name", version.name},
                                                {"version", version.version},
                                                {"key", key},
                                                {"value", value}}));
    return {};
}

} // namespace vedette::app
