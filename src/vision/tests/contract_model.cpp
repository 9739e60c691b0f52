#include "tests/contract_model.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string_view>

namespace vedette::vision::testing {
namespace {

using nlohmann::json;

/// Weights are checked before an engine is asked; these are none.
class EmptyFile {
public:
    EmptyFile()
        : path_{std::filesystem::temp_directory_path() /
                ("vedette-contract-" + std::to_string(::getpid()))} {
        std::ofstream{path_};
    }
    ~EmptyFile() { std::filesystem::remove(path_); }
    EmptyFile(const EmptyFile&) = delete;
    EmptyFile& operator=(const EmptyFile&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    static constexpr std::string_view kSha256 =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

private:
    std::filesystem::path path_;
};

ContractModel read(const std::filesystem::path& path) {
    const json described = json::parse(std::ifstream{path});
    ContractModel model;
    model.manifest.id = "contract-" + described.at("decoder").get<std::string>();
    model.manifest.path = path;
    model.manifest.decoder = described.at("decoder");
    model.manifest.input.width_px = described.at("width");
    model.manifest.input.height_px = described.at("height");
    model.manifest.labels = described.at("labels");
    const json options = described.value("decoder_options", json::object());
    for (const auto& [key, value] : options.items())
        model.manifest.decoder_options[key] = value;
    const json files = described.value("extra_files", json::object());
    for (const auto& [key, value] : files.items())
        model.manifest.extra_files[key] = path.parent_path() / value.get<std::string>();
    const json outputs = described.value("outputs", json::array());
    for (const json& output : outputs)
        model.outputs.push_back({output.at("name"), infer::ElementType::f32, output.at("shape")});
    return model;
}

std::uint32_t seed_of(std::span<const std::byte> picture, std::size_t output) {
    const std::string_view bytes{reinterpret_cast<const char*>(picture.data()), picture.size()};
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(bytes) + output * 977);
}

} // namespace

std::vector<ContractModel> ContractModel::all() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator{
             std::filesystem::path{VEDETTE_MODULE_DIR} / "detect"}) {
        if (std::filesystem::exists(entry.path() / "contract.json"))
            paths.push_back(entry.path() / "contract.json");
    }
    std::sort(paths.begin(), paths.end());
    std::vector<ContractModel> models;
    for (const std::filesystem::path& path : paths)
        models.push_back(read(path));
    return models;
}

infer::TensorSpec ContractModel::input() const {
    return {
        "picture", manifest.input.type, {-1, 3, manifest.input.height_px, manifest.input.width_px}};
}

bool ContractModel::files_are_here() const {
    return std::all_of(manifest.extra_files.begin(), manifest.extra_files.end(),
                       [](const auto& file) { return std::filesystem::exists(file.second); });
}

Result<std::unique_ptr<Detector>> ContractModel::load(const DetectorOptions& options,
                                                      Script script) const {
    DetectorRegistry detectors;
    VEDETTE_CHECK_OK(register_builtin_detect(detectors));
    infer::BackendRegistry backends;
    VEDETTE_CHECK_OK(
        backends.add("fake", [&](const std::filesystem::path&, const infer::EngineOptions&) {
            return Result<std::unique_ptr<infer::Engine>>{
                std::make_unique<ScriptedEngine>(input(), outputs, script)};
        }));
    NullLog log;
    NullMetrics metrics;
    static const SystemClock clock; // engines measure their runs by it
    const infer::ModelLoader loader{backends, {{"fake", {}}}, log, metrics, clock};
    const EmptyFile weights;
    infer::Manifest with_weights = manifest;
    if (!outputs.empty()) {
        with_weights.file = weights.path();
        with_weights.sha256 = EmptyFile::kSha256;
    }
    return load_detector(detectors, with_weights, options, loader);
}

Script noise() {
    return [](std::span<const std::byte> picture, std::size_t output, std::span<float> numbers) {
        std::mt19937 random{seed_of(picture, output)};
        std::uniform_real_distribution<float> share{0, 1};
        for (float& number : numbers)
            number = share(random);
    };
}

Script constant(float value) {
    return [value](std::span<const std::byte>, std::size_t, std::span<float> numbers) {
        std::fill(numbers.begin(), numbers.end(), value);
    };
}

Script nonsense() {
    return [](std::span<const std::byte> picture, std::size_t output, std::span<float> numbers) {
        using Limits = std::numeric_limits<float>;
        constexpr std::array kNumbers{Limits::quiet_NaN(),
                                      Limits::infinity(),
                                      -Limits::infinity(),
                                      Limits::max(),
                                      Limits::lowest(),
                                      Limits::min(),
                                      1e30F,
                                      -1e30F,
                                      0.0F,
                                      -0.0F,
                                      0.9F,
                                      0.9F};
        std::mt19937 random{seed_of(picture, output)};
        for (float& number : numbers)
            number = kNumbers[random() % kNumbers.size()];
    };
}

} // namespace vedette::vision::testing
