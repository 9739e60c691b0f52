#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "testing/temporary_folder.h"
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

} // namespace vedette::infer
