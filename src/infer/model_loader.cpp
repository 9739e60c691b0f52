#include "vedette/infer/model_loader.h"

#include <algorithm>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "engine/cpu_order.h"
#include "engine/engine_words.h"
#include "engine/fallback_engine.h"

namespace vedette::infer {
namespace {

std::string known_words() {
    std::string out = "cpu";
    for (const auto& entry : kEngineWords)
        out += " " + std::string{entry.word};
    return out;
}

/// "cuda" and "1" make "cuda:1"; the processor has no number.
std::string device_of(std::string_view kind, const std::string& number) {
    const bool numbered =
        !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
    return kind == "cpu" || !numbered ? std::string{kind} : std::string{kind} + ":" + number;
}

/// The shape of the manifest's input, where that may be another one than the file's.
Shape shape_of(const InputSpec& input) {
    if (input.multiple_of_px == 0)
        return {};
    if (input.layout == InputSpec::Layout::nhwc)
        return {-1, input.height_px, input.width_px, -1};
    return {-1, -1, input.height_px, input.width_px};
}

/// OpenCV 4.6 reads no quantised model of the form that is shipped.
bool runs_quantised(const EngineChoice& choice) {
    return choice.options.device == "cpu" && choice.backend != "opencv";
}

/// The copy in eight bits on what can run it, where that pays, OpenVINO first, which is quicker
/// with it (ADR 31); then the model itself on everything.
std::vector<EngineLink> links_for(const Manifest& manifest,
                                  const std::vector<EngineChoice>& chain) {
    std::vector<EngineLink> links;
    for (const EngineChoice& choice : chain)
        if (!manifest.int8.file.empty() && runs_quantised(choice) &&
            takes_quantised(this_cpu(), choice.options.precision))
            links.push_back({choice, manifest.int8.file, true});
    std::stable_partition(links.begin(), links.end(),
                          [](const EngineLink& link) { return link.engine.backend == "openvino"; });
    for (const EngineChoice& choice : chain)
        links.push_back({choice, manifest.file, false});
    for (EngineLink& link : links)
        link.engine.options.input_shape = shape_of(manifest.input);
    return links;
}

} // namespace

Result<std::vector<EngineChoice>> engines_for(std::string_view type, const EngineOptions& options,
                                              const BackendRegistry& backends) {
    std::vector<EngineChoice> chain;
    if (type == "cpu") {
        for (const auto backend : fastest_first(this_cpu(), options.precision))
            if (EngineOptions cpu = options; backends.contains(backend)) {
                cpu.device = "cpu";
                chain.push_back({std::string{backend}, std::move(cpu)});
            }
        return chain;
    }
    for (const auto& entry : kEngineWords)
        if (entry.word == type) {
            EngineOptions chosen = options;
            chosen.device = device_of(entry.device, options.device);
            chain.push_back({std::string{entry.backend}, std::move(chosen)});
        }
    if (chain.empty())
        return Error{ErrorCode::invalid_argument,
                     "no engine '" + std::string{type} + "'; known: " + known_words()};
    return chain;
}

std::filesystem::path usable_cache(const std::filesystem::path& wanted, Log& log) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(wanted, error);
    if (made)
        std::filesystem::permissions(wanted, std::filesystem::perms::owner_all, error);
    if (!error && std::filesystem::is_directory(wanted, error) &&
        ::access(wanted.c_str(), W_OK | X_OK) == 0)
        return wanted;
    log.warn("compiled models cannot be kept, so every start compiles them again",
             {{"folder", wanted.string()},
              {"why", error ? error.message() : "it is not a folder that may be written"}});
    return {};
}

ModelLoader::ModelLoader(const BackendRegistry& backends, std::vector<EngineChoice> chain, Log& log,
                         Metrics& metrics, const Clock& clock)
    : backends_{backends}, chain_{std::move(chain)}, log_{log}, metrics_{metrics}, clock_{clock} {}

Result<std::unique_ptr<Engine>> ModelLoader::load(const Manifest& manifest,
                                                  const std::stop_token& stop) const {
    if (manifest.file.empty())
        return Error{ErrorCode::invalid_argument, manifest.full_id() + " has no weights to load"};
    if (stop.stop_requested())
        return Error{ErrorCode::cancelled, "loading " + manifest.full_id() + " was stopped"};
    VEDETTE_CHECK_OK(verify(manifest));
    return FallbackEngine::start({backends_, log_, metrics_, clock_}, manifest.full_id(),
                                 links_for(manifest, chain_), stop);
}

std::future<Result<std::unique_ptr<Engine>>> ModelLoader::load_async(Manifest manifest,
                                                                     std::stop_token stop) const {
    return std::async(std::launch::async,
                      [this, manifest = std::move(manifest), stop = std::move(stop)] {
                          return load(manifest, stop);
                      });
}

} // namespace vedette::infer
