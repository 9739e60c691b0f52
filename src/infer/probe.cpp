#include "vedette/infer/probe.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "engine/engine_words.h"

namespace vedette::infer {
namespace {

/// sum = a + b, both f32 of 1x4: the bytes of testdata/add.onnx.
constexpr std::string_view kAddition{
    "\x08\x06\x12\x0d\x76\x65\x64\x65\x74\x74\x65\x2d\x74\x65\x73\x74\x73\x3a\x58\x0a"
    "\x10\x0a\x01\x61\x0a\x01\x62\x12\x03\x73\x75\x6d\x22\x03\x41\x64\x64\x12\x03\x61"
    "\x64\x64\x5a\x13\x0a\x01\x61\x12\x0e\x0a\x0c\x08\x01\x12\x08\x0a\x02\x08\x01\x0a"
    "\x02\x08\x04\x5a\x13\x0a\x01\x62\x12\x0e\x0a\x0c\x08\x01\x12\x08\x0a\x02\x08\x01"
    "\x0a\x02\x08\x04\x62\x15\x0a\x03\x73\x75\x6d\x12\x0e\x0a\x0c\x08\x01\x12\x08\x0a"
    "\x02\x08\x01\x0a\x02\x08\x04\x42\x04\x0a\x00\x10\x0b",
    113};

/// Back-ends load files, so the model needs to be one for a moment.
class ModelFile {
public:
    ModelFile() {
        std::error_code ignored;
        std::string pattern =
            (std::filesystem::temp_directory_path(ignored) / "vedette-probe-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            return;
        folder_ = pattern;
        std::ofstream{path(), std::ios::binary} << kAddition;
    }
    ModelFile(const ModelFile&) = delete;
    ModelFile& operator=(const ModelFile&) = delete;
    ~ModelFile() {
        std::error_code ignored;
        if (!folder_.empty())
            std::filesystem::remove_all(folder_, ignored);
    }
    [[nodiscard]] std::filesystem::path path() const { return folder_ / "addition.onnx"; }

private:
    std::filesystem::path folder_;
};

/// The reason without the name of our own little file, and no longer than a line.
std::string reason(const Error& error, const std::filesystem::path& file) {
    constexpr std::size_t kLongest = 140;
    std::string why = error.message();
    const std::string prefix = "model " + file.string() + ": ";
    if (why.starts_with(prefix))
        why.erase(0, prefix.size());
    return why.size() <= kLongest ? why : why.substr(0, kLongest) + "...";
}

Status adds_correctly(Engine& engine) {
    const std::array<float, 4> a{1, 2, 3, 4};
    const TensorView input{ElementType::f32, {1, 4}, std::as_bytes(std::span{a})};
    const std::array inputs{input, input};
    VEDETTE_TRY(const auto outputs, engine.run(inputs));
    const auto sums = outputs.front().floats();
    for (std::size_t i = 0; i < a.size(); ++i)
        if (sums.size() != a.size() || sums[i] != 2 * a[i])
            return Error{ErrorCode::internal, engine.name() + " computes wrong sums"};
    return {};
}

EngineProbe probe(const BackendRegistry& backends, const EngineWord& word,
                  const std::filesystem::path& file) {
    EngineProbe out{.backend = std::string{word.backend},
                    .device = std::string{word.device},
                    .works = false,
                    .detail = {}};
    EngineOptions options;
    options.device = out.device;
    auto engine = backends.create(out.backend, file, options);
    const Status outcome = engine ? adds_correctly(**engine) : Status{engine.error()};
    out.works = outcome.has_value();
    out.detail = outcome ? (*engine)->name() : reason(outcome.error(), file);
    return out;
}

} // namespace

std::vector<EngineProbe> probe_engines(const BackendRegistry& backends) {
    const ModelFile file;
    std::vector<EngineProbe> probes;
    for (const EngineWord& word : kEngineWords)
        if (backends.contains(word.backend))
            probes.push_back(probe(backends, word, file.path()));
    return probes;
}

} // namespace vedette::infer
