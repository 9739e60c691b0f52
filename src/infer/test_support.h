#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "vedette/infer/tensor.h"

namespace vedette::infer {

/// One of the tiny models that testdata/make_models.py writes.
inline std::filesystem::path test_model(const std::string& name) {
    return std::filesystem::path{VEDETTE_MODULE_DIR} / "testdata" / (name + ".onnx");
}

inline std::vector<std::byte> read_bytes(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::vector<char> text{std::istreambuf_iterator<char>{in}, {}};
    const auto bytes = std::as_bytes(std::span{text});
    return {bytes.begin(), bytes.end()};
}

inline void write_bytes(const std::filesystem::path& file, std::span<const std::byte> bytes) {
    std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                static_cast<std::streamsize>(bytes.size()));
}

inline TensorView view_of(const std::vector<float>& numbers, Shape shape) {
    return {ElementType::f32, std::move(shape), std::as_bytes(std::span{numbers})};
}

/// A folder of its own, gone with the test.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "vedette-infer-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace vedette::infer
