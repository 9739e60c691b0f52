#pragma once

#include <array>
#include <string_view>

namespace vedette::infer {

/// A word of the configuration, the back-end behind it and the device it means there.
struct EngineWord {
    std::string_view word;
    std::string_view backend;
    std::string_view device;
};
inline constexpr std::array kEngineWords{EngineWord{"openvino", "openvino", "cpu"},
                                         EngineWord{"openvino-gpu", "openvino", "gpu"},
                                         EngineWord{"openvino-npu", "openvino", "npu"},
                                         EngineWord{"onnx", "onnxruntime", "cpu"},
                                         EngineWord{"cuda", "onnxruntime", "cuda"},
                                         EngineWord{"tensorrt", "onnxruntime", "tensorrt"},
                                         EngineWord{"opencv", "opencv", "cpu"},
                                         EngineWord{"opencl", "opencv", "opencl"},
                                         EngineWord{"opencv-cuda", "opencv", "cuda"}};
} // namespace vedette::infer
